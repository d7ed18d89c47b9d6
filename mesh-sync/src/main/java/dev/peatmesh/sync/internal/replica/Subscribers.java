package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.sync.DocumentEvent;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.Subscription;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who wants to hear of changes. Thread-safe: events come from the document loop, subscriptions from
 * anywhere, calls go out on the callback executor.
 */
final class Subscribers {
  private static final Logger LOG = LoggerFactory.getLogger(Subscribers.class);

  private final Map<String, List<Subscriber>> byCollection = new ConcurrentHashMap<>();
  private final Executor callbacks;

  Subscribers(Executor callbacks) {
    this.callbacks = callbacks;
  }

  Subscription add(String collection, Consumer<? super DocumentEvent> listener) {
    List<Subscriber> subscribers =
        byCollection.computeIfAbsent(collection, name -> new CopyOnWriteArrayList<>());
    Subscriber subscriber = new Subscriber(listener);
    subscribers.add(subscriber);
    return () -> {
      subscribers.remove(subscriber);
      subscriber.cancel();
    };
  }

  void tell(DocumentEvent event) {
    for (Subscriber subscriber : byCollection.getOrDefault(event.key().collection(), List.of())) {
      subscriber.tell(event);
    }
  }

  /**
   * One listener. Holds at most one event per document: what waits for a slow listener is bounded
   * by the documents there are, and the last state is never missed.
   */
  private final class Subscriber {
    private final Consumer<? super DocumentEvent> listener;
    private final Map<DocumentKey, DocumentEvent> waiting = new LinkedHashMap<>();
    private boolean running;
    private boolean cancelled;

    Subscriber(Consumer<? super DocumentEvent> listener) {
      this.listener = listener;
    }

    synchronized void tell(DocumentEvent event) {
      if (cancelled) {
        return;
      }
      waiting.merge(event.key(), event, Subscriber::merged);
      if (!running) {
        running = true;
        callbacks.execute(this::run);
      }
    }

    synchronized void cancel() {
      cancelled = true;
      waiting.clear();
    }

    private void run() {
      for (DocumentEvent event : take()) {
        if (!call(event)) {
          return;
        }
      }
      synchronized (this) {
        // One batch at a time: other listeners have their turn in between.
        running = !waiting.isEmpty();
        if (running) {
          callbacks.execute(this::run);
        }
      }
    }

    private synchronized List<DocumentEvent> take() {
      List<DocumentEvent> events = List.copyOf(waiting.values());
      waiting.clear();
      return events;
    }

    private boolean call(DocumentEvent event) {
      synchronized (this) {
        if (cancelled) {
          return false;
        }
      }
      try {
        listener.accept(event);
      } catch (RuntimeException | AssertionError failure) {
        LOG.atWarn()
            .setCause(failure)
            .addKeyValue("listener", listener.getClass().getName())
            .log("subscriber failed");
      }
      return true;
    }

    private static DocumentEvent merged(DocumentEvent before, DocumentEvent after) {
      boolean remote =
          before.origin() == DocumentEvent.Origin.REMOTE
              || after.origin() == DocumentEvent.Origin.REMOTE;
      return new DocumentEvent(
          after.key(),
          after.kind(),
          remote ? DocumentEvent.Origin.REMOTE : DocumentEvent.Origin.LOCAL);
    }
  }
}

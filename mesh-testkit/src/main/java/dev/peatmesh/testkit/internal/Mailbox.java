package dev.peatmesh.testkit.internal;

import dev.peatmesh.internal.transport.Connection;
import dev.peatmesh.runtime.Loop;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings one connection's events to its listener: on the loop, in order, none before it is there.
 */
final class Mailbox {
  private final Loop loop;
  private final ArrayDeque<Consumer<Connection.Listener>> events = new ArrayDeque<>();
  private Connection.@Nullable Listener listener;

  Mailbox(Loop loop) {
    this.loop = loop;
  }

  void listen(Connection.Listener first) {
    if (listener != null) {
      throw new AssertionError("listen: called twice on one connection");
    }
    listener = first;
    events.forEach(waiting -> loop.execute(this::deliverNext));
  }

  void add(Consumer<Connection.Listener> event) {
    events.add(event);
    loop.execute(this::deliverNext);
  }

  void clear() {
    events.clear();
  }

  /** Asked at least once per event, perhaps before there is a listener, perhaps in vain. */
  private void deliverNext() {
    if (listener != null) {
      Consumer<Connection.Listener> event = events.poll();
      if (event != null) {
        event.accept(listener);
      }
    }
  }
}

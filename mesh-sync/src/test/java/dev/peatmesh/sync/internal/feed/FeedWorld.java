package dev.peatmesh.sync.internal.feed;

import dev.peatmesh.sync.Document;
import dev.peatmesh.sync.DocumentEvent.Kind;
import dev.peatmesh.sync.DocumentEvent.Origin;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.FeedEvent;
import dev.peatmesh.sync.Filter;
import dev.peatmesh.sync.Subscription;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.query.DocumentSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Documents, a disk and a feed on executors that run when told: the document loop in order, the
 * callbacks in any order, as if they had many threads.
 */
final class FeedWorld {
  final TreeMap<DocumentKey, Map<String, Object>> documents = new TreeMap<>();

  /** Every event that was told, in order. */
  final List<JournalEntry> told = new ArrayList<>();

  int documentsRead;

  /** The store's journal: whatever became visible, told or not. */
  private final TreeMap<Long, JournalEntry> stored = new TreeMap<>();

  private final Random random;
  private final int capacity;
  private final Deque<Runnable> loop = new ArrayDeque<>();
  private final List<Runnable> callbacks = new ArrayList<>();

  /** Local changes on their way to the disk: by number, what undoes them. */
  private final Map<Long, Write> underWay = new LinkedHashMap<>();

  private long hashes;
  private Feed feed;

  /** The same beside the feed: says what it tells. */
  private TellingOrder order;

  private record Write(JournalEntry entry, Map<String, Object> before, Map<String, Object> after) {}

  FeedWorld(Random random, int capacity) {
    this.random = random;
    this.capacity = capacity;
    feed = feed(List.of(), 0);
  }

  Subscription subscribe(
      String collection, Filter filter, OptionalLong since, Consumer<? super FeedEvent> listener) {
    return feed.subscribe(collection, filter, since, source(collection), listener);
  }

  DocumentSource source(String collection) {
    return new DocumentSource() {
      @Override
      public String idAfter(String id) {
        DocumentKey next =
            id == null
                ? documents.ceilingKey(new DocumentKey(collection, "!"))
                : documents.higherKey(new DocumentKey(collection, id));
        return next != null && next.collection().equals(collection) ? next.id() : null;
      }

      @Override
      public Optional<Document> document(String id) {
        documentsRead++;
        return Optional.ofNullable(documents.get(new DocumentKey(collection, id)))
            .map(value -> new Document(id, value, List.of()));
      }
    };
  }

  /** Another node's change: visible and told at once. Null deletes. */
  void remote(DocumentKey key, Map<String, Object> value) {
    JournalEntry entry = entry(key, value, Origin.REMOTE);
    set(key, value);
    tell(entry);
  }

  /** A change of this node: readers see it at once, it is told when it is durable. */
  void local(DocumentKey key, Map<String, Object> value) {
    JournalEntry entry = entry(key, value, Origin.LOCAL);
    underWay.put(entry.sequence(), new Write(entry, documents.get(key), value));
    set(key, value);
  }

  /** The disk has taken the oldest local change; or has refused it. */
  void written(boolean taken) {
    if (underWay.isEmpty()) {
      return;
    }
    Write write = underWay.remove(underWay.keySet().iterator().next());
    if (taken) {
      tell(write.entry());
      return;
    }
    told.addAll(order.abandon(write.entry().sequence()));
    feed.abandon(write.entry().sequence());
    DocumentKey key = write.entry().key();
    if (documents.get(key) == write.after()) {
      set(key, write.before());
    }
    // Readers have seen what was taken back.
    tell(entry(key, documents.get(key), Origin.LOCAL));
  }

  /**
   * The process ends and begins again. After an unclean stop the newest events of others are gone
   * with their changes, which come again from those.
   */
  void restart(boolean clean) {
    while (!underWay.isEmpty()) {
      written(true);
    }
    loop.clear();
    callbacks.clear();
    List<DocumentKey> again = new ArrayList<>();
    while (!clean && !stored.isEmpty() && random.nextInt(4) > 0) {
      JournalEntry newest = stored.lastEntry().getValue();
      if (newest.origin() == Origin.LOCAL) {
        break;
      }
      stored.remove(newest.sequence());
      again.add(newest.key());
    }
    long last = order.reserve() - 1;
    told.clear();
    told.addAll(stored.values());
    feed = feed(List.copyOf(stored.values()), clean ? last : last + 1_000_000);
    again.forEach(key -> remote(key, documents.get(key)));
  }

  /** One task of the loop, or one callback. */
  void runOne() {
    if (random.nextBoolean() && !loop.isEmpty()) {
      loop.remove().run();
    } else if (!callbacks.isEmpty()) {
      callbacks.remove(random.nextInt(callbacks.size())).run();
    }
  }

  void runLoopOnce() {
    loop.remove().run();
  }

  void runCallbackOnce() {
    callbacks.remove(0).run();
  }

  void runAll() {
    while (!underWay.isEmpty()) {
      written(true);
    }
    while (!loop.isEmpty() || !callbacks.isEmpty()) {
      runOne();
    }
  }

  int tasks() {
    return loop.size() + callbacks.size();
  }

  private Feed feed(List<JournalEntry> kept, long lastSequence) {
    order = new TellingOrder(lastSequence);
    return new Feed(new FeedJournal(capacity, kept, lastSequence), loop::add, callbacks::add);
  }

  private void tell(JournalEntry entry) {
    stored.put(entry.sequence(), entry);
    told.addAll(order.visible(entry));
    if (order.waiting() > capacity) {
      order.drop();
      told.clear(); // Nobody may go on from before it, so nobody asks.
    }
    feed.tell(entry);
  }

  private void set(DocumentKey key, Map<String, Object> value) {
    if (value == null) {
      documents.remove(key);
    } else {
      documents.put(key, value);
    }
  }

  private JournalEntry entry(DocumentKey key, Map<String, Object> value, Origin origin) {
    order.reserve();
    return new JournalEntry(
        feed.reserve(),
        key,
        value == null ? Kind.DELETED : Kind.CHANGED,
        origin,
        "node",
        List.of(),
        List.of(new ChangeHash(++hashes, 0, 0, 0)),
        0);
  }
}

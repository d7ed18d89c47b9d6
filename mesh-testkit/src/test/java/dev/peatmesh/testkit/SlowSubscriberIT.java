package dev.peatmesh.testkit;

import static java.util.Collections.synchronizedList;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.PeatMesh;
import dev.peatmesh.sync.DocumentCollection;
import dev.peatmesh.sync.FeedEvent;
import dev.peatmesh.sync.Filter;
import dev.peatmesh.sync.WriteReceipt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A subscriber that sleeps while a minute's worth of changes goes by: 60,000 of them, as fast as
 * they are written. It is held for as long as that takes, so nothing here depends on a clock.
 */
class SlowSubscriberIT {
  private static final int CHANGES = 60_000;
  private static final int SECOND = 1_000;
  private static final int DOCUMENTS = 50;
  private static final Duration DEADLINE = Duration.ofMinutes(1);

  @Test
  @Tag("heavy")
  void isToldToResyncAndEndsWithTheSameStateWhileOthersGoOn() throws InterruptedException {
    try (RealMeshes meshes = new RealMeshes()) {
      PeatMesh one = meshes.start("one");
      PeatMesh two = meshes.start("two", one);
      DocumentCollection tracks = one.collection("tracks");
      final Mirror slow = new Mirror(tracks);
      final Mirror brisk = new Mirror(tracks);
      final Mirror remote = new Mirror(two.collection("tracks"));
      AtomicLong futures = new AtomicLong();
      RealMeshes.await("listening", DEADLINE, () -> slow.listens() && brisk.listens());

      CountDownLatch asleep = new CountDownLatch(1);
      CountDownLatch wake = slow.sleep(asleep);
      tracks.put("d0", Map.of("n", -1));
      asleep.await();
      int toldBefore = slow.events.size();
      for (int second = 0; second < CHANGES / SECOND; second++) {
        write(tracks, second * SECOND, futures);
        long last = second * (long) SECOND + SECOND - 1;
        String id = id((int) last);
        // Nobody waits for the sleeper: neither writers nor futures, listeners nor other nodes.
        RealMeshes.await("brisk", DEADLINE, () -> brisk.changes() == last + 2);
        RealMeshes.await("remote", DEADLINE, () -> remote.shows(id, last));
      }
      assertThat(futures).hasValue(CHANGES);
      assertThat(brisk.resyncs()).as("who keeps up misses nothing").isEmpty();
      assertThat(slow.events).as("asleep").hasSize(toldBefore);

      wake.countDown();
      Map<String, Map<String, @Nullable Object>> expected = contents(tracks);
      RealMeshes.await("same state", DEADLINE, () -> slow.held.equals(expected));
      assertThat(slow.resyncs()).hasSize(1);
      assertThat(slow.events.size() - toldBefore)
          .as("one stretch of events, the mark, the documents")
          .isLessThan(64 + 1 + DOCUMENTS + 2);
      assertThat(brisk.held).isEqualTo(expected);
      assertThat(remote.held).isEqualTo(expected);
      resumesFrom(tracks, slow.lastSequence());
    }
  }

  /** From where the feed went on after the snapshot, a new subscription misses nothing. */
  private static void resumesFrom(DocumentCollection tracks, long sequence) {
    List<FeedEvent> events = new CopyOnWriteArrayList<>();
    tracks.subscribe(Filter.all(), sequence, events::add);
    tracks.put("d1", Map.of("n", "last"));
    RealMeshes.await("resumed", DEADLINE, () -> !events.isEmpty());
    assertThat(events).singleElement().isInstanceOf(FeedEvent.Changed.class);
  }

  private static void write(DocumentCollection tracks, int from, AtomicLong futures) {
    List<CompletableFuture<WriteReceipt>> writes = new ArrayList<>();
    for (int i = from; i < from + SECOND; i++) {
      long number = i;
      writes.add(tracks.changeAsync(id(i), document -> document.put("n", number)));
    }
    writes.forEach(write -> write.thenRun(futures::incrementAndGet).join());
  }

  private static String id(int number) {
    return "d" + number % DOCUMENTS;
  }

  private static Map<String, Map<String, @Nullable Object>> contents(DocumentCollection tracks) {
    Map<String, Map<String, @Nullable Object>> contents = new TreeMap<>();
    tracks.list().forEach(id -> contents.put(id, tracks.get(id).orElseThrow()));
    return contents;
  }

  /** Keeps a copy of a collection by its feed, and can be made to sleep in the next call. */
  private static final class Mirror implements Consumer<FeedEvent> {
    private final DocumentCollection documents;
    private final Map<String, Map<String, @Nullable Object>> held = new ConcurrentSkipListMap<>();
    private final List<FeedEvent> events = synchronizedList(new ArrayList<>());
    private final AtomicLong changes = new AtomicLong();
    private volatile @Nullable Runnable beforeNext;

    Mirror(DocumentCollection documents) {
      this.documents = documents;
      documents.subscribe(Filter.all(), this);
    }

    CountDownLatch sleep(CountDownLatch asleep) {
      CountDownLatch wake = new CountDownLatch(1);
      beforeNext =
          () -> {
            asleep.countDown();
            try {
              wake.await();
            } catch (InterruptedException end) {
              Thread.currentThread().interrupt();
            }
          };
      return wake;
    }

    @Override
    public void accept(FeedEvent event) {
      Runnable sleeping = beforeNext;
      if (sleeping != null) {
        beforeNext = null;
        sleeping.run();
      }
      if (event instanceof FeedEvent.Resync) {
        held.clear();
      } else if (event instanceof FeedEvent.Present present) {
        held.put(present.document().id(), present.document().value());
      } else if (event instanceof FeedEvent.Changed changed) {
        changes.incrementAndGet();
        String id = changed.key().id();
        documents.get(id).ifPresentOrElse(value -> held.put(id, value), () -> held.remove(id));
      }
      events.add(event);
    }

    boolean shows(String id, long number) {
      return held.getOrDefault(id, Map.of()).get("n") instanceof Long shown && shown >= number;
    }

    boolean listens() {
      return !events.isEmpty();
    }

    /** How many changes it was told of. */
    long changes() {
      return changes.get();
    }

    List<FeedEvent> resyncs() {
      synchronized (events) {
        return events.stream().filter(FeedEvent.Resync.class::isInstance).toList();
      }
    }

    long lastSequence() {
      FeedEvent last = events.get(events.size() - 1);
      if (last instanceof FeedEvent.SnapshotEnd end) {
        return end.sequence();
      }
      return ((FeedEvent.Changed) last).sequence();
    }
  }
}

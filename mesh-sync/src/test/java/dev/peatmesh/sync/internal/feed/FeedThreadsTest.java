package dev.peatmesh.sync.internal.feed;

import static dev.peatmesh.sync.internal.feed.FeedJournalTest.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.runtime.ThreadLoop;
import dev.peatmesh.sync.Document;
import dev.peatmesh.sync.FeedEvent;
import dev.peatmesh.sync.Filter;
import dev.peatmesh.sync.internal.query.DocumentSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The feed on threads: none is left asleep while there is something to tell. */
class FeedThreadsTest {
  private static final int ROUNDS = 20;
  private static final int EVENTS = 500;
  private static final int TURNS = 20_000;

  private final ThreadLoop loop = new ThreadLoop("documents");
  private final ExecutorService callbacks = Executors.newFixedThreadPool(3);

  /** One document, always the same: what counts here is who hears of it. */
  private final DocumentSource documents =
      new DocumentSource() {
        @Override
        public String idAfter(String id) {
          return id == null ? "a" : null;
        }

        @Override
        public Optional<Document> document(String id) {
          return Optional.of(new Document(id, Map.of("n", 1L), List.of()));
        }
      };

  @AfterEach
  void stop() {
    callbacks.shutdownNow();
    loop.close();
  }

  @Test
  void everySubscriberHearsTheLastEvent() throws InterruptedException {
    for (int round = 0; round < ROUNDS; round++) {
      Feed feed = new Feed(new FeedJournal(64, List.of(), 0), loop, callbacks);
      List<CountDownLatch> heard = new ArrayList<>();
      for (Filter filter : List.of(Filter.all(), Filter.eq("n", 1), Filter.all())) {
        CountDownLatch last = new CountDownLatch(1);
        heard.add(last);
        feed.subscribe(
            "things",
            filter,
            OptionalLong.empty(),
            documents,
            event -> {
              if (sequence(event) == EVENTS) {
                last.countDown();
              }
            });
      }
      for (int i = 0; i < EVENTS; i++) {
        loop.execute(() -> feed.tell(entry(feed.reserve())));
      }

      for (CountDownLatch last : heard) {
        assertThat(last.await(30, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  /** The next event comes a little later each time: once just as the subscriber lies down. */
  @Test
  void eventThatComesAsTheSubscriberLiesDownWakesIt() {
    Feed feed = new Feed(new FeedJournal(64, List.of(), 0), Runnable::run, callbacks);
    AtomicLong heard = new AtomicLong(-1);
    feed.subscribe(
        "things",
        Filter.all(),
        OptionalLong.empty(),
        documents,
        event -> heard.accumulateAndGet(sequence(event), Math::max));
    for (int turn = 0; turn < TURNS; turn++) {
      long told = turn;
      await(() -> heard.get() == told);
      for (int i = 0; i < turn % 512; i++) {
        Thread.onSpinWait();
      }
      feed.tell(entry(feed.reserve()));
    }
    await(() -> heard.get() == TURNS);

    assertThat(heard).hasValue(TURNS);
  }

  /** Spins: what is awaited comes within microseconds. */
  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("the subscriber sleeps on");
      }
      Thread.onSpinWait();
    }
  }

  private static long sequence(FeedEvent event) {
    if (event instanceof FeedEvent.Changed changed) {
      return changed.sequence();
    }
    return event instanceof FeedEvent.SnapshotEnd end ? end.sequence() : 0;
  }
}

package dev.peatmesh.sync.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.store.GroupCommit.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A caller that builds every change of a document on the one before it, and goes back to the last
 * durable one when it is told of a failure, once for all that was under way. Whatever fails, is
 * refused or is told late: what is kept of a document is one chain, and the one the caller sees.
 */
class GroupCommitModelTest {
  private static final Limits LIMITS = new Limits(12, 1_000, 5, 500, Duration.ofSeconds(10));
  private static final long NOTHING = 0;

  private final BlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
  private final GatedStore store = GatedStore.open();
  private final Map<Long, DocumentKey> documents = new HashMap<>();
  private final Map<Long, Long> predecessors = new HashMap<>();
  private final Map<DocumentKey, Long> newest = new HashMap<>();
  private final Map<DocumentKey, Long> durable = new HashMap<>();
  private final Map<DocumentKey, Integer> timesTakenBack = new HashMap<>();
  private final List<Long> handedOver = new ArrayList<>();
  private final List<Long> told = new ArrayList<>();
  private final List<Long> toldKept = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void keepsOneChainPerDocument(long seed) {
    Random random = new Random(seed);
    store.failWhen(change -> change.chunk().seq() % 7 == 0);
    GroupCommit log = new GroupCommit(store, loop::add, "mesh-model-store", LIMITS);
    for (long number = 1; number < 3_000; number += 2) {
      append(log, random, number);
      Runnable task = random.nextInt(4) == 0 ? null : loop.poll();
      if (task != null) {
        task.run();
      }
    }
    log.close();
    for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
      task.run();
    }

    List<Long> kept = kept();
    assertThat(told).as("every append is told, in order").isEqualTo(handedOver);
    assertThat(kept).as("what was told is what is kept").isEqualTo(toldKept);
    assertThat(kept.size()).as("some are kept, some are not").isBetween(1, 2_999);
    Map<DocumentKey, Long> chain = new HashMap<>();
    for (long number : kept) {
      DocumentKey key = documents.get(number);
      assertThat(predecessors.get(number))
          .as("what " + number + " was built on")
          .isEqualTo(chain.getOrDefault(key, NOTHING));
      chain.put(key, number);
    }
    assertThat(newest).as("what the caller sees at the end").containsAllEntriesOf(chain);
  }

  /** One or two documents; the second change has the next number. */
  private void append(GroupCommit log, Random random, long number) {
    List<StoreWrite.Change> changes = new ArrayList<>();
    changes.add(next(random, number));
    if (random.nextInt(4) == 0) {
      changes.add(next(random, number + 1));
    }
    changes.forEach(change -> handedOver.add(change.chunk().seq()));
    Map<DocumentKey, Integer> takenBackBefore = Map.copyOf(timesTakenBack);
    log.append(changes, failure -> done(changes, takenBackBefore, failure));
  }

  private StoreWrite.Change next(Random random, long number) {
    DocumentKey key = new DocumentKey("lists", "d" + random.nextInt(4));
    documents.put(number, key);
    predecessors.put(number, newest.getOrDefault(key, NOTHING));
    newest.put(key, number);
    return Samples.change(key, number, 1 + random.nextInt(150));
  }

  private void done(
      List<StoreWrite.Change> changes,
      Map<DocumentKey, Integer> takenBackBefore,
      MeshException.StoreFailure failure) {
    Set<DocumentKey> keys = new HashSet<>();
    for (StoreWrite.Change change : changes) {
      long number = change.chunk().seq();
      told.add(number);
      if (failure == null) {
        toldKept.add(number);
        durable.put(change.key(), number);
      } else if (keys.add(change.key())) {
        takeBack(change.key(), takenBackBefore.getOrDefault(change.key(), 0));
      }
    }
  }

  /** A document that was taken back since is fresh: what was handed over then is to stay. */
  private void takeBack(DocumentKey key, int takenBackBefore) {
    int times = timesTakenBack.getOrDefault(key, 0);
    if (times == takenBackBefore) {
      newest.put(key, durable.getOrDefault(key, NOTHING));
      timesTakenBack.put(key, times + 1);
    }
  }

  @SuppressWarnings("unchecked")
  private List<Long> kept() {
    return store.kept.stream()
        .flatMap(group -> ((List<Long>) group).stream())
        .collect(Collectors.toList());
  }
}

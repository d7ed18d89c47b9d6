package dev.peatmesh.sync.internal.reconcile;

import static dev.peatmesh.sync.internal.reconcile.Replicas.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.Trials;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What an exchange finds, and what it costs in bytes and rounds. */
class ReconciliationTest {
  private static final int MANY = 100_000;

  private final Replicas replicas = new Replicas();

  @Test
  void equalDocumentsTakeOneFrameAndNoAnswer() {
    replicas.fillBoth(MANY);

    replicas.exchange();

    assertThat(replicas.frames).isEqualTo(1);
    assertThat(replicas.bytes).isLessThan(100);
  }

  @Test
  void tenDifferentOfAHundredThousandTakeFewBytes() {
    replicas.fillBoth(MANY);
    Set<DocumentKey> changed = update(replicas.right, 10);

    replicas.exchange();

    report("10 of 100,000 differ", 10);
    assertThat(replicas.bytes).isLessThan(6_000);
    assertThat(found()).isEqualTo(changed);
  }

  @Test
  void thousandDifferentOfAHundredThousandTakeFewBytesEach() {
    replicas.fillBoth(MANY);
    Set<DocumentKey> changed = update(replicas.right, 1_000);

    replicas.exchange();

    report("1,000 of 100,000 differ", 1_000);
    assertThat(replicas.bytes / 1_000).isLessThan(150);
    assertThat(found()).isEqualTo(changed);
  }

  @Test
  void halfOfAllDifferent() {
    replicas.fillBoth(MANY);
    Set<DocumentKey> changed = update(replicas.left, MANY / 2);

    replicas.exchange();

    report("50,000 of 100,000 differ", MANY / 2);
    assertThat(found()).isEqualTo(changed);
    replicas.transfer();
    assertThat(replicas.equal()).isTrue();
  }

  @Test
  void emptySideIsOfferedEverythingInOneRoundTrip() {
    for (int i = 0; i < MANY; i++) {
      replicas.right.put(key(i), 1);
    }

    replicas.exchange();

    report("one side empty", MANY);
    assertThat(replicas.legs).isEqualTo(2);
    assertThat(replicas.left.offered).hasSize(MANY);
    int offer = new Offer(key(MANY - 1), Replicas.heads(1)).encodedBytes();
    assertThat(replicas.bytes).isLessThan((long) MANY * (offer + 1));
  }

  @Test
  void emptyLeaderIsOfferedEverythingAndEmptyFollowerAsks() {
    for (int i = 0; i < MANY; i++) {
      replicas.left.put(key(i), 1);
    }

    replicas.exchange();

    assertThat(replicas.legs).isEqualTo(3);
    assertThat(replicas.right.offered).hasSize(MANY);
  }

  @Test
  void randomSetsBecomeEqual() {
    Trials.run(
        300,
        random -> {
          Replicas pair = randomPair(random);
          pair.exchange();
          pair.transfer();
          assertThat(pair.equal()).isTrue();
        });
  }

  @Test
  void changesAmidTheExchangeAreFoundByTheNext() {
    Trials.run(
        300,
        random -> {
          Replicas pair = randomPair(random);
          pair.betweenFrames(() -> change(random.nextBoolean() ? pair.left : pair.right, random));
          pair.exchange();
          pair.transfer();
          pair.betweenFrames(() -> {});
          pair.exchange();
          pair.transfer();
          assertThat(pair.equal()).isTrue();
        });
  }

  private static Replicas randomPair(Random random) {
    Replicas pair = new Replicas();
    int documents = 1 << random.nextInt(12);
    for (int i = 0; i < documents; i++) {
      DocumentKey key = key("c" + random.nextInt(3), i);
      int where = random.nextInt(20);
      if (where != 0) {
        pair.left.put(key, 1 + random.nextInt(1 + random.nextInt(2)));
      }
      if (where != 1) {
        pair.right.put(key, 1);
      }
      if (where == 2) {
        pair.left.delete(key, 2, random.nextInt(5_000));
      }
    }
    return pair;
  }

  private static void change(Replicas.Side side, Random random) {
    DocumentKey key = key("c" + random.nextInt(3), random.nextInt(4_096));
    if (random.nextInt(4) == 0) {
      side.delete(key, 3 + random.nextInt(1_000_000), random.nextInt(5_000));
    } else {
      side.put(key, 3 + random.nextInt(1_000_000));
    }
  }

  private Set<DocumentKey> update(Replicas.Side side, int documents) {
    Random random = new Random(7);
    Set<DocumentKey> changed = new TreeSet<>();
    while (changed.size() < documents) {
      DocumentKey key = key(random.nextInt(MANY));
      side.put(key, 2);
      changed.add(key);
    }
    return changed;
  }

  /** Every document that one of the two sides was told of. */
  private Set<DocumentKey> found() {
    Set<DocumentKey> found = new TreeSet<>(replicas.left.offered.keySet());
    found.addAll(replicas.right.offered.keySet());
    found.addAll(replicas.left.lacking);
    found.addAll(replicas.right.lacking);
    return found;
  }

  private void report(String what, int documents) {
    System.out.printf(
        "%s: %,d bytes, %.1f per document, %d legs, %d frames, %d outstanding%n",
        what,
        replicas.bytes,
        (double) replicas.bytes / documents,
        replicas.legs,
        replicas.frames,
        replicas.outstandingMost);
  }
}

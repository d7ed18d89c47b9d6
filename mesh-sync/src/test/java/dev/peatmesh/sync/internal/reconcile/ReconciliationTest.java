package dev.peatmesh.sync.internal.reconcile;

import static dev.peatmesh.sync.internal.reconcile.Replicas.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.Trials;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What an exchange finds, and what it costs in bytes and rounds. */
class ReconciliationTest {
  private static final int MANY = 100_000;
  private static final int SOME = 20_000;

  private final Replicas replicas = new Replicas();

  @Test
  void equalDocumentsTakeOneFrameAndNoAnswer() {
    replicas.fillBoth(SOME);

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
    replicas.fillBoth(SOME);
    Set<DocumentKey> changed = update(replicas.left, SOME / 2);

    replicas.exchange();

    report("half of 20,000 differ", SOME / 2);
    assertThat(found()).isEqualTo(changed);
    replicas.transfer();
    assertThat(replicas.equal()).isTrue();
  }

  @Test
  void emptySideIsOfferedEverythingInOneRoundTrip() {
    for (int i = 0; i < SOME; i++) {
      replicas.right.put(key(i), 1);
    }

    replicas.exchange();

    report("one side empty", SOME);
    assertThat(replicas.legs).isEqualTo(2);
    assertThat(replicas.left.offered).hasSize(SOME);
    int offer = new Offer(key(SOME - 1), Replicas.heads(1)).encodedBytes();
    assertThat(replicas.bytes).isLessThan((long) SOME * (offer + 1));
  }

  @Test
  void emptyLeaderIsOfferedEverythingAndEmptyFollowerAsks() {
    for (int i = 0; i < SOME; i++) {
      replicas.left.put(key(i), 1);
    }

    replicas.exchange();

    assertThat(replicas.legs).isEqualTo(3);
    assertThat(replicas.right.offered).hasSize(SOME);
  }

  @Test
  void roundsAreBoundedByTheLogarithmOfTheSize() {
    for (int documents = 16; documents <= 65_536; documents *= 16) {
      Replicas pair = new Replicas();
      pair.fillBoth(documents);
      for (int i = 0; i < documents; i += 3) {
        pair.left.put(key(i), 2);
      }
      pair.exchange(Scope.ALL, Integer.MAX_VALUE);

      double levels = Math.log(documents) / Math.log(16);
      System.out.printf("%,d documents: %d frames one after the other%n", documents, pair.legs);
      assertThat((pair.legs + 1) / 2).isLessThanOrEqualTo((int) levels + 3);
      pair.transfer();
      assertThat(pair.equal()).isTrue();
    }
  }

  @Test
  void onlyDeletesThatBothStillHoldAreCompared() {
    replicas.fillBoth(100);
    replicas.left.delete(key(200), 2, 0);
    replicas.left.delete(key(201), 2, 2 * Replicas.BUCKET_SECONDS);

    replicas.exchange(new Scope(Set.of(), 2), Replicas.FRAME_BYTES);

    assertThat(found()).containsExactly(key(201));
  }

  @Test
  void refusedCollectionsAreLeftOut() {
    replicas.left.put(key("tracks", 1), 1);
    replicas.right.put(key("tracks", 2), 1);
    replicas.right.put(key("alerts", 3), 1);

    replicas.exchange(new Scope(Set.of("tracks"), 0), Replicas.FRAME_BYTES);

    assertThat(found()).containsExactly(key("alerts", 3));
  }

  @Test
  void collectionThatOnlyOneSideRefusesIsNotAnswered() {
    replicas.left.put(key("tracks", 1), 1);
    replicas.left.reconciliation.begin(1, Scope.ALL);
    RangeFrame page = replicas.left.reconciliation.next(Replicas.FRAME_BYTES);
    Scope refusing = new Scope(Set.of("tracks"), 0);

    assertThat(page).isNotNull();
    assertThat(replicas.right.reconciliation.handle(page, refusing)).isEmpty();
    assertThat(replicas.right.reconciliation.next(Replicas.FRAME_BYTES)).isNull();
  }

  @Test
  void manyCollectionsTakeSeveralPages() {
    int collections = 5_000;
    for (int i = 0; i < collections; i++) {
      if (i % 7 != 0) {
        replicas.left.put(key("collection-" + i, 1), 1);
      }
      if (i % 5 != 0) {
        replicas.right.put(key("collection-" + i, 1), 1);
      }
    }

    replicas.exchange(Scope.ALL, 4_096);
    replicas.transfer();

    assertThat(replicas.equal()).isTrue();
    assertThat(replicas.left.index.collections()).hasSize(collections - collections / 35 - 1);
  }

  @Test
  void updateIsOfferedByOneSideOnly() {
    replicas.fillBoth(1_000);
    update(replicas.left, 1, 1_000);

    replicas.exchange();

    int told = replicas.left.offered.size() + replicas.right.offered.size();
    assertThat(told).isOne();
    assertThat(replicas.left.lacking).isEmpty();
    assertThat(replicas.right.lacking).isEmpty();
  }

  @Test
  void offerLargerThanAFrameTravelsAlone() {
    List<ChangeHash> heads =
        LongStream.range(0, 200).mapToObj(i -> new ChangeHash(i, 0, 0, 0)).toList();
    for (int i = 0; i < 3; i++) {
      replicas.left.index.put(key(i), new DocumentFacts(heads, false, 0, false, 0, 0));
    }
    replicas.left.reconciliation.begin(1, Scope.ALL);
    deliver(replicas.left, replicas.right);
    deliver(replicas.right, replicas.left);

    Set<DocumentKey> offered = new TreeSet<>();
    for (RangeFrame each = replicas.left.reconciliation.next(1_024);
        each != null;
        each = replicas.left.reconciliation.next(1_024)) {
      replicas
          .right
          .reconciliation
          .handle(each, Scope.ALL)
          .forEach(found -> offered.add(found.key()));
      assertThat(each.encodedBytes()).isBetween(200 * ChangeHash.BYTES, 202 * ChangeHash.BYTES);
    }
    assertThat(offered).containsExactly(key(0), key(1), key(2));
  }

  @Test
  void moreExchangesFindWhatDidNotFitInMemory() {
    Replicas small = new Replicas(100);
    for (int i = 0; i < 10_000; i++) {
      small.left.put(key(i), 1);
      small.right.put(key(i), 2);
    }
    int exchanges = 0;
    int dropped = 0;
    for (; !small.equal(); exchanges++) {
      small.exchange();
      small.transfer();
      assertThat(small.outstandingMost).isLessThanOrEqualTo(100);
      boolean incomplete =
          small.left.reconciliation.incomplete() || small.right.reconciliation.incomplete();
      dropped += incomplete ? 1 : 0;
    }

    assertThat(dropped).isBetween(1, exchanges - 1);
    assertThat(exchanges).isLessThan(50);
  }

  @Test
  void randomSetsBecomeEqual() {
    Trials.run(
        150,
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
        150,
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

  private static void deliver(Replicas.Side from, Replicas.Side to) {
    RangeFrame frame = from.reconciliation.next(Replicas.FRAME_BYTES);
    assertThat(frame).isNotNull();
    to.reconciliation.handle(frame, Scope.ALL);
  }

  private static Set<DocumentKey> update(Replicas.Side side, int documents) {
    return update(side, documents, MANY);
  }

  private static Set<DocumentKey> update(Replicas.Side side, int documents, int of) {
    Random random = new Random(7);
    Set<DocumentKey> changed = new TreeSet<>();
    while (changed.size() < documents) {
      DocumentKey key = key(random.nextInt(of));
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

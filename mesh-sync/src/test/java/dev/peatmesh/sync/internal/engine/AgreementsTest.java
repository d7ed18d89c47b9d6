package dev.peatmesh.sync.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.reconcile.DocumentFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AgreementsTest {
  private static final PeerId PEER = new PeerId("01".repeat(32));
  private static final PeerId OTHER = new PeerId("02".repeat(32));
  private static final StoreId STORE = new StoreId(1, 2);
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final Agreement LAST = new Agreement(PEER, STORE, 7, 50, 100, 20 * DAY);

  @Test
  void theSameStoreThatWentOnIsTheSameReplica() {
    assertThat(of(LAST).with(PEER, lineage(STORE, 50, 7))).contains(LAST);
    assertThat(of(LAST).with(PEER, lineage(STORE, 51, 7))).contains(LAST);
  }

  @Test
  void anotherStoreOrOneThatWasSetBackIsANewReplica() {
    assertThat(of(LAST).with(PEER, lineage(new StoreId(9, 9), 50, 7))).isEmpty();
    assertThat(of(LAST).with(PEER, lineage(STORE, 49, 7))).isEmpty();
    assertThat(of(LAST).with(OTHER, lineage(STORE, 50, 7))).isEmpty();
  }

  @Test
  void aBackupOfARunningStoreIsANewReplicaThoughItsNumbersWentOn() {
    assertThat(of(LAST).with(PEER, lineage(STORE, 2_000, 7, 40, 8))).isEmpty();
    assertThat(of(LAST).with(PEER, lineage(STORE, 2_000, 7, 50, 8))).contains(LAST);
    assertThat(of(LAST).with(PEER, lineage(STORE, 2_000, 7, 50, 8, 40, 9))).isEmpty();
  }

  @Test
  void aBackupOfAClosedStoreIsANewReplicaThoughItsNumbersWentOn() {
    assertThat(of(LAST).with(PEER, lineage(STORE, 2_000, 6, 40, 8))).isEmpty();
    assertThat(of(LAST).with(PEER, lineage(STORE, 2_000, 6, 40, 7, 60, 8))).contains(LAST);
  }

  @Test
  void whatAPeerLacksWasDeletedOnlyIfItHadItAndWasAwayForLong() {
    Agreements agreements = of(LAST);
    long soon = 27 * DAY;
    long late = 27 * DAY + 1;

    assertThat(agreements.deletedMeanwhile(Optional.of(LAST), alive(100), late)).isTrue();
    assertThat(agreements.deletedMeanwhile(Optional.of(LAST), alive(101), late)).isFalse();
    assertThat(agreements.deletedMeanwhile(Optional.of(LAST), alive(100), soon)).isFalse();
    assertThat(agreements.deletedMeanwhile(Optional.empty(), alive(100), late)).isFalse();
  }

  @Test
  void whatAPeerSaysIsGoneIsDeletedOnlyIfNobodyHereTouchedItSince() {
    assertThat(of(LAST).droppedThere(Optional.of(LAST), alive(100))).isTrue();
    assertThat(of(LAST).droppedThere(Optional.of(LAST), alive(101))).isFalse();
    assertThat(of(LAST).droppedThere(Optional.empty(), alive(1))).isFalse();
  }

  @Test
  void historyIsNeededWhileAReplicaMayComeBackThatLacksIt() {
    Agreements agreements = of(LAST, new Agreement(OTHER, STORE, 7, 5, 70, 20 * DAY));

    assertThat(agreements.commonSequence(Map.of(), Set.of(), 21 * DAY)).isEqualTo(70);
    assertThat(agreements.commonSequence(Map.of(OTHER, 90L), Set.of(), 21 * DAY)).isEqualTo(90);
    assertThat(agreements.commonSequence(Map.of(), Set.of(), 28 * DAY)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void historyIsNeededWhileANodeIsNamedWithWhichNobodyHereHasAgreed() {
    PeerId stranger = new PeerId("03".repeat(32));

    assertThat(of(LAST).commonSequence(Map.of(), Set.of(stranger), 21 * DAY)).isZero();
    assertThat(of(LAST).commonSequence(Map.of(stranger, 0L), Set.of(), 21 * DAY)).isZero();
  }

  @Test
  void aBucketGoesWhenItsYoungestTombstoneIsOlderThanTheRetention() {
    Agreements agreements = new Agreements(Duration.ofSeconds(80), 10, List.of());

    // Bucket 5 is 50 to 59 s; (5 + 1) * 10 + 80 = 140.
    assertThat(agreements.fromBucket(140)).isEqualTo(5);
    assertThat(agreements.fromBucket(141)).isEqualTo(6);
    assertThat(agreements.fromBucket(0)).isZero();
  }

  @Test
  void remembersABoundedNumberOfReplicas() {
    Agreements agreements = of();
    for (int i = 0; i < 2 * Agreements.REPLICAS_MAX; i++) {
      PeerId peer = new PeerId("%064x".formatted(i));
      agreements.note(new Agreement(peer, STORE, 7, 1, 1, i));
    }

    assertThat(agreements.with(new PeerId("%064x".formatted(0)), lineage(STORE, 9, 7))).isEmpty();
    assertThat(
            agreements.with(
                new PeerId("%064x".formatted(2 * Agreements.REPLICAS_MAX - 1)),
                lineage(STORE, 9, 7)))
        .isPresent();
  }

  private static Agreements of(Agreement... known) {
    return new Agreements(Duration.ofDays(7), Duration.ofDays(7).toSeconds() / 8, List.of(known));
  }

  /**
   * @param opening the first opening that is known
   * @param others what the store held when it was opened again, and the name of that opening, and
   *     so on
   */
  private static Lineage lineage(StoreId store, long sequence, long opening, long... others) {
    List<Lineage.Opening> openings = new ArrayList<>();
    openings.add(new Lineage.Opening(opening, 0));
    for (int i = 0; i < others.length; i += 2) {
      openings.add(new Lineage.Opening(others[i + 1], others[i]));
    }
    return new Lineage(store, sequence, openings);
  }

  private static DocumentFacts alive(long sequence) {
    return new DocumentFacts(List.of(new ChangeHash(1, 1, 1, 1)), false, 0, false, 0, sequence);
  }
}

package dev.peatmesh.testkit.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.sync.internal.crdt.NativeDocument;
import dev.peatmesh.testkit.Seeds;
import dev.peatmesh.testkit.SimulatedMesh;
import dev.peatmesh.testkit.SimulationFailure;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The convergence matrix: whatever befalls five nodes that write, within {@link
 * MatrixRun#HEALED_WITHIN} of the end of it all are equal, no acknowledged write is lost and no
 * deleted document is back.
 */
class MatrixSimTest {
  private static final int SEEDS = 20;

  /** With {@link #SEEDS_OF_ALL_HEAVY} 10,000 in all: a seed costs some 30 ms. */
  private static final int SEEDS_HEAVY = 1_000;

  private static final int SEEDS_OF_ALL_HEAVY = 2_000;

  @Test
  void aPartitionOfAMinuteWithWritesOnBothSides() {
    survives(Faults.PARTITION, SEEDS);
  }

  @Test
  void packetsThatPassInOneDirectionOnly() {
    survives(Faults.ONE_WAY, SEEDS);
  }

  @Test
  void aThirdOfAllPacketsLost() {
    survives(Faults.LOSS, SEEDS);
  }

  @Test
  void halfASecondOfJitter() {
    survives(Faults.JITTER, SEEDS);
  }

  @Test
  void doubledPackets() {
    survives(Faults.DUPLICATION, SEEDS);
  }

  @Test
  void overtakenPackets() {
    survives(Faults.REORDERING, SEEDS);
  }

  @Test
  void restartsOfAllNodesOneAfterAnotherUnderWrites() {
    survives(Faults.ROLLING_RESTART, SEEDS);
  }

  @Test
  void clocksThatJumpByAnHour() {
    survives(Faults.CLOCK_JUMPS, SEEDS);
  }

  @Test
  void anythingInAnyOrder() {
    survives(Faults.ALL_AT_ONCE, 40);
  }

  /** The only test of its kind: one run costs some tens of milliseconds. */
  @ParameterizedTest
  @EnumSource
  @Tag("heavy")
  void manyRunsOfEveryFault(Faults faults) {
    survives(faults, faults == Faults.ALL_AT_ONCE ? SEEDS_OF_ALL_HEAVY : SEEDS_HEAVY);
  }

  /**
   * A node deleted a document, wrote it anew and died before that write was durable; an edit beside
   * the delete brought the document back, with what was deleted.
   */
  @Test
  void whatAWriteWouldHaveBuriedMayComeBackWhenTheWriteWasLost() {
    try (MatrixRun run = new MatrixRun(SimulatedMesh.builder(), 690)) {
      assertThat(run.play(Faults.ALL_AT_ONCE)).isLessThan(MatrixRun.HEALED_WITHIN);
    }
  }

  /** The one shortcut that a simulated node takes: see {@link SimulatedMesh.Builder}. */
  @Test
  void nodesThatSignTheirProofsAsInProductionDoTheVerySame() {
    Seeds.forEachSeed(
        3, seed -> assertThat(logOf(seed, true)).as("events").isEqualTo(logOf(seed, false)));
  }

  @Test
  void aMeshThatDoesNotDialAgainIsFoundOut() {
    isFoundOut(Faults.PARTITION, SimulatedMesh.builder().redial(false));
  }

  @Test
  void aTransportThatHandsOnDoublesIsFoundOut() {
    isFoundOut(Faults.DUPLICATION, SimulatedMesh.builder().inOrder(false));
  }

  @Test
  void aTransportThatHandsOnWhatWasOvertakenIsFoundOut() {
    isFoundOut(Faults.REORDERING, SimulatedMesh.builder().inOrder(false));
  }

  private static void survives(Faults faults, int seeds) {
    long openBefore = NativeDocument.openCount();
    AtomicLong slowestMillis = new AtomicLong();
    long startNanos = System.nanoTime();
    Seeds.forEachSeedInParallel(
        seeds,
        seed -> {
          try (MatrixRun run = new MatrixRun(SimulatedMesh.builder(), seed)) {
            long tookMillis = run.play(faults).toMillis();
            slowestMillis.accumulateAndGet(tookMillis, Math::max);
          }
        });
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    System.out.printf(
        "%s: %d seeds, %.0f per second; equal at the latest %d ms after healing%n",
        faults, seeds, seeds / seconds, slowestMillis.get());
    assertThat(NativeDocument.openCount()).as("native documents left open").isEqualTo(openBefore);
  }

  private static String logOf(long seed, boolean signedProofs) {
    try (MatrixRun run = new MatrixRun(SimulatedMesh.builder().signedProofs(signedProofs), seed)) {
      run.play(Faults.ALL_AT_ONCE);
      return run.mesh().log().hash();
    }
  }

  private static void isFoundOut(Faults faults, SimulatedMesh.Builder planted) {
    assertThatThrownBy(
            () ->
                Seeds.forEachSeed(
                    3,
                    seed -> {
                      try (MatrixRun run = new MatrixRun(planted, seed)) {
                        run.play(faults);
                      }
                    }))
        .isInstanceOf(SimulationFailure.class);
  }
}

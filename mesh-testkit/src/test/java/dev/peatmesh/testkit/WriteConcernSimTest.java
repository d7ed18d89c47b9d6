package dev.peatmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.WriteReceipt;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What {@code awaitReplicated} promises, while those that promise crash. */
class WriteConcernSimTest {
  private static final int NODES = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private final AtomicInteger confirmations = new AtomicInteger();

  @Test
  void whatWasConfirmedSurvivesTheCrashOfEveryHolder() {
    Seeds.forEachSeed(10, this::play);
    assertThat(confirmations).as("runs that prove something").hasPositiveValue();
  }

  /**
   * One node writes and waits while the others crash in the middle of commits. Then the writer is
   * lost for good with all that it holds: what it was told to be on enough others must be there.
   */
  private void play(long seed) {
    Random random = new Random(seed);
    int wanted = 1 + random.nextInt(NODES - 1);
    try (SimulatedMesh mesh = SimulatedMesh.builder().nodes(NODES).seed(seed).start()) {
      mesh.node(0).awaitConverged(Duration.ofSeconds(50));
      String collection = random.nextBoolean() ? "lists" : "tracks";
      WriteReceipt receipt = mesh.node(0).collection(collection).put("a", Map.of("x", seed));
      CompletableFuture<Void> confirmed = receipt.replicated(wanted, PATIENCE);
      for (int i = 0; i < 6; i++) {
        int victim = 1 + random.nextInt(NODES - 1);
        mesh.advance(Duration.ofMillis(random.nextInt(4)));
        mesh.node(victim).crash();
        mesh.advance(Duration.ofMillis(random.nextInt(1_500)));
        mesh.node(victim).restart();
      }
      mesh.runUntil(confirmed::isDone, PATIENCE.multipliedBy(2));
      assertThat(confirmed).isDone();
      if (confirmed.isCompletedExceptionally()) {
        return; // Late: nothing was promised.
      }
      confirmations.incrementAndGet();
      mesh.node(0).crash();
      for (int i = 1; i < NODES; i++) {
        mesh.node(i).crash();
        mesh.node(i).restart();
      }
      long holders =
          mesh.nodes().stream()
              .filter(SimulatedNode::isUp)
              .filter(node -> node.collection(collection).get("a").isPresent())
              .count();
      assertThat(holders).isGreaterThanOrEqualTo(wanted);
    }
  }

  @Test
  void convergenceNamesWhoCannotBeReachedAndComesWhenItCan() {
    try (SimulatedMesh mesh = SimulatedMesh.builder().nodes(3).start()) {
      mesh.node(0).awaitConverged(Duration.ofSeconds(50));
      mesh.partition(List.of(0, 1), List.of(2));
      mesh.node(0).collection("lists").put("a", Map.of("x", 1));
      mesh.advance(Duration.ofSeconds(10));

      assertThatThrownBy(() -> mesh.node(0).awaitConverged(Duration.ofSeconds(5)))
          .isInstanceOfSatisfying(
              MeshException.NotConverged.class,
              late ->
                  assertThat(late.missing()).containsExactly(Map.entry("node-2", "not connected")));

      mesh.heal();
      mesh.node(0).awaitConverged(Duration.ofSeconds(50));
      assertThat(mesh.node(2).collection("lists").get("a")).isPresent();
    }
  }

  @Test
  void aPausedNodeExchangesNothingAndCatchesUp() {
    try (SimulatedMesh mesh = SimulatedMesh.builder().nodes(2).start()) {
      mesh.node(0).awaitConverged(Duration.ofSeconds(50));
      mesh.node(1).pause();
      mesh.node(0).collection("lists").put("a", Map.of("x", 1));
      mesh.advance(Duration.ofMinutes(2));

      assertThat(mesh.node(1).collection("lists").get("a")).isEmpty();
      assertThat(mesh.node(1).health().reasons())
          .contains("documents: the exchange is paused; call resume() to go on");

      mesh.node(1).resume();
      mesh.node(0).awaitConverged(Duration.ofSeconds(10));
      assertThat(mesh.node(1).collection("lists").get("a")).isPresent();
    }
  }
}

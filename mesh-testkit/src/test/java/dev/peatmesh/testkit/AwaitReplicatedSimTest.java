package dev.peatmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.WriteReceipt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * When a write was waited for until n other nodes hold it, n other nodes hold it on their disks,
 * whatever befalls them: at the moment of the answer all others lose power, come back each on its
 * own, and are asked.
 */
class AwaitReplicatedSimTest {
  private static final int RUNS = 40;
  private static final int RUNS_HEAVY = 10_000;
  private static final int WRITES = 6;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final List<String> COLLECTIONS = List.of("notes", "tracks");

  @Test
  void nobodyIsCalledAHolderWhoIsNone() {
    holds(RUNS);
  }

  @Test
  @Tag("heavy")
  void nobodyIsCalledAHolderWhoIsNoneInManyRuns() {
    holds(RUNS_HEAVY);
  }

  @Test
  void disksThatAnswerBeforeTheyWriteAreFoundOut() {
    assertThatThrownBy(
            () ->
                Seeds.forEachSeed(
                    RUNS, seed -> play(SimulatedMesh.builder().honestDisks(false), seed)))
        .isInstanceOf(SimulationFailure.class)
        .hasMessageContaining("others hold");
  }

  @Test
  void aTimeoutNamesWhoIsMissing() {
    try (SimulatedMesh mesh = SimulatedMesh.builder().nodes(4).start()) {
      mesh.node(0).collection("notes").put("d", Map.of("x", 0));
      assertThat(mesh.settle(Duration.ofMinutes(1))).isTrue();
      mesh.partition(List.of(0, 1), List.of(2, 3));
      mesh.node(1).diskFull(true);
      mesh.node(3).crash();

      WriteReceipt receipt = mesh.node(0).collection("notes").put("d", Map.of("x", 1));
      assertThatThrownBy(() -> receipt.awaitReplicated(1, Duration.ofSeconds(50)))
          .isInstanceOfSatisfying(
              MeshException.NotReplicated.class,
              late -> {
                assertThat(late.holders()).isEmpty();
                assertThat(late.missing())
                    .containsOnlyKeys("node-1", "node-2", "node-3")
                    .containsEntry("node-1", "did not answer")
                    .containsEntry("node-2", "not connected")
                    .containsEntry("node-3", "not connected");
              });

      mesh.node(1).diskFull(false);
      receipt.awaitReplicated(1, Duration.ofSeconds(30));
      assertThatThrownBy(() -> receipt.awaitReplicated(2, Duration.ofSeconds(5)))
          .isInstanceOfSatisfying(
              MeshException.NotReplicated.class,
              late -> {
                assertThat(late.holders()).containsExactly("node-1");
                assertThat(late.missing()).containsOnlyKeys("node-2", "node-3");
              });

      mesh.heal();
      mesh.node(3).restart();
      receipt.awaitReplicated(3, Duration.ofSeconds(50));
    }
  }

  private static void holds(int runs) {
    AtomicInteger answered = new AtomicInteger();
    AtomicInteger late = new AtomicInteger();
    Seeds.forEachSeedInParallel(
        runs,
        seed -> {
          int done = play(SimulatedMesh.builder(), seed);
          answered.addAndGet(done);
          late.addAndGet(WRITES - done);
        });
    System.out.printf(
        "awaitReplicated: %d runs, %d answers checked, %d in vain, 0 false%n",
        runs, answered.get(), late.get());
    assertThat(answered.get()).as("answers to check").isGreaterThan(runs * WRITES / 4);
  }

  /** Returns how many writes were answered for. */
  private static int play(SimulatedMesh.Builder builder, long seed) {
    Random random = new Random(seed);
    int answered = 0;
    try (SimulatedMesh mesh = builder.nodes(3 + random.nextInt(3)).seed(seed).start()) {
      mesh.advance(Duration.ofMillis(random.nextInt(3_000)));
      for (int write = 0; write < WRITES; write++) {
        answered += writeAndWait(mesh, random, write) ? 1 : 0;
        mesh.heal();
        mesh.rules(NetworkRules.LAN);
        mesh.nodes().stream().filter(node -> !node.isUp()).forEach(SimulatedNode::restart);
        mesh.advance(Duration.ofMillis(random.nextInt(2_000)));
      }
    }
    return answered;
  }

  private static boolean writeAndWait(SimulatedMesh mesh, Random random, int write) {
    SimulatedNode writer = mesh.node(random.nextInt(mesh.nodes().size()));
    int wanted = 1 + random.nextInt(mesh.nodes().size() - 1);
    String collection = COLLECTIONS.get(random.nextInt(COLLECTIONS.size()));
    String field = "w" + write;
    if (random.nextBoolean()) {
      trouble(mesh, random, writer);
    }
    WriteReceipt receipt =
        writer.collection(collection).change("d", document -> document.put(field, write));
    CompletableFuture<Void> replicated = receipt.replicated(wanted, PATIENCE);
    for (int troubles = random.nextInt(4); troubles > 0 && !replicated.isDone(); troubles--) {
      mesh.runUntil(replicated::isDone, Duration.ofMillis(random.nextInt(4)));
      if (!replicated.isDone()) {
        trouble(mesh, random, writer);
      }
    }
    mesh.runUntil(replicated::isDone, Duration.ofSeconds(2));
    mesh.heal();
    assertThat(mesh.runUntil(replicated::isDone, PATIENCE.multipliedBy(2))).as("answered").isTrue();
    if (replicated.isCompletedExceptionally()) {
      assertThat(failure(replicated)).isInstanceOf(MeshException.NotReplicated.class);
      return false;
    }
    assertThat(holders(mesh, writer, collection, field))
        .as("others hold " + collection + "/d." + field)
        .isGreaterThanOrEqualTo(wanted);
    return true;
  }

  /** Something happens to one of the others, or to the network; never to the writer. */
  private static void trouble(SimulatedMesh mesh, Random random, SimulatedNode writer) {
    List<SimulatedNode> others = mesh.nodes().stream().filter(node -> node != writer).toList();
    int number = random.nextInt(others.size());
    SimulatedNode other = others.get(number);
    int count = mesh.nodes().size();
    switch (random.nextInt(6)) {
      case 0 -> mesh.rules(NetworkRules.LAN.withLoss(0.3));
      case 1 -> mesh.partition(List.of(random.nextInt(count)));
      case 2 -> mesh.rules(NetworkRules.LAN.withJitter(Duration.ofMillis(200)));
      default -> {
        if (!other.isUp()) {
          other.restart();
        } else if (random.nextInt(4) == 0) {
          other.stop();
        } else {
          other.crash();
        }
      }
    }
  }

  /** Pulls the plug of all others, and asks each of them alone what it has. */
  private static long holders(
      SimulatedMesh mesh, SimulatedNode writer, String collection, String field) {
    List<SimulatedNode> others = mesh.nodes().stream().filter(node -> node != writer).toList();
    others.stream().filter(SimulatedNode::isUp).forEach(SimulatedNode::crash);
    List<Collection<Integer>> alone = new ArrayList<>();
    for (int number = 0; number < mesh.nodes().size(); number++) {
      alone.add(List.of(number));
    }
    mesh.partition(alone);
    others.forEach(SimulatedNode::restart);
    return others.stream()
        .filter(
            node ->
                node.collection(collection)
                    .get("d")
                    .filter(document -> document.containsKey(field))
                    .isPresent())
        .count();
  }

  private static Throwable failure(CompletableFuture<Void> replicated) {
    try {
      replicated.join();
      throw new AssertionError("has not failed");
    } catch (CompletionException failure) {
      return failure.getCause();
    }
  }
}

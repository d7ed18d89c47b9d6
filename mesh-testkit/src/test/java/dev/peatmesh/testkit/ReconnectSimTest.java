package dev.peatmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.PeerStatus;
import dev.peatmesh.sync.MapEditor;
import dev.peatmesh.sync.WriteReceipt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What two nodes exchange when they meet again: what differs, and hardly more. */
class ReconnectSimTest {
  private static final int DOCUMENTS = 2_000;
  private static final int DOCUMENTS_HEAVY = 100_000;
  private static final int EQUAL_BYTES_MAX = 1_000;
  private static final int TEN_BYTES_MAX = 64_000;
  private static final Duration LATENCY = Duration.ofMillis(50);

  private static final Duration MILLISECOND = Duration.ofMillis(1);
  private static final int STEPS_MAX = 120_000;

  /** What a round trip takes at most, with the time that nodes need for a step. */
  private static final Duration ROUND_TRIP = LATENCY.multipliedBy(2).plusMillis(2);

  @Test
  void twoThousandDocuments() {
    costsWhatDiffers(DOCUMENTS);
  }

  @Test
  @Tag("heavy")
  void aHundredThousandDocuments() {
    costsWhatDiffers(DOCUMENTS_HEAVY);
  }

  private static void costsWhatDiffers(int documents) {
    try (SimulatedMesh mesh = filled(documents)) {
      Reunion equal = meetAgain(mesh, 0);
      System.out.printf("reconnect, %d documents, equal: %s%n", documents, equal);
      assertThat(equal.documentBytes()).isLessThan(EQUAL_BYTES_MAX);
      assertThat(equal.agreed()).isLessThanOrEqualTo(ROUND_TRIP);

      Reunion ten = meetAgain(mesh, 10);
      System.out.printf("reconnect, %d documents, 10 differ: %s%n", documents, ten);
      assertThat(ten.documentBytes()).isLessThan(TEN_BYTES_MAX);
      assertThat(ten.equal()).isLessThan(Duration.ofSeconds(1));

      Reunion thousand = meetAgain(mesh, 1_000);
      System.out.printf("reconnect, %d documents, 1000 differ: %s%n", documents, thousand);
      assertThat(thousand.documentBytes()).isLessThan(2 * thousand.contentBytes());
    }
  }

  private static SimulatedMesh filled(int documents) {
    SimulatedMesh mesh = SimulatedMesh.builder().nodes(2).start();
    Random random = new Random(mesh.seed());
    mesh.advance(Duration.ofSeconds(5));
    for (int i = 0; i < documents; i++) {
      mesh.node(i % 2).collection("notes").changeAsync(id(i), text(random));
      if (i % 200 == 0) {
        mesh.advance(Duration.ofMillis(50));
      }
    }
    mesh.advance(Duration.ofSeconds(10));
    assertThat(mesh.settle(Duration.ofMinutes(10))).as("filled").isTrue();
    assertThat(mesh.node(1).collection("notes").list().size()).isEqualTo(documents);
    mesh.rules(NetworkRules.LAN.withLatency(LATENCY).withJitter(Duration.ZERO));
    mesh.advance(Duration.ofMinutes(2));
    return mesh;
  }

  /** Parts them, changes some documents on either side, and looks at what their reunion costs. */
  private static Reunion meetAgain(SimulatedMesh mesh, int differing) {
    mesh.partition(List.of(0), List.of(1));
    assertThat(until(mesh, Duration.ofSeconds(1), () -> !linked(mesh))).as("parted").isTrue();
    mesh.advance(Duration.ofMinutes(5));
    long before = stored(mesh);
    change(mesh, differing);
    final long content = stored(mesh) - before;
    Traffic quiet = mesh.traffic();
    mesh.heal();
    // Frames may be sent in the instant in which the first of them knows of the link.
    assertThat(until(mesh, MILLISECOND, () -> linked(mesh))).as("linked").isTrue();
    Duration met = mesh.elapsed();
    assertThat(until(mesh, MILLISECOND, mesh::isConverged)).as("equal").isTrue();
    final Duration equal = mesh.elapsed().minus(met);
    assertThat(until(mesh, MILLISECOND, () -> synchronised(mesh))).as("agreed").isTrue();
    final Duration agreed = mesh.elapsed().minus(met);
    assertThat(mesh.isConverged()).isTrue();
    mesh.advance(Duration.ofSeconds(30));
    Traffic said = mesh.traffic().since(quiet);
    return new Reunion(said.documentFrames(), said.documentBytes(), content, equal, agreed);
  }

  private static void change(SimulatedMesh mesh, int differing) {
    Random random = new Random(mesh.seed() + differing);
    List<String> ids = mesh.node(0).collection("notes").list();
    List<CompletableFuture<WriteReceipt>> writes = new ArrayList<>();
    for (int i = 0; i < differing; i++) {
      String id = ids.get(random.nextInt(ids.size()));
      writes.add(mesh.node(i % 2).collection("notes").changeAsync(id, text(random)));
    }
    mesh.advance(Duration.ofSeconds(10));
    assertThat(writes).allMatch(write -> write.isDone() && !write.isCompletedExceptionally());
  }

  private static String id(int number) {
    return "note-" + Integer.toHexString(number * 0x9e3779b1);
  }

  private static Consumer<MapEditor> text(Random random) {
    byte[] bytes = new byte[100];
    random.nextBytes(bytes);
    return note -> note.put("text", Base64.getEncoder().encodeToString(bytes));
  }

  /** Asks the nodes themselves, which is why it cannot be asked while time passes. */
  private static boolean until(SimulatedMesh mesh, Duration step, BooleanSupplier condition) {
    for (int steps = 0; steps < STEPS_MAX && !condition.getAsBoolean(); steps++) {
      mesh.advance(step);
    }
    return condition.getAsBoolean();
  }

  private static long stored(SimulatedMesh mesh) {
    return mesh.nodes().stream().mapToLong(SimulatedNode::storedBytes).sum();
  }

  private static boolean linked(SimulatedMesh mesh) {
    return mesh.nodes().stream().anyMatch(node -> status(node).isConnected());
  }

  private static boolean synchronised(SimulatedMesh mesh) {
    return mesh.nodes().stream().allMatch(node -> status(node).synchronised());
  }

  private static PeerStatus status(SimulatedNode node) {
    return node.peers().get(0);
  }

  /**
   * What it took.
   *
   * @param contentBytes the changes that one side had and the other had not, as they are stored
   * @param equal how long after the first link both sides hold the same
   * @param agreed how long after it both know that
   */
  private record Reunion(
      long frames, long documentBytes, long contentBytes, Duration equal, Duration agreed) {}
}

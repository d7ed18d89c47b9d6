package dev.peatmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.MeshHealth;
import dev.peatmesh.runtime.MeshException;
import java.time.Duration;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class DiskFailureSimTest {
  @Test
  void aFullDiskFailsTheWriteSaysSoAndTheMeshGoesOnReading() {
    Seeds.forEachSeed(10, seed -> writeFailsAndReadingGoesOn(seed, SimulatedNode::diskFull));
  }

  @Test
  void aReadOnlyDiskFailsTheWriteSaysSoAndTheMeshGoesOnReading() {
    Seeds.forEachSeed(10, seed -> writeFailsAndReadingGoesOn(seed, SimulatedNode::diskReadOnly));
  }

  private static void writeFailsAndReadingGoesOn(
      long seed, BiConsumer<SimulatedNode, Boolean> fault) {
    try (SimulatedMesh mesh = SimulatedMesh.builder().nodes(2).seed(seed).start()) {
      SimulatedNode ill = mesh.node(0);
      SimulatedNode well = mesh.node(1);
      ill.collection("c").put("a", Map.of("x", 1));
      assertThat(mesh.settle(Duration.ofMinutes(1))).isTrue();
      fault.accept(ill, true);

      assertThatThrownBy(() -> ill.collection("c").put("a", Map.of("x", 2)))
          .isInstanceOf(MeshException.StoreFailure.class);
      well.collection("c").put("b", Map.of("y", 1));

      assertThat(
              mesh.runUntil(
                  () -> ill.fingerprint().equals(well.fingerprint()), Duration.ofMinutes(1)))
          .as("reading goes on")
          .isTrue();
      assertThat(ill.collection("c").get("a")).contains(Map.of("x", 1L));
      assertThat(ill.collection("c").get("b")).contains(Map.of("y", 1L));
      assertThat(ill.health().state()).isEqualTo(MeshHealth.State.DEGRADED);
      assertThat(ill.health().reasons()).anyMatch(reason -> reason.startsWith("store: "));

      fault.accept(ill, false);
      mesh.advance(Duration.ofSeconds(3));
      assertThat(ill.health().state()).isEqualTo(MeshHealth.State.READY);
      ill.collection("c").put("a", Map.of("x", 3));
      ill.crash();
      ill.restart();
      assertThat(ill.collection("c").get("a")).contains(Map.of("x", 3L));
      assertThat(ill.collection("c").get("b")).as("kept once there was room").isPresent();
    }
  }
}

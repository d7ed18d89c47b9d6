package dev.peatmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.Counter;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When all is equal the wire is silent but for keep-alives. */
class IdleSimTest {
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

  @Test
  void anIdleConvergedMeshSaysNothingForTenMinutes() {
    Seeds.forEachSeed(
        10,
        seed -> {
          try (SimulatedMesh mesh = SimulatedMesh.builder().nodes(5).seed(seed).start()) {
            write(mesh);
            assertThat(mesh.settle(Duration.ofMinutes(1))).isTrue();
            // What was said last is compared once more; then nobody has anything to say.
            mesh.advance(Duration.ofSeconds(5));
            Traffic before = mesh.traffic();

            mesh.advance(TEN_MINUTES);

            assertThat(mesh.traffic().since(before)).isEqualTo(Traffic.NONE);
            assertThat(mesh.isConverged()).isTrue();
          }
        });
  }

  /** The counter-example: the meter does run. */
  @Test
  void oneWriteIsHeardOf() {
    try (SimulatedMesh mesh = SimulatedMesh.builder().nodes(5).start()) {
      write(mesh);
      assertThat(mesh.settle(Duration.ofMinutes(1))).isTrue();
      mesh.advance(Duration.ofSeconds(5));
      Traffic before = mesh.traffic();
      Traffic ofOne = mesh.node(3).traffic();

      mesh.node(3).collection("notes").change("d0", document -> document.put("late", true));
      mesh.advance(TEN_MINUTES);

      Traffic said = mesh.traffic().since(before);
      assertThat(said.documentFrames()).isPositive();
      assertThat(said.documentBytes()).isGreaterThan(said.documentFrames());
      assertThat(said.handshakeFrames()).isZero();
      assertThat(said.packets()).isGreaterThanOrEqualTo(said.documentFrames());
      assertThat(mesh.node(3).traffic().since(ofOne).documentFrames())
          .as("to each peer")
          .isPositive();
    }
  }

  private static void write(SimulatedMesh mesh) {
    for (SimulatedNode node : mesh.nodes()) {
      String number = node.name().substring(node.name().length() - 1);
      node.collection("notes").put("d" + number, Map.of("by", node.name(), "n", new Counter(1)));
    }
  }
}

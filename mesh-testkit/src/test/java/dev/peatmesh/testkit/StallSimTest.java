package dev.peatmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.MeshHealth;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A node that refuses what the others hold: it can never be equal to them. Nobody misses that, it
 * costs little, and everything else goes on.
 */
class StallSimTest {
  private static final int LARGE = 20_000;
  private static final Duration RETENTION = Duration.ofHours(8);

  @Test
  void aPairThatGetsNowhereIsCountedNamedAndDoesNotTalkItselfHoarse() {
    Seeds.forEachSeed(
        5,
        seed -> {
          try (SimulatedMesh mesh =
              SimulatedMesh.builder()
                  .nodes(3)
                  .seed(seed)
                  .tombstoneRetention(RETENTION)
                  .documentBytesMaxOf(2, LARGE / 4)
                  .start()) {
            mesh.node(0).collection("notes").put("large", Map.of("text", "x".repeat(LARGE)));
            mesh.node(2).collection("notes").put("small", Map.of("x", 1));
            mesh.advance(Duration.ofMinutes(15));

            assertThat(mesh.isConverged()).isFalse();
            SimulatedNode refuses = mesh.node(2);
            assertThat(refuses.documents().refused()).isPositive();
            assertThat(mesh.nodes()).as("stalls").anyMatch(node -> node.documents().stalls() > 0);
            assertThat(refuses.health().state()).isEqualTo(MeshHealth.State.DEGRADED);
            assertThat(refuses.health().reasons()).anyMatch(reason -> reason.contains("large"));

            Traffic before = mesh.traffic();
            refuses.collection("notes").put("more", Map.of("x", 1));
            mesh.advance(Duration.ofHours(1));
            Traffic said = mesh.traffic().since(before);
            System.out.printf(
                "stall: %d frames, %d bytes in an hour, %d stalls%n",
                said.documentFrames(),
                said.documentBytes(),
                mesh.nodes().stream().mapToLong(node -> node.documents().stalls()).sum());
            assertThat(said.documentBytes()).isLessThan(120 * LARGE);
            assertThat(mesh.node(0).collection("notes").list())
                .containsExactly("large", "more", "small");

            // A delete stands on what it deletes, which is refused: so it is the retention that
            // ends it.
            mesh.node(0).collection("notes").delete("large");
            mesh.advance(RETENTION.multipliedBy(2));
            assertThat(mesh.isConverged()).as("equal once it is forgotten").isTrue();
            mesh.nodes().forEach(node -> node.awaitConverged(Duration.ofMinutes(1)));
            assertThat(mesh.nodes())
                .allMatch(node -> node.health().state() == MeshHealth.State.READY);
          }
        });
  }
}

package dev.peatmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.MeshHealth;
import dev.peatmesh.sync.CollectionSettings;
import dev.peatmesh.sync.DeletePolicy;
import dev.peatmesh.sync.SyncMode;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nodes that keep a collection in different ways do not mix it up, and say so. */
class ModesSimTest {
  static Stream<CollectionSettings> others() {
    CollectionSettings usual = CollectionSettings.forCollection("c");
    return Stream.of(
        usual.withMode(SyncMode.LATEST_ONLY), usual.withDeletes(DeletePolicy.DELETE_WINS));
  }

  @ParameterizedTest
  @MethodSource("others")
  void theCollectionIsNotExchangedBothSidesAreToldAndTheRestGoesOn(CollectionSettings other) {
    Seeds.forEachSeed(
        10,
        seed -> {
          try (SimulatedMesh mesh =
              SimulatedMesh.builder().nodes(3).seed(seed).collectionOf(2, "c", other).start()) {
            mesh.node(0).collection("c").put("usual", Map.of("x", 1));
            mesh.node(2).collection("c").put("other", Map.of("x", 1));
            mesh.node(0).collection("notes").put("a", Map.of("x", 1));
            mesh.node(2).collection("notes").put("b", Map.of("x", 1));
            mesh.advance(Duration.ofMinutes(1));

            assertThat(mesh.node(0).collection("c").list()).containsExactly("usual");
            assertThat(mesh.node(1).collection("c").list()).containsExactly("usual");
            assertThat(mesh.node(2).collection("c").list()).containsExactly("other");
            for (SimulatedNode node : mesh.nodes()) {
              assertThat(node.collection("notes").list()).containsExactly("a", "b");
              assertThat(node.health().state()).isEqualTo(MeshHealth.State.DEGRADED);
              assertThat(node.health().reasons())
                  .as("%s is told", node)
                  .anyMatch(reason -> reason.contains("collection c is not exchanged"));
            }
            Traffic before = mesh.traffic();
            mesh.advance(Duration.ofMinutes(10));
            assertThat(mesh.traffic().since(before).documentBytes())
                .as("what is refused is no reason to talk")
                .isZero();

            mesh.node(2).collection("notes").delete("a");
            mesh.advance(Duration.ofSeconds(10));
            assertThat(mesh.node(0).collection("notes").list()).containsExactly("b");
          }
        });
  }
}

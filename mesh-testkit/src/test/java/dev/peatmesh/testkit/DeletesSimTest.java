package dev.peatmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.CollectionSettings;
import dev.peatmesh.sync.DeletePolicy;
import dev.peatmesh.sync.SyncMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is deleted goes everywhere, stays gone, and leaves nothing behind in the end. */
class DeletesSimTest {
  private static final Duration RETENTION = Duration.ofDays(1);

  /** An eighth of the retention: all drop the history of a deleted document at about this age. */
  private static final Duration GRACE = RETENTION.dividedBy(8);

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int SEEDS = 5;

  @ParameterizedTest
  @ValueSource(strings = {"notes", "tracks"})
  void aDeleteIsRelayedAndOutlivesTheRestartOfAll(String collection) {
    Seeds.forEachSeed(
        SEEDS,
        seed -> {
          try (SimulatedMesh mesh = mesh(3, seed)) {
            chain(mesh);
            mesh.node(0).collection(collection).put("d", Map.of("x", 1));
            settle(mesh);
            assertThat(mesh.node(2).collection(collection).get("d")).isPresent();

            mesh.node(0).collection(collection).delete("d");
            settle(mesh);
            nobodyHas(mesh, collection, "d");
            restartAll(mesh);

            settle(mesh);
            nobodyHas(mesh, collection, "d");
          }
        });
  }

  @Test
  void theHistoryGoesOnceAllKnowOfTheDeleteAndTheMarkerAfterTheRetention() {
    try (SimulatedMesh mesh = mesh(3, 1)) {
      for (int i = 0; i < 50; i++) {
        int number = i;
        mesh.node(0)
            .collection("notes")
            .change("d", doc -> doc.put("f" + number, "text " + number));
      }
      mesh.node(0).collection("notes").put("kept", Map.of("x", 1));
      settle(mesh);
      long full = mesh.node(2).storedBytes();
      mesh.node(1).collection("notes").delete("d");
      settle(mesh);
      mesh.advance(MINUTE.multipliedBy(5));
      assertThat(mesh.node(2).storedBytes()).as("not at once").isGreaterThanOrEqualTo(full);
      mesh.advance(GRACE);

      long marked = mesh.node(2).storedBytes();
      assertThat(marked).as("the history of it has gone").isLessThan(full / 4);
      String withMarker = mesh.node(2).fingerprint();
      restartAll(mesh);
      settle(mesh);
      assertThat(mesh.node(2).fingerprint()).as("the marker stays").isEqualTo(withMarker);

      mesh.advance(RETENTION.multipliedBy(2));
      assertThat(mesh.isConverged()).isTrue();
      assertThat(mesh.node(2).fingerprint()).as("the marker is gone").isNotEqualTo(withMarker);
      restartAll(mesh);
      settle(mesh);
      nobodyHas(mesh, "notes", "d");
      assertThat(mesh.node(2).collection("notes").get("kept")).isPresent();
      System.out.printf("deletes: stored %d B, collected %d B%n", full, marked);
    }
  }

  /** One that knows of the delete and is away: its word is waited for. */
  @Test
  void theHistoryStaysWhileAReplicaThatMayComeBackHasNotHeardOfTheDelete() {
    try (SimulatedMesh mesh = mesh(3, 1)) {
      for (int i = 0; i < 50; i++) {
        int number = i;
        mesh.node(0)
            .collection("notes")
            .change("d", doc -> doc.put("f" + number, "text " + number));
      }
      settle(mesh);
      mesh.advance(MINUTE.multipliedBy(3));
      long full = mesh.node(0).storedBytes();
      mesh.node(2).stop();
      mesh.node(1).collection("notes").delete("d");
      mesh.advance(GRACE.multipliedBy(2));
      assertThat(mesh.node(0).storedBytes()).isGreaterThanOrEqualTo(full);

      mesh.node(2).restart();
      settle(mesh);
      mesh.advance(MINUTE.multipliedBy(5));
      nobodyHas(mesh, "notes", "d");
      assertThat(mesh.node(0).storedBytes()).isLessThan(full / 4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"notes", "tracks"})
  void whoReturnsAfterTheRetentionBringsNothingBackAndLosesNothingOfItsOwn(String collection) {
    Seeds.forEachSeed(
        SEEDS,
        seed -> {
          try (SimulatedMesh mesh = mesh(3, seed)) {
            for (String id : List.of("deleted", "edited", "untouched")) {
              mesh.node(0).collection(collection).put(id, Map.of("x", 1));
            }
            settle(mesh);
            mesh.advance(MINUTE.multipliedBy(3));
            mesh.partition(List.of(0, 1), List.of(2));
            mesh.advance(MINUTE);
            mesh.node(0).collection(collection).delete("deleted");
            mesh.node(0).collection(collection).delete("edited");
            SimulatedNode away = mesh.node(2);
            away.collection(collection).change("edited", document -> document.put("y", 2));
            away.collection(collection).put("written away", Map.of("x", 1));
            mesh.node(1).collection(collection).put("written here", Map.of("x", 1));
            mesh.advance(RETENTION.multipliedBy(2));

            mesh.heal();
            mesh.advance(MINUTE.multipliedBy(2));
            settle(mesh);
            for (SimulatedNode node : mesh.nodes()) {
              assertThat(node.collection(collection).list())
                  .as("%s on %s", collection, node)
                  .containsExactly("edited", "untouched", "written away", "written here");
              assertThat(node.collection(collection).get("edited").orElseThrow())
                  .containsEntry("y", 2L);
            }
            restartAll(mesh);
            settle(mesh);
            nobodyHas(mesh, collection, "deleted");
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"notes", "tracks"})
  void anIdCanBeUsedAgain(String collection) {
    Seeds.forEachSeed(
        SEEDS,
        seed -> {
          try (SimulatedMesh mesh = mesh(3, seed)) {
            mesh.node(0).collection(collection).put("d", Map.of("x", 1));
            settle(mesh);
            mesh.node(1).collection(collection).delete("d");
            settle(mesh);
            // With the history collected on all of them, and the marker left.
            mesh.advance(GRACE.plus(MINUTE.multipliedBy(2)));
            mesh.node(2).collection(collection).put("d", Map.of("y", 2));
            settle(mesh);
            restartAll(mesh);
            settle(mesh);
            for (SimulatedNode node : mesh.nodes()) {
              assertThat(node.collection(collection).get("d")).contains(Map.of("y", 2L));
            }
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"FULL_HISTORY", "LATEST_ONLY"})
  void aDeleteBeatsTheEditThatDidNotKnowOfItWhereThatIsSet(SyncMode mode) {
    Seeds.forEachSeed(
        SEEDS,
        seed -> {
          for (DeletePolicy policy : DeletePolicy.values()) {
            CollectionSettings settings =
                CollectionSettings.forCollection("c").withMode(mode).withDeletes(policy);
            try (SimulatedMesh mesh =
                SimulatedMesh.builder().nodes(3).seed(seed).collection("c", settings).start()) {
              mesh.node(0).collection("c").put("d", Map.of("x", 1));
              settle(mesh);
              mesh.partition(List.of(0), List.of(1, 2));
              mesh.node(0).collection("c").delete("d");
              mesh.node(1).collection("c").change("d", document -> document.put("y", 2));
              mesh.heal();
              mesh.advance(MINUTE);
              settle(mesh);
              boolean survives = policy == DeletePolicy.EDIT_WINS;
              for (SimulatedNode node : mesh.nodes()) {
                assertThat(node.collection("c").get("d").isPresent())
                    .as("%s %s on %s", mode, policy, node)
                    .isEqualTo(survives);
              }
            }
          }
        });
  }

  private static SimulatedMesh mesh(int nodes, long seed) {
    return SimulatedMesh.builder().nodes(nodes).seed(seed).tombstoneRetention(RETENTION).start();
  }

  /** 0 and 2 do not reach each other. */
  private static void chain(SimulatedMesh mesh) {
    mesh.cut(0, 2);
    mesh.cut(2, 0);
  }

  private static void settle(SimulatedMesh mesh) {
    mesh.advance(Duration.ofSeconds(5));
    assertThat(mesh.settle(MINUTE)).as("equal").isTrue();
  }

  private static void restartAll(SimulatedMesh mesh) {
    mesh.nodes().forEach(SimulatedNode::crash);
    mesh.nodes().forEach(SimulatedNode::restart);
  }

  private static void nobodyHas(SimulatedMesh mesh, String collection, String id) {
    for (SimulatedNode node : mesh.nodes()) {
      assertThat(node.collection(collection).get(id)).as("%s on %s", id, node).isEmpty();
    }
  }
}

package dev.peatmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.PeerStatus;
import dev.peatmesh.runtime.MeshException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A node that is paused says nothing about documents and hears nothing. */
class PauseSimTest {
  @Test
  void nothingPassesWhileItIsPausedAndAllIsCaughtUpOnAfterwards() {
    Seeds.forEachSeed(
        10,
        seed -> {
          try (SimulatedMesh mesh = SimulatedMesh.builder().nodes(3).seed(seed).start()) {
            mesh.node(0).collection("notes").put("d", Map.of("x", 0));
            mesh.node(0).collection("tracks").put("t", Map.of("x", 0));
            settle(mesh);
            SimulatedNode paused = mesh.node(2);
            paused.pause();
            // Frames that are on their way arrive, and are not listened to.
            mesh.advance(Duration.ofSeconds(1));
            final Traffic before = paused.traffic();
            final Traffic all = mesh.traffic();

            paused.collection("notes").put("mine", Map.of("x", 1));
            paused.collection("tracks").change("t", track -> track.put("y", 1));
            mesh.advance(Duration.ofMinutes(10));
            assertThat(paused.traffic().since(before).documentBytes()).isZero();
            assertThat(mesh.traffic().since(all).documentBytes())
                .as("the others have nothing to say, to nobody")
                .isZero();

            Traffic ofOne = mesh.node(1).traffic();
            mesh.node(0).collection("notes").put("theirs", Map.of("x", 1));
            mesh.advance(Duration.ofMinutes(1));
            assertThat(mesh.node(1).collection("notes").list()).containsExactly("d", "theirs");
            assertThat(mesh.node(1).traffic().since(ofOne).documentBytes()).isPositive();
            assertThat(paused.traffic().since(before).documentBytes()).isZero();
            assertThat(paused.collection("notes").list()).containsExactly("d", "mine");
            assertThat(paused.peers()).allMatch(PeerStatus::isConnected);
            assertThat(paused.health().reasons()).anyMatch(reason -> reason.contains("paused"));
            assertThatThrownBy(() -> paused.awaitConverged(Duration.ofSeconds(10)))
                .isInstanceOf(MeshException.NotConverged.class);

            paused.resume();
            paused.awaitConverged(Duration.ofSeconds(30));
            for (SimulatedNode node : mesh.nodes()) {
              assertThat(node.collection("notes").list()).containsExactly("d", "mine", "theirs");
              assertThat(node.collection("tracks").get("t")).contains(Map.of("x", 0L, "y", 1L));
            }
          }
        });
  }

  /** Two nodes alone: so what is counted is the traffic in both directions. */
  @Test
  void theOtherSideIsSilentAsWell() {
    try (SimulatedMesh mesh = SimulatedMesh.builder().nodes(2).start()) {
      mesh.node(0).collection("notes").put("d", Map.of("x", 0));
      settle(mesh);
      mesh.node(1).pause();
      mesh.advance(Duration.ofSeconds(1));
      Traffic before = mesh.traffic();

      for (int i = 0; i < 100; i++) {
        mesh.node(0).collection("notes").put("a" + i, Map.of("x", i));
        mesh.node(1).collection("notes").put("b" + i, Map.of("x", i));
      }
      mesh.advance(Duration.ofHours(1));
      assertThat(mesh.traffic().since(before).documentBytes()).isZero();

      mesh.node(1).resume();
      mesh.node(0).awaitConverged(Duration.ofSeconds(30));
      assertThat(mesh.node(0).collection("notes").list()).hasSize(201);
      assertThat(mesh.isConverged()).isTrue();
    }
  }

  private static void settle(SimulatedMesh mesh) {
    mesh.advance(Duration.ofSeconds(5));
    assertThat(mesh.settle(Duration.ofMinutes(1))).isTrue();
    mesh.advance(Duration.ofSeconds(5));
  }
}

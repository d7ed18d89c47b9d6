package dev.peatmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.PeerStatus;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Peers that come and go give back what they took. */
class PeerChurnSimTest {
  /** Longer than anything is remembered of a peer that is gone. */
  private static final Duration FORGOTTEN = Duration.ofMinutes(5);

  /** Enough for the idle timeout, and for a dial after it. */
  private static final Duration LINKED_MAX = Duration.ofSeconds(30);

  @Test
  void peersThatComeAndGoLeaveNothingBehind() {
    Seeds.forEachSeed(2, seed -> comeAndGo(seed, 150));
  }

  @Test
  @Tag("heavy")
  void tenThousandConnectsAndDisconnectsLeaveNothingBehind() {
    comeAndGo(Seeds.FIRST, 10_000);
  }

  private static void comeAndGo(long seed, int times) {
    long openBefore = NativeDocument.openCount();
    try (SimulatedMesh mesh = SimulatedMesh.builder().nodes(2).seed(seed).start()) {
      mesh.node(0).collection("c").put("d", Map.of("x", 1));
      awaitLinked(mesh);
      mesh.advance(FORGOTTEN);
      Held before = Held.by(mesh);

      for (int round = 0; round < times; round++) {
        part(mesh, round);
        awaitLinked(mesh);
      }
      mesh.advance(FORGOTTEN);

      assertThat(mesh.isConverged()).isTrue();
      assertThat(Held.by(mesh)).isEqualTo(before);
    }
    assertThat(NativeDocument.openCount()).isEqualTo(openBefore);
  }

  /** Every way to lose a peer: it is killed, it leaves, the way is cut; on either side. */
  private static void part(SimulatedMesh mesh, int round) {
    SimulatedNode leaver = mesh.node(round % 2);
    switch (round % 3) {
      case 0 -> {
        leaver.crash();
        leaver.restart();
      }
      case 1 -> {
        leaver.stop();
        mesh.advance(Duration.ofMillis(round % 7_000));
        leaver.restart();
      }
      default -> {
        mesh.partition(List.of(0), List.of(1));
        mesh.advance(Duration.ofSeconds(8));
        assertThat(mesh.nodes()).noneMatch(PeerChurnSimTest::isLinked);
        mesh.heal();
      }
    }
  }

  private static void awaitLinked(SimulatedMesh mesh) {
    Duration waited = Duration.ZERO;
    while (!mesh.nodes().stream().allMatch(PeerChurnSimTest::isLinked)) {
      assertThat(waited).as("time without a link").isLessThan(LINKED_MAX);
      mesh.advance(Duration.ofMillis(100));
      waited = waited.plusMillis(100);
    }
  }

  private static boolean isLinked(SimulatedNode node) {
    return node.peers().stream().anyMatch(PeerStatus::isConnected);
  }

  /** What a mesh of two holds that nobody else gives back. */
  private record Held(long documents, List<Integer> connections, List<Integer> peers, int timers) {
    static Held by(SimulatedMesh mesh) {
      // A node opens a document when it is asked for.
      mesh.nodes().forEach(node -> assertThat(node.collection("c").get("d")).isPresent());
      return new Held(
          NativeDocument.openCount(),
          mesh.nodes().stream().map(SimulatedNode::connections).toList(),
          mesh.nodes().stream().map(node -> node.peers().size()).toList(),
          mesh.timersWaiting());
    }
  }
}

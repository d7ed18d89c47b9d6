package dev.peatmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.CollectionSettings;
import dev.peatmesh.sync.SyncMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A time to live is part of the document: it ends everywhere, unless somebody refreshes it. */
class TimeToLiveSimTest {
  private static final Duration TTL = Duration.ofMinutes(10);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int SEEDS = 5;

  @ParameterizedTest
  @EnumSource
  void whatIsRefreshedLivesAndWhatExpiresGoesEverywhereAndStaysGone(SyncMode mode) {
    Seeds.forEachSeed(
        SEEDS,
        seed -> {
          try (SimulatedMesh mesh = mesh(mode, seed)) {
            mesh.node(0).collection("c").put("left alone", Map.of("x", 0));
            mesh.node(0).collection("c").put("refreshed", Map.of("x", 0));
            settle(mesh);
            for (int turn = 1; turn <= 6; turn++) {
              int number = turn;
              mesh.advance(Duration.ofMinutes(5));
              mesh.node(turn % 3)
                  .collection("c")
                  .change("refreshed", document -> document.put("x", number));
            }
            settle(mesh);
            allHold(mesh, List.of("refreshed"));

            mesh.advance(TTL.plus(MINUTE));
            settle(mesh);
            allHold(mesh, List.of());
            mesh.nodes().forEach(SimulatedNode::crash);
            mesh.nodes().forEach(SimulatedNode::restart);
            mesh.advance(MINUTE);
            settle(mesh);
            allHold(mesh, List.of());
          }
        });
  }

  /** Every node sees the same instant; a refresh counts that the one who deletes has not seen. */
  @ParameterizedTest
  @EnumSource
  void aRefreshBeyondAPartitionOutlivesTheExpiryThatDidNotSeeIt(SyncMode mode) {
    Seeds.forEachSeed(
        SEEDS,
        seed -> {
          try (SimulatedMesh mesh = mesh(mode, seed)) {
            mesh.node(0).collection("c").put("d", Map.of("x", 0));
            settle(mesh);
            mesh.partition(List.of(0, 1), List.of(2));
            mesh.advance(TTL.minus(MINUTE));
            mesh.node(2).collection("c").change("d", document -> document.put("x", 1));
            mesh.advance(MINUTE.multipliedBy(2));
            assertThat(mesh.node(0).collection("c").list()).isEmpty();

            mesh.heal();
            mesh.advance(MINUTE);
            settle(mesh);
            allHold(mesh, List.of("d"));
            mesh.advance(TTL);
            settle(mesh);
            allHold(mesh, List.of());
          }
        });
  }

  /** It is early for all, as documented; but all are equal, and nothing comes back. */
  @ParameterizedTest
  @EnumSource
  void aClockAnHourOffEndsInTheSameStateEverywhere(SyncMode mode) {
    Seeds.forEachSeed(
        SEEDS,
        seed -> {
          for (int hours : List.of(-1, 1)) {
            try (SimulatedMesh mesh = mesh(mode, seed)) {
              mesh.node(2).jumpClock(Duration.ofHours(hours));
              mesh.node(0).collection("c").put("of a right clock", Map.of("x", 0));
              mesh.node(2).collection("c").put("of a wrong clock", Map.of("x", 0));
              mesh.advance(Duration.ofHours(3));
              settle(mesh);
              allHold(mesh, List.of());
              mesh.nodes().forEach(SimulatedNode::crash);
              mesh.nodes().forEach(SimulatedNode::restart);
              mesh.advance(Duration.ofHours(1));
              settle(mesh);
              allHold(mesh, List.of());
              mesh.node(0).collection("c").put("of a right clock", Map.of("x", 1));
              mesh.advance(Duration.ofHours(3));
              settle(mesh);
              allHold(mesh, List.of());
            }
          }
        });
  }

  private static SimulatedMesh mesh(SyncMode mode, long seed) {
    CollectionSettings settings =
        CollectionSettings.forCollection("c").withMode(mode).withTimeToLive(TTL);
    return SimulatedMesh.builder().nodes(3).seed(seed).collection("c", settings).start();
  }

  private static void settle(SimulatedMesh mesh) {
    mesh.advance(Duration.ofSeconds(10));
    assertThat(mesh.settle(MINUTE)).as("equal").isTrue();
  }

  private static void allHold(SimulatedMesh mesh, List<String> ids) {
    for (SimulatedNode node : mesh.nodes()) {
      assertThat(node.collection("c").list()).as("on %s", node).isEqualTo(ids);
    }
  }
}

package dev.peatmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How soon two nodes that lost each other are equal again, and what they spend on it meanwhile. */
class HealingSimTest {
  @ParameterizedTest
  @CsvSource({
    // seconds of the outage, seconds after it at the latest
    "   10,  5",
    "   60,  5",
    "  600, 30",
    " 3600, 65",
    "86400, 65",
  })
  void healsWithinATwentiethOfTheOutageOrAMinute(long outageSeconds, long healedSeconds) {
    Seeds.forEachSeed(
        10,
        seed -> {
          try (SimulatedMesh mesh = partitioned(seed)) {
            mesh.advance(Duration.ofSeconds(outageSeconds));
            mesh.node(1).collection("c").change("d", document -> document.put("y", 2));
            mesh.heal();

            assertThat(mesh.settle(Duration.ofSeconds(healedSeconds))).isTrue();
          }
        });
  }

  /** A peer that is gone for days is no reason to send a packet a second. */
  @ParameterizedTest
  @CsvSource({
    // days of the outage, packets of both nodes at most: five a dial, a dial every 30 s at most
    "1, 30000",
    "3, 90000",
  })
  void spendsLittleOnAPeerThatStaysAway(long days, long packetsMax) {
    Seeds.forEachSeed(
        3,
        seed -> {
          try (SimulatedMesh mesh = partitioned(seed)) {
            Traffic before = mesh.traffic();
            mesh.advance(Duration.ofDays(days));

            assertThat(mesh.traffic().since(before).packets()).isBetween(1L, packetsMax);
          }
        });
  }

  private static SimulatedMesh partitioned(long seed) {
    SimulatedMesh mesh = SimulatedMesh.builder().nodes(2).seed(seed).start();
    mesh.node(0).collection("c").put("d", Map.of("x", 1));
    mesh.advance(Duration.ofSeconds(20));
    assertThat(mesh.isConverged()).as("before the partition").isTrue();
    mesh.partition(List.of(0), List.of(1));
    return mesh;
  }
}

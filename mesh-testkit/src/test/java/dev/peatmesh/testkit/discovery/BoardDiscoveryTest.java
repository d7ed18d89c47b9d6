package dev.peatmesh.testkit.discovery;

import java.time.Duration;
import java.util.Set;
import java.util.function.UnaryOperator;

/** A strategy that does all right passes every test of the contract, and skips none. */
class BoardDiscoveryTest extends DiscoveryStrategyContract {
  @Override
  protected DiscoverySource openSource(String formationId, Set<String> nodeIds) {
    return new Board(formationId, nodeIds, UnaryOperator.identity(), Duration.ofSeconds(30));
  }
}

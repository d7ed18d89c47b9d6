package dev.peatmesh.testkit.discovery;

import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.discovery.StaticDiscovery;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/** The static strategy keeps the contract; its list never changes and never fails. */
class StaticDiscoveryContractTest extends DiscoveryStrategyContract {
  @Override
  protected DiscoverySource openSource(String formationId, Set<String> nodeIds) {
    String list =
        nodeIds.stream().map(id -> id + "@127.0.0.1:11204").collect(Collectors.joining(","));
    return new DiscoverySource() {
      @Override
      public Set<Ability> abilities() {
        return Set.of();
      }

      @Override
      public DiscoveryStrategy newStrategy() {
        return StaticDiscovery.parse(list);
      }

      @Override
      public Duration quiet() {
        return Duration.ofMillis(50);
      }

      @Override
      public void close() {}
    };
  }
}

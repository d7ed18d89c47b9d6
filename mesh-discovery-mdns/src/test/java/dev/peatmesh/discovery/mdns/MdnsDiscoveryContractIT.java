package dev.peatmesh.discovery.mdns;

import dev.peatmesh.testkit.discovery.DiscoverySource;
import dev.peatmesh.testkit.discovery.DiscoveryStrategyContract;
import java.util.Set;

/** The contract, with everything real but the sockets. */
class MdnsDiscoveryContractIT extends DiscoveryStrategyContract {
  @Override
  protected DiscoverySource openSource(String formationId, Set<String> nodeIds) {
    return new FakeLan(formationId, nodeIds);
  }
}

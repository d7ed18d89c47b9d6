package dev.peatmesh;

import dev.peatmesh.discovery.DiscoveryContext;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.discovery.PeerInfo;
import java.util.List;

/** A strategy that finds nobody. */
final class NamedStrategy implements DiscoveryStrategy {
  @Override
  public String name() {
    return "mine";
  }

  @Override
  public void start(DiscoveryContext context) {}

  @Override
  public void stop() {}

  @Override
  public List<PeerInfo> discoveredPeers() {
    return List.of();
  }

  @Override
  public DiscoveryStatus status() {
    return new DiscoveryStatus.Ok();
  }
}

package dev.peatmesh.discovery.mdns;

import dev.peatmesh.discovery.DiscoveryProvider;
import dev.peatmesh.discovery.DiscoverySettings;
import dev.peatmesh.discovery.DiscoveryStrategy;

/** Makes {@link MdnsDiscovery} of the settings that {@link MdnsSettings} names. */
public final class MdnsDiscoveryProvider implements DiscoveryProvider {
  @Override
  public String name() {
    return MdnsDiscovery.NAME;
  }

  @Override
  public DiscoveryStrategy create(DiscoverySettings settings) {
    return new MdnsDiscovery(MdnsSettings.of(settings));
  }
}

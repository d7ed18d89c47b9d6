package dev.peatmesh.discovery.dns;

import dev.peatmesh.discovery.DiscoveryProvider;
import dev.peatmesh.discovery.DiscoverySettings;
import dev.peatmesh.discovery.DiscoveryStrategy;

/** Makes {@link DnsDiscovery} of the settings in docs/discovery/dns.md. */
public final class DnsDiscoveryProvider implements DiscoveryProvider {
  @Override
  public String name() {
    return DnsDiscovery.NAME;
  }

  @Override
  public DiscoveryStrategy create(DiscoverySettings settings) {
    return new DnsDiscovery(DnsSettings.of(settings));
  }
}

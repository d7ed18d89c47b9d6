package dev.peatmesh.discovery.internal;

import dev.peatmesh.discovery.DiscoveryProvider;
import dev.peatmesh.discovery.DiscoverySettings;
import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.discovery.StaticDiscovery;
import java.util.Set;

/** Makes {@link StaticDiscovery} of the setting {@code peers}. */
public final class StaticDiscoveryProvider implements DiscoveryProvider {
  private static final String PEERS = "peers";

  @Override
  public String name() {
    return StaticDiscovery.NAME;
  }

  @Override
  public DiscoveryStrategy create(DiscoverySettings settings) {
    settings.requireKnown(name(), Set.of(PEERS));
    return StaticDiscovery.parse(
        settings
            .value(PEERS)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "discovery(\"static\"): no peer is named. Set \"peers\" to"
                            + " node_id@host:port or endpoint_id_hex@host:port, separated by"
                            + " commas.")));
  }
}

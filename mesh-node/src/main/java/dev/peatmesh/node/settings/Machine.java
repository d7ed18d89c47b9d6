package dev.peatmesh.node.settings;

import dev.peatmesh.discovery.DiscoverySettings;
import java.nio.file.Path;
import java.util.Optional;

/** What this machine and this program say about settings that are right in themselves. */
public interface Machine {
  /** Why peers cannot be found this way; empty when they can. */
  Optional<String> refusesDiscovery(String name, DiscoverySettings settings);

  /** Why no data can be kept in the directory; empty when it can. Creates it. */
  Optional<String> refusesDirectory(Path directory);

  /** Why the UDP port cannot be used; empty when it can, or is 0. */
  Optional<String> refusesPort(String host, int port);
}

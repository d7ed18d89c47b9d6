package dev.peatmesh.examples;

import dev.peatmesh.discovery.DiscoveryProvider;
import dev.peatmesh.discovery.DiscoverySettings;
import dev.peatmesh.discovery.DiscoveryStrategy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

// region write-your-own
/** Makes {@link FileDiscovery} of the setting {@code path}, by the name {@code file}. */
public final class FileDiscoveryProvider implements DiscoveryProvider {
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  @Override
  public String name() {
    return "file";
  }

  @Override
  public DiscoveryStrategy create(DiscoverySettings settings) {
    settings.requireKnown(name(), Set.of("path"));
    String path =
        settings
            .value("path")
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "discovery(\"file\"): no file is named. Set \"path\"."));
    return new FileDiscovery(Path.of(path), INTERVAL);
  }
}
// endregion

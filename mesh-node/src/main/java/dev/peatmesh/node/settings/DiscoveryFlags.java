package dev.peatmesh.node.settings;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command line said about discovery, word for word; null where it said nothing.
 *
 * @param names {@code --discovery}
 * @param namespace {@code --discovery-namespace}
 * @param labelSelector {@code --discovery-label-selector}
 * @param annotationPrefix {@code --discovery-annotation-prefix}
 * @param interval {@code --discovery-interval}
 * @param settings every {@code --discovery-setting}; empty when there is none
 */
public record DiscoveryFlags(
    @Nullable String names,
    @Nullable String namespace,
    @Nullable String labelSelector,
    @Nullable String annotationPrefix,
    @Nullable String interval,
    List<String> settings) {
  public DiscoveryFlags {
    settings = List.copyOf(settings);
  }

  /** Nothing but names, or nothing at all. */
  public static DiscoveryFlags of(@Nullable String names) {
    return new DiscoveryFlags(names, null, null, null, null, List.of());
  }
}

package dev.peatmesh.node.settings;

import org.jspecify.annotations.Nullable;

/**
 * What the command line said about compaction, word for word; null where it said nothing.
 *
 * @param enabled {@code --compaction}
 * @param intervalSecs {@code --compaction-interval-secs}
 * @param thresholdBytes {@code --compaction-threshold-bytes}
 * @param collections {@code --compaction-collections}
 */
public record CompactionFlags(
    @Nullable String enabled,
    @Nullable String intervalSecs,
    @Nullable String thresholdBytes,
    @Nullable String collections) {
  /** Nothing was said. */
  public static final CompactionFlags NONE = new CompactionFlags(null, null, null, null);
}

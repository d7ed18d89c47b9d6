package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.internal.guard.GuardLimits;
import java.time.Duration;

/**
 * What the sync engine is told once.
 *
 * @param guard how large one change may be
 * @param documentsMax the most documents; a peer's further ones are refused
 * @param durable whether this node has a data directory: only then does its word count as a holder
 * @param retention how long a tombstone is kept at least
 */
public record EngineSettings(
    GuardLimits guard, int documentsMax, boolean durable, Duration retention) {
  /** Tombstones are dropped by the bucket; a bucket is this part of the retention. */
  public static final int BUCKETS_PER_RETENTION = 8;

  /** Room for a million documents, seven days of tombstones. */
  public static final EngineSettings DEFAULT =
      new EngineSettings(GuardLimits.DEFAULT, 1_000_000, true, Duration.ofDays(7));

  public EngineSettings {
    if (retention.toSeconds() < BUCKETS_PER_RETENTION) {
      throw new IllegalArgumentException(
          "retention("
              + retention
              + "): is below "
              + BUCKETS_PER_RETENTION
              + " s. Set it to what the longest absence of a node may be.");
    }
  }

  /** How many seconds one bucket of tombstones spans. */
  public long bucketSeconds() {
    return retention.toSeconds() / BUCKETS_PER_RETENTION;
  }
}

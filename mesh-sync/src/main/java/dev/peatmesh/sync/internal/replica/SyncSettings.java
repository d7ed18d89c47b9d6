package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.sync.internal.guard.GuardLimits;

/**
 * The bounds of the document part.
 *
 * @param documentsMax the most documents of all collections together
 * @param guard bounds of one change, own or others'
 */
public record SyncSettings(int documentsMax, GuardLimits guard) {
  /** A million documents, changes as the guard allows by default. */
  public static final SyncSettings DEFAULT = new SyncSettings(1_000_000, GuardLimits.DEFAULT);
}

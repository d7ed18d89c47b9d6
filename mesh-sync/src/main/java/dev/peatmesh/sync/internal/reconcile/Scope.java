package dev.peatmesh.sync.internal.reconcile;

import java.util.Set;

/**
 * What two nodes compare with each other.
 *
 * @param refused collections that are left out, because the two treat them differently
 * @param fromBucket deletes of older buckets are left out: one of the two may have forgotten them
 */
public record Scope(Set<String> refused, int fromBucket) {
  /** Everything. */
  public static final Scope ALL = new Scope(Set.of(), 0);

  public Scope {
    refused = Set.copyOf(refused);
  }

  boolean covers(Partition partition) {
    return !refused.contains(partition.collection())
        && (!partition.deleted() || partition.bucket() >= fromBucket);
  }
}

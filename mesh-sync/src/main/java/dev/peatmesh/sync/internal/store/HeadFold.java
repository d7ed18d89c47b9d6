package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Works out the heads of one document from its snapshot and the changes beside it, which may come
 * in any order. Not thread-safe.
 */
final class HeadFold {
  private final Map<ChangeHash, Long> heads = new HashMap<>();
  private final Set<ChangeHash> seen = new HashSet<>();

  /** What a change stands on that has not come; mostly it lies in the snapshot. */
  private final Set<ChangeHash> awaited = new HashSet<>();

  /** The heads of a snapshot; before any change. */
  void snapshot(List<StoredHead> snapshotHeads) {
    for (StoredHead head : snapshotHeads) {
      seen.add(head.hash());
      heads.put(head.hash(), head.deletedSeconds());
    }
  }

  /** False when that change was there already. */
  boolean change(StoredHead change, List<ChangeHash> deps) {
    if (!seen.add(change.hash())) {
      return false;
    }
    if (!awaited.remove(change.hash())) {
      heads.put(change.hash(), change.deletedSeconds());
    }
    for (ChangeHash dep : deps) {
      heads.remove(dep);
      if (!seen.contains(dep)) {
        awaited.add(dep);
      }
    }
    return true;
  }

  /** What is known of the document. */
  RecoveredDocument facts(
      DocumentKey key,
      RecoveredDocument.Kind kind,
      long bytes,
      long expiresMillis,
      long sequence,
      int refused) {
    return new RecoveredDocument(
        key,
        kind,
        heads(),
        deletedSeconds(),
        lastDeletedSeconds(),
        bytes,
        expiresMillis,
        sequence,
        refused);
  }

  /** Ascending. */
  List<ChangeHash> heads() {
    return heads.keySet().stream().sorted().toList();
  }

  /** The latest time of a deletion when every head deletes, else {@link StoredHead#ALIVE}. */
  long deletedSeconds() {
    return heads.containsValue(StoredHead.ALIVE) ? StoredHead.ALIVE : lastDeletedSeconds();
  }

  /** The latest time of a head that deletes; {@link StoredHead#ALIVE} when none does. */
  long lastDeletedSeconds() {
    // What is alive has the least number of all.
    return heads.values().stream().mapToLong(Long::longValue).max().orElse(StoredHead.ALIVE);
  }
}

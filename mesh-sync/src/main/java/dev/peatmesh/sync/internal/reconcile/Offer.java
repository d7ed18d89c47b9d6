package dev.peatmesh.sync.internal.reconcile;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.util.List;

/**
 * "This is how the document stands here."
 *
 * @param heads ascending; at least one
 */
public record Offer(DocumentKey key, List<ChangeHash> heads) {
  public Offer {
    heads = List.copyOf(heads);
    if (heads.isEmpty()) {
      throw new RangeViolation("offer: has no heads");
    }
    if (!isAscending(heads)) {
      throw new RangeViolation("offer: heads are not in ascending order");
    }
  }

  static boolean isAscending(List<ChangeHash> heads) {
    for (int i = 1; i < heads.size(); i++) {
      if (heads.get(i - 1).compareTo(heads.get(i)) >= 0) {
        return false;
      }
    }
    return true;
  }

  /** Bytes on the wire, where the frame names the collection: {@code id hashes}. */
  public int encodedBytes() {
    return Wire.name(key.id()) + Wire.hashes(heads);
  }
}

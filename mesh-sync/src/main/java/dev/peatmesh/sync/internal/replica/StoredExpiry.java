package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.store.StoreWrite;
import java.util.List;

/** When the store believes that a document expires, so that it is told of changes only. */
final class StoredExpiry {
  private static final long UNKNOWN = -1;

  private final DocumentKey key;
  private long millis;

  StoredExpiry(DocumentKey key, long millis) {
    this.key = key;
    this.millis = millis;
  }

  /** What the store must be told: nothing when it believes so already. */
  List<StoreWrite> changedTo(long now) {
    if (now == millis) {
      return List.of();
    }
    millis = now;
    return List.of(new StoreWrite.Expiry(key, now));
  }

  /** What the store must be told when an earlier try failed: others may have told it meanwhile. */
  List<StoreWrite> again(long now) {
    doubt();
    return changedTo(now);
  }

  /** What the store was told last may not have been kept. */
  void doubt() {
    millis = UNKNOWN;
  }
}

package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;

/**
 * One head of a stored document: a change that no other one stands on.
 *
 * @param deletedSeconds when it deleted the document, in seconds since 1970 by its author's clock;
 *     {@link #ALIVE} when it did not
 */
public record StoredHead(ChangeHash hash, long deletedSeconds) {
  /** In place of the seconds of what deletes nothing. */
  public static final long ALIVE = Long.MIN_VALUE;

  /** The change as a head. */
  public static StoredHead of(ChangeChunk chunk) {
    return new StoredHead(
        chunk.hash(), chunk.deletesDocument() ? Math.max(chunk.timeSeconds(), ALIVE + 1) : ALIVE);
  }

  /** Whether this head deletes the document. */
  public boolean deletes() {
    return deletedSeconds != ALIVE;
  }
}

package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A whole document with history, which takes the place of the chunks inside it. To be taken when
 * everything inside it is durable or was handed over before: a chunk that comes after a snapshot is
 * taken for one that is not inside.
 *
 * @param saved the document as the CRDT core saves it; read-only, not to be changed any more
 * @param heads of the document at that time
 * @param covered hashes of every chunk inside {@code saved}
 * @param sequence of the last event inside it
 */
public record DocumentSnapshot(
    DocumentKey key,
    ByteBuffer saved,
    List<StoredHead> heads,
    List<ChangeHash> covered,
    long sequence) {
  public DocumentSnapshot {
    saved = saved.asReadOnlyBuffer();
    heads = List.copyOf(heads);
    covered = List.copyOf(covered);
  }

  /** A view of the saved document from its first to its last byte. */
  @Override
  public ByteBuffer saved() {
    return saved.duplicate();
  }

  long size() {
    return saved.remaining() + (long) covered.size() * ChangeHash.BYTES;
  }
}

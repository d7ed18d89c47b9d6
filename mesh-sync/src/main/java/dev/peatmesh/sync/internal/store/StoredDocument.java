package dev.peatmesh.sync.internal.store;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a store holds of one document. Every byte of it passed its checksum.
 *
 * @param snapshot the whole document up to some time; null when there is none
 * @param chunks changes that are not in the snapshot, in the order they were committed, each once
 * @param latest the state of a document without history; null when there is none
 * @param refused parts that are stored and damaged, and that are therefore not here
 */
public record StoredDocument(
    @Nullable ByteBuffer snapshot,
    List<ByteBuffer> chunks,
    @Nullable ByteBuffer latest,
    int refused) {
  /** A document that the store does not know. */
  public static final StoredDocument NONE = new StoredDocument(null, List.of(), null, 0);

  public StoredDocument {
    chunks = List.copyOf(chunks);
  }

  /** Whether there is nothing to open. */
  public boolean isEmpty() {
    return snapshot == null && chunks.isEmpty() && latest == null;
  }
}

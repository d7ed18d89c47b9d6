package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.DocumentKey;

/** Receives a store's content while it opens. */
public interface RecoverySink {
  /** The newest snapshot of a document; comes before its chunks. */
  void snapshot(DocumentKey key, byte[] saved);

  /** One change chunk of a document, after all chunks committed before it. */
  void change(DocumentKey key, byte[] encoded);
}

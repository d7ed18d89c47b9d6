package dev.peatmesh.sync.internal.reconcile;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.util.List;

/** A document that the other side does not have as it stands here. */
public sealed interface Difference {
  /** The document. */
  DocumentKey key();

  /**
   * The other side holds the document with these heads; here it stands differently, or not at all.
   * Ask for those heads that are unknown; if all are known, send what follows them.
   */
  record Offered(DocumentKey key, List<ChangeHash> heads) implements Difference {}

  /**
   * The other side has nothing of this document in the partition where it stands here. It may know
   * it in another one, as deleted or alive, unless it held nothing at all: tell it the heads.
   */
  record Lacking(DocumentKey key) implements Difference {}
}

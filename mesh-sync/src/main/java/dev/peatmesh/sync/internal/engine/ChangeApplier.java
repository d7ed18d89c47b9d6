package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import java.util.List;

/** Applies changes to the document itself. Called on the document loop; does no I/O. */
@FunctionalInterface
public interface ChangeApplier {
  /**
   * Applies the changes, each after those it stands on.
   *
   * @return those that the document did not take, with all that stand on them; normally none
   */
  List<ChangeChunk> apply(DocumentKey key, List<ChangeChunk> chunks);
}

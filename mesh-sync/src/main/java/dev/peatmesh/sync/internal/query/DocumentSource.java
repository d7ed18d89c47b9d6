package dev.peatmesh.sync.internal.query;

import dev.peatmesh.sync.Document;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The documents of one collection, as queries and snapshots read them: in slices, between which
 * anything may change. On the document loop; may read the disk.
 */
public interface DocumentSource {
  /**
   * The least id greater than the given one; of all ids when it is null. Null at the end.
   *
   * <p>May name a document that does not exist, so that one call need not skip many.
   */
  @Nullable String idAfter(@Nullable String id);

  /** The document as it is now; empty when it does not exist. */
  Optional<Document> document(String id);
}

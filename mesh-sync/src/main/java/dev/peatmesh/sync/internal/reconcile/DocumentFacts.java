package dev.peatmesh.sync.internal.reconcile;

import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.util.List;

/**
 * What a node keeps in memory of a document at all times.
 *
 * @param heads the changes that no other one follows, ascending; at least one
 * @param deleted whether every head is a delete
 * @param deletedSeconds when it was deleted last, unix seconds; 0 if it is not deleted
 * @param gone whether nothing is left of it but this marker of its delete
 * @param expiresMillis when it is to be deleted, unix milliseconds; 0 for never
 * @param sequence this node's number of the document's last change
 */
public record DocumentFacts(
    List<ChangeHash> heads,
    boolean deleted,
    long deletedSeconds,
    boolean gone,
    long expiresMillis,
    long sequence) {
  public DocumentFacts {
    heads = List.copyOf(heads);
    if (heads.isEmpty()) {
      throw new IllegalArgumentException("heads([]): is empty; a document has at least one");
    }
    if (gone && !deleted) {
      throw new IllegalArgumentException("gone(true): only a deleted document can be gone");
    }
  }
}

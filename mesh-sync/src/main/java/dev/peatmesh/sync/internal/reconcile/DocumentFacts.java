package dev.peatmesh.sync.internal.reconcile;

import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.util.List;
import java.util.TreeSet;

/**
 * What a node keeps in memory of a document at all times.
 *
 * @param heads the changes that no other one follows; at least one. Kept in ascending order
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
    // Their order enters into the fingerprint: it must not depend on where they come from.
    heads = List.copyOf(Offer.isAscending(heads) ? heads : new TreeSet<>(heads));
    if (heads.isEmpty()) {
      throw new IllegalArgumentException("heads([]): is empty; a document has at least one");
    }
    if (gone && !deleted) {
      throw new IllegalArgumentException("gone(true): only a deleted document can be gone");
    }
  }
}

package dev.peatmesh.sync.internal.reconcile;

import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.util.List;

/**
 * What is known of a document without opening it.
 *
 * @param heads what its content is, ascending; of a document without history one digest
 * @param deleted whether it is deleted
 * @param deletedSeconds when, in seconds of the Unix epoch; 0 while it lives
 * @param gone whether only this marker is left of it
 * @param expiresMillis when its time to live is over, in milliseconds of the Unix epoch; 0: never
 * @param sequence the number of its last event on this node
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
  }
}

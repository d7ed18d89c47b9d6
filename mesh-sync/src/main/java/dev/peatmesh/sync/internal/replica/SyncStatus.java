package dev.peatmesh.sync.internal.replica;

import java.util.List;
import java.util.Optional;

/**
 * How the documents are.
 *
 * @param documents how many exist
 * @param storeProblem why the store takes no changes at present, and what to do
 * @param unsaved changes of others that are applied and not yet durable here
 * @param refused changes of others that were refused since the start
 * @param stalls repairs that brought nothing
 * @param damaged stored documents of which something could not be read
 * @param openBytes about how many bytes open documents take
 * @param paused whether nothing is exchanged because the host wants it so
 * @param reasons what an operator should know: what is wrong and what to do, one each
 */
public record SyncStatus(
    int documents,
    Optional<String> storeProblem,
    int unsaved,
    long refused,
    long stalls,
    long damaged,
    long openBytes,
    boolean paused,
    List<String> reasons) {
  public SyncStatus {
    reasons = List.copyOf(reasons);
  }
}

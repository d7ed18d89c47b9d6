package dev.peatmesh.sync.internal.replica;

import java.util.Optional;

/**
 * How the documents are.
 *
 * @param documents how many exist
 * @param storeProblem why the store takes no changes at present, and what to do
 * @param unsaved changes of others that are applied and not yet durable here
 * @param refused changes of others that were refused since the start
 * @param lastRefusal the last of them within ten minutes, and why
 * @param stalls repairs that brought nothing
 */
public record SyncStatus(
    int documents,
    Optional<String> storeProblem,
    int unsaved,
    long refused,
    Optional<String> lastRefusal,
    long stalls) {}

package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.internal.guard.ActorId;

/**
 * Who writes through this store.
 *
 * @param actor the author of this replica's changes; a new one after every unclean stop, so that no
 *     sequence number is ever used twice
 * @param incarnation grows with every opening; the larger of two live nodes with one identity wins
 * @param cleanStop whether the last user of the store closed it
 */
public record ReplicaState(ActorId actor, long incarnation, boolean cleanStop) {}

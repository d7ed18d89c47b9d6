package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.internal.guard.ActorId;

/**
 * Who writes through this store.
 *
 * @param actor the author of this replica's changes; a new one after every unclean stop, so that no
 *     sequence number is ever used twice
 * @param incarnation grows with every opening; the larger of two live nodes with one identity wins
 * @param cleanStop whether the last user of the store closed it
 * @param storeId names what this store has held so far, 16 bytes in hex; a new one when content was
 *     lost, because peers that agreed with the old one did not agree with what is left
 * @param nextSequence the number of the next event; after an unclean stop far above all that may
 *     have been given out
 */
public record ReplicaState(
    ActorId actor, long incarnation, boolean cleanStop, String storeId, long nextSequence) {

  /** The same replica with a new author. */
  ReplicaState with(ActorId renewed) {
    return new ReplicaState(renewed, incarnation, cleanStop, storeId, nextSequence);
  }
}

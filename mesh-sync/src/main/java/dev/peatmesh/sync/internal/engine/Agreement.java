package dev.peatmesh.sync.internal.engine;

/**
 * The last time at which this node and a peer held the same, all of it durable on both sides. Kept
 * durably, one for each peer.
 *
 * @param peer the other node
 * @param store the store it had
 * @param theirOpening the name of the opening of its store in which that was
 * @param theirSequence the last number of its journal then
 * @param ourSequence the last number of ours then
 * @param wallMillis when, by our clock
 */
public record Agreement(
    PeerId peer,
    StoreId store,
    long theirOpening,
    long theirSequence,
    long ourSequence,
    long wallMillis) {
  /** The same, a while later. */
  Agreement at(long laterMillis) {
    return new Agreement(peer, store, theirOpening, theirSequence, ourSequence, laterMillis);
  }
}

package dev.peatmesh.sync.internal.engine;

/**
 * The last time at which this node and a peer held the same, all of it durable on both sides. Kept
 * durably, one for each peer.
 *
 * @param peer the other node
 * @param store the store it had
 * @param theirSequence the last number of its journal then
 * @param ourSequence the last number of ours then
 * @param wallMillis when, by our clock
 */
public record Agreement(
    PeerId peer, StoreId store, long theirSequence, long ourSequence, long wallMillis) {}

package dev.peatmesh.sync;

/**
 * A number that is added to. Concurrent increments all count, where of concurrent writes of a plain
 * number one wins.
 *
 * @param value the sum, as seen by this replica
 */
public record Counter(long value) {}

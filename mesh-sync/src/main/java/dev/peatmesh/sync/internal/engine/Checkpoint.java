package dev.peatmesh.sync.internal.engine;

/**
 * How far this node's journal was, and when: what has a greater number came later.
 *
 * @param wallMillis by our clock
 * @param sequence the last number given
 */
public record Checkpoint(long wallMillis, long sequence) {}

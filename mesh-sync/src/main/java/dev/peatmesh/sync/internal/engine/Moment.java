package dev.peatmesh.sync.internal.engine;

/**
 * When something happens.
 *
 * @param nanos monotone, of arbitrary origin: for how long things take
 * @param wallMillis milliseconds of the Unix epoch, as this node believes; never runs backwards:
 *     for what nodes must agree on across restarts
 */
public record Moment(long nanos, long wallMillis) {
  /** Whole seconds of the Unix epoch. */
  public long wallSeconds() {
    return Math.floorDiv(wallMillis, 1_000L);
  }
}

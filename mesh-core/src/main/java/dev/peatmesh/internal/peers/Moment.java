package dev.peatmesh.internal.peers;

import java.time.Duration;
import java.time.Instant;

/**
 * The time of an input: nanoseconds for waiting, an instant for people.
 *
 * @param nanos the clock of the loop; its origin is arbitrary: subtract, never compare
 * @param wall the clock on the wall, which may jump
 */
public record Moment(long nanos, Instant wall) {
  /** How long ago another moment was. */
  Duration since(long earlierNanos) {
    return Duration.ofNanos(nanos - earlierNanos);
  }
}

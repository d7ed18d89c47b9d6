package dev.peatmesh.discovery.dns.internal;

import java.time.Duration;

/**
 * When to ask again. A record is asked for anew when its time to live ends, but not sooner than the
 * shortest and not later than the longest pause: a TTL of 0 is no busy loop, and one of 68 years,
 * which RFC 2181 allows, hides no change.
 *
 * @param min the shortest pause
 * @param max the longest pause
 */
public record Pace(Duration min, Duration max) {
  /**
   * The longest pause after "there is nothing", whatever its TTL: that of CoreDNS is 5 to 30 s, and
   * a new pod is to be seen within a second or two.
   */
  static final Duration ABSENT_MAX = Duration.ofSeconds(2);

  /** The longest pause after a failure: a server that is back is noticed soon. */
  static final Duration FAILURE_MAX = Duration.ofSeconds(5);

  /**
   * So long after the start and after every change the service is asked for at the shortest pause:
   * where one pod comes or goes, others follow.
   */
  static final Duration SETTLING = Duration.ofSeconds(10);

  long afterRecords(long ttlSeconds) {
    return between(ttlSeconds, max);
  }

  long afterAbsence(long ttlSeconds) {
    return between(ttlSeconds, shorter(ABSENT_MAX, max));
  }

  /** Doubles with each failure in a row, the first being 1. */
  long afterFailure(int inARow) {
    int doublings = Math.min(inARow - 1, 16);
    long longest = Math.max(min.toNanos(), shorter(FAILURE_MAX, max).toNanos());
    return Math.min(min.toNanos() << doublings, longest);
  }

  /** The longest pause after failures, in nanoseconds. */
  public long longestRetry() {
    return afterFailure(Integer.MAX_VALUE);
  }

  long shortest() {
    return min.toNanos();
  }

  private long between(long ttlSeconds, Duration longest) {
    long seconds = Math.max(0, Math.min(ttlSeconds, longest.toSeconds() + 1));
    long nanos = Duration.ofSeconds(seconds).toNanos();
    return Math.max(min.toNanos(), Math.min(nanos, longest.toNanos()));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}

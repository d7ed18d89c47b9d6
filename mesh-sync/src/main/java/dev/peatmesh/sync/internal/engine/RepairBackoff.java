package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.internal.reconcile.Fingerprint;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Keeps two nodes whose sets differ for good (one refuses what the other holds) from listing all
 * their documents to each other for ever: the same pair of fingerprints is repaired at doubling
 * intervals of one second to one minute. Any progress changes a fingerprint and starts anew.
 */
final class RepairBackoff {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LAST = Duration.ofMinutes(1);

  private @Nullable Fingerprint ours;
  private @Nullable Fingerprint theirs;
  private Duration interval = Duration.ZERO;
  private long lastNanos;
  private long stalls;

  /** How long to wait before this pair is repaired; zero: now, and the attempt is counted. */
  Duration attempt(Fingerprint ours, Fingerprint theirs, long nowNanos) {
    if (!ours.equals(this.ours) || !theirs.equals(this.theirs)) {
      this.ours = ours;
      this.theirs = theirs;
      interval = FIRST;
      lastNanos = nowNanos;
      return Duration.ZERO;
    }
    Duration left = interval.minusNanos(nowNanos - lastNanos);
    if (!left.isNegative() && !left.isZero()) {
      return left;
    }
    stalls++;
    interval = interval.multipliedBy(2).compareTo(LAST) > 0 ? LAST : interval.multipliedBy(2);
    lastNanos = nowNanos;
    return Duration.ZERO;
  }

  /** How often a repair had to be repeated because it brought nothing. */
  long stalls() {
    return stalls;
  }
}

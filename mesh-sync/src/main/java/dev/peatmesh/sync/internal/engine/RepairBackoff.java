package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.internal.reconcile.Fingerprint;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Notices that two nodes compare again and again and nothing moves: one refuses what the other
 * holds, lies about it, or has lost its way. While both stand still, comparisons come at doubling
 * intervals of one second to one minute; whoever tells something else each time is humoured {@value
 * #ROUNDS_MAX} times. Then the pair is stalled: it begins anew, as if the link were, and slowly
 * until something moves here.
 */
final class RepairBackoff {
  /** The most comparisons without progress before the pair begins anew. */
  static final int ROUNDS_MAX = 8;

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration WATCHED = Duration.ofSeconds(30);
  private static final Duration LAST = Duration.ofMinutes(1);

  private @Nullable Fingerprint ours;
  private @Nullable Fingerprint theirs;
  private Duration interval = FIRST;
  private long lastNanos;
  private int rounds;
  private boolean stalled;

  /**
   * How long to wait before the next comparison that differs is followed up; zero: now, and the
   * attempt is counted.
   */
  Duration attempt(Fingerprint ours, Fingerprint theirs, long nowNanos) {
    boolean weMoved = !ours.equals(this.ours);
    boolean theyMoved = !theirs.equals(this.theirs);
    this.ours = ours;
    this.theirs = theirs;
    if (weMoved) {
      progress();
      lastNanos = nowNanos;
      return Duration.ZERO;
    }
    if (theyMoved && !stalled) {
      rounds++;
      lastNanos = nowNanos;
      interval = FIRST;
      return Duration.ZERO;
    }
    Duration left = interval.minusNanos(nowNanos - lastNanos);
    if (!left.isNegative() && !left.isZero()) {
      return left;
    }
    rounds++;
    Duration doubled = interval.multipliedBy(2);
    interval = doubled.compareTo(LAST) > 0 ? LAST : doubled;
    lastNanos = nowNanos;
    return Duration.ZERO;
  }

  /** Takes note of what both hold while much is still under way, at most every half minute. */
  void watch(Fingerprint ours, Fingerprint theirs, long nowNanos) {
    if (!ours.equals(this.ours) || !theirs.equals(this.theirs)) {
      this.ours = ours;
      this.theirs = theirs;
      progress();
      lastNanos = nowNanos;
    } else if (nowNanos - lastNanos >= WATCHED.toNanos()) {
      rounds++;
      lastNanos = nowNanos;
    }
  }

  /** Whether the pair has begun anew and nothing has moved since. */
  boolean isStalled() {
    return stalled;
  }

  /** Whether too many rounds brought nothing; saying so counts them anew. */
  boolean stalls() {
    if (rounds < ROUNDS_MAX) {
      return false;
    }
    rounds = 0;
    stalled = true;
    return true;
  }

  /** Something has moved between the two. */
  void progress() {
    rounds = 0;
    stalled = false;
    interval = FIRST;
  }
}

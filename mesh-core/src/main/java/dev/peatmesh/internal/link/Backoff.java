package dev.peatmesh.internal.link;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * How long to wait before one peer is dialled again.
 *
 * <p>Doubles with every failure between a least and a longest wait. For a peer that had a link the
 * longest is {@value #OUTAGE_PARTS}th of the time since it was lost: a partition of a minute heals
 * within seconds, one of an hour within a minute, and a peer that is gone for days is dialled once
 * a minute. Every wait is spread over its upper half, so that many nodes do not dial in step.
 */
public final class Backoff {
  /** Into so many parts an outage is cut: a mesh heals within 4 % of it, and the dial's time. */
  public static final int OUTAGE_PARTS = 25;

  /** Beyond this the shift could overflow; the longest wait is reached long before. */
  private static final int DOUBLINGS_MAX = 20;

  private final long minNanos;
  private final long maxNanos;
  private final long promptNanos;
  private int failures;
  private boolean promptUsed;
  private OptionalLong lostNanos = OptionalLong.empty();

  /**
   * A back-off without failures, of a peer that had no link.
   *
   * @param min the least wait after a failure
   * @param max the longest one
   * @param prompt the longest wait before the first dial after the loss of a link
   */
  public Backoff(Duration min, Duration max, Duration prompt) {
    this.minNanos = min.toNanos();
    this.maxNanos = max.toNanos();
    this.promptNanos = prompt.toNanos();
  }

  /** The wait after a dial that was refused: trying again soon would not change that. */
  public long afterRefusalNanos(RandomGenerator random) {
    return nextNanos(maxNanos, random);
  }

  /**
   * The wait after a dial that nobody answered.
   *
   * @param dialNanos when the dial began. A dial into silence takes seconds itself; the wait counts
   *     from its beginning, so that there is hardly a pause while waits are that short.
   */
  public long afterSilenceNanos(long dialNanos, long nowNanos, RandomGenerator random) {
    if (lostNanos.isEmpty()) {
      return nextNanos(maxNanos, random);
    }
    long outageNanos = nowNanos - lostNanos.getAsLong();
    long mostNanos = Math.min(maxNanos, Math.max(minNanos, outageNanos / OUTAGE_PARTS));
    long leftNanos = nextNanos(mostNanos, random) - (nowNanos - dialNanos);
    return Math.max(leftNanos, upTo(promptNanos, random));
  }

  /**
   * The wait after the loss of a link: short, so that a blip heals quickly, but only once until
   * {@link #reset}, so that a link that comes up and breaks at once is not dialled in a hot loop.
   *
   * @param settled whether the link stood long enough to end the outage before it
   */
  public long afterLinkNanos(boolean settled, long nowNanos, RandomGenerator random) {
    if (settled || lostNanos.isEmpty()) {
      lostNanos = OptionalLong.of(nowNanos);
    }
    if (settled) {
      reset();
    }
    if (promptUsed) {
      return nextNanos(maxNanos, random);
    }
    promptUsed = true;
    return upTo(promptNanos, random);
  }

  /** The wait after a dial or link that lost against another: no failure, but no hurry either. */
  public long afterDuplicateNanos(RandomGenerator random) {
    return minNanos + upTo(minNanos, random);
  }

  /** Forgets all failures: there is reason to believe that a dial succeeds now. */
  public void reset() {
    failures = 0;
    promptUsed = false;
  }

  private long nextNanos(long mostNanos, RandomGenerator random) {
    failures = Math.min(failures + 1, DOUBLINGS_MAX);
    long ceiling = Math.min(mostNanos, minNanos << failures);
    long floor = Math.max(minNanos, ceiling / 2);
    return floor + upTo(ceiling - floor, random);
  }

  private static long upTo(long nanos, RandomGenerator random) {
    return nanos == 0 ? 0 : random.nextLong(nanos + 1);
  }
}

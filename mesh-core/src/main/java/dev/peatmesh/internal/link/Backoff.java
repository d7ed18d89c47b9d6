package dev.peatmesh.internal.link;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before one peer is dialled again. Doubles with every failure between a least and
 * a longest wait, and is spread over the upper half so that many nodes do not dial in step.
 */
public final class Backoff {
  /** Beyond this the shift could overflow; the longest wait is reached long before. */
  private static final int DOUBLINGS_MAX = 20;

  private final long minNanos;
  private final long maxNanos;
  private final long promptNanos;
  private int failures;
  private boolean promptUsed;

  /**
   * A back-off without failures.
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

  /** The wait after a dial that failed. */
  public long afterFailureNanos(RandomGenerator random) {
    failures = Math.min(failures + 1, DOUBLINGS_MAX);
    long ceiling = Math.min(maxNanos, minNanos << failures);
    long floor = Math.max(minNanos, ceiling / 2);
    return floor + upTo(ceiling - floor, random);
  }

  /**
   * The wait after the loss of a link: short, so that a blip heals quickly, but only once until
   * {@link #reset}, so that a link that comes up and breaks at once is not dialled in a hot loop.
   */
  public long afterLinkNanos(RandomGenerator random) {
    if (promptUsed) {
      return afterFailureNanos(random);
    }
    promptUsed = true;
    return upTo(promptNanos, random);
  }

  /** The wait after a dial that lost against another link: no failure, but no hurry either. */
  public long afterDuplicateNanos(RandomGenerator random) {
    return minNanos + upTo(minNanos, random);
  }

  /** Forgets all failures: there is reason to believe that a dial succeeds now. */
  public void reset() {
    failures = 0;
    promptUsed = false;
  }

  private static long upTo(long nanos, RandomGenerator random) {
    return nanos == 0 ? 0 : random.nextLong(nanos + 1);
  }
}

package dev.peatmesh.discovery.k8s.internal;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Pauses between attempts: doubled each time up to a cap, the upper half of each diced. */
final class Backoff {
  static final Duration FIRST = Duration.ofMillis(250);
  static final Duration MAX = Duration.ofSeconds(10);

  /** However long an API asks to be left alone: after this it is asked again. */
  static final Duration RETRY_AFTER_MAX = Duration.ofMinutes(5);

  /** Doubled so often, {@link #FIRST} has passed {@link #MAX}. */
  private static final int DOUBLINGS_MAX = 6;

  private final RandomGenerator random;
  private int attempts;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  void reset() {
    attempts = 0;
  }

  /** How often it went wrong since the reset. */
  int attempts() {
    return attempts;
  }

  Duration next(Duration retryAfter) {
    long full = FIRST.toMillis() << Math.min(attempts, DOUBLINGS_MAX);
    long capped = Math.min(full, MAX.toMillis());
    attempts++;
    Duration pause = Duration.ofMillis(capped / 2 + random.nextLong(capped / 2 + 1));
    Duration asked = retryAfter.compareTo(RETRY_AFTER_MAX) > 0 ? RETRY_AFTER_MAX : retryAfter;
    return asked.compareTo(pause) > 0 ? asked.plus(pause) : pause;
  }
}

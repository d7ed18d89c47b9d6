package dev.peatmesh.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final RandomGenerator random = new Random(7);
  private final Backoff backoff =
      new Backoff(SECOND, Duration.ofSeconds(60), Duration.ofMillis(250));

  @Test
  void waitsDoubleFromOneSecondToAMinute() {
    long[][] bounds = {{1, 2}, {2, 4}, {4, 8}, {8, 16}, {16, 32}, {30, 60}, {30, 60}};
    for (long[] bound : bounds) {
      assertThat(Duration.ofNanos(backoff.afterFailureNanos(random)))
          .isBetween(Duration.ofSeconds(bound[0]), Duration.ofSeconds(bound[1]));
    }
  }

  @Test
  void waitsStayBoundedForEver() {
    for (int failure = 0; failure < 10_000; failure++) {
      assertThat(backoff.afterFailureNanos(random))
          .isBetween(SECOND.toNanos(), Duration.ofSeconds(60).toNanos());
    }
  }

  @Test
  void waitsAreSpread() {
    long first = new Backoff(SECOND, SECOND.multipliedBy(60), SECOND).afterFailureNanos(random);
    long second = new Backoff(SECOND, SECOND.multipliedBy(60), SECOND).afterFailureNanos(random);

    assertThat(first).isNotEqualTo(second);
  }

  @Test
  void firstDialAfterALinkIsPromptAndTheNextOnesAreNot() {
    assertThat(backoff.afterLinkNanos(random)).isBetween(0L, Duration.ofMillis(250).toNanos());
    assertThat(backoff.afterLinkNanos(random)).isGreaterThanOrEqualTo(SECOND.toNanos());
    backoff.reset();
    assertThat(backoff.afterLinkNanos(random)).isLessThanOrEqualTo(SECOND.toNanos() / 4);
  }

  @Test
  void resetForgetsAllFailures() {
    for (int failure = 0; failure < 10; failure++) {
      backoff.afterFailureNanos(random);
    }
    backoff.reset();

    assertThat(backoff.afterFailureNanos(random)).isLessThanOrEqualTo(2 * SECOND.toNanos());
  }

  @Test
  void duplicateCountsAsNoFailure() {
    for (int duplicate = 0; duplicate < 10; duplicate++) {
      assertThat(backoff.afterDuplicateNanos(random))
          .isBetween(SECOND.toNanos(), 2 * SECOND.toNanos());
    }
    assertThat(backoff.afterFailureNanos(random)).isLessThanOrEqualTo(2 * SECOND.toNanos());
  }
}

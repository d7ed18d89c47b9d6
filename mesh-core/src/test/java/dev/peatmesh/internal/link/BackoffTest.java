package dev.peatmesh.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration PROMPT = Duration.ofMillis(250);

  private final RandomGenerator random = new Random(7);
  private final Backoff backoff = new Backoff(SECOND, Duration.ofSeconds(60), PROMPT);

  @Test
  void waitsDoubleFromOneSecondToAMinute() {
    long[][] bounds = {{1, 2}, {2, 4}, {4, 8}, {8, 16}, {16, 32}, {30, 60}, {30, 60}};
    for (long[] bound : bounds) {
      assertThat(Duration.ofNanos(backoff.afterRefusalNanos(random)))
          .isBetween(Duration.ofSeconds(bound[0]), Duration.ofSeconds(bound[1]));
    }
  }

  @Test
  void waitsStayBoundedForEver() {
    for (int failure = 0; failure < 10_000; failure++) {
      assertThat(backoff.afterRefusalNanos(random))
          .isBetween(SECOND.toNanos(), Duration.ofSeconds(60).toNanos());
    }
  }

  @Test
  void waitsAreSpread() {
    long first = new Backoff(SECOND, SECOND.multipliedBy(60), SECOND).afterRefusalNanos(random);
    long second = new Backoff(SECOND, SECOND.multipliedBy(60), SECOND).afterRefusalNanos(random);

    assertThat(first).isNotEqualTo(second);
  }

  @Test
  void firstDialAfterALinkIsPromptAndTheNextOnesAreNot() {
    assertThat(backoff.afterLinkNanos(false, 0, random)).isBetween(0L, PROMPT.toNanos());
    assertThat(backoff.afterLinkNanos(false, 0, random)).isGreaterThanOrEqualTo(SECOND.toNanos());
    backoff.reset();
    assertThat(backoff.afterLinkNanos(false, 0, random)).isLessThanOrEqualTo(PROMPT.toNanos());
    assertThat(backoff.afterLinkNanos(true, 0, random)).isLessThanOrEqualTo(PROMPT.toNanos());
  }

  @Test
  void resetForgetsAllFailures() {
    for (int failure = 0; failure < 10; failure++) {
      backoff.afterRefusalNanos(random);
    }
    backoff.reset();

    assertThat(backoff.afterRefusalNanos(random)).isLessThanOrEqualTo(2 * SECOND.toNanos());
  }

  @Test
  void duplicateCountsAsNoFailure() {
    for (int duplicate = 0; duplicate < 10; duplicate++) {
      assertThat(backoff.afterDuplicateNanos(random))
          .isBetween(SECOND.toNanos(), 2 * SECOND.toNanos());
    }
    assertThat(backoff.afterRefusalNanos(random)).isLessThanOrEqualTo(2 * SECOND.toNanos());
  }

  @Test
  void waitGrowsWithTheOutageOfAPeerThatHadALink() {
    lose(0);
    long[][] bounds = {{10, 1_000, 1_000}, {60, 1_200, 2_400}, {600, 12_000, 24_000}};
    for (long[] bound : bounds) {
      assertThat(Duration.ofNanos(silenceAfter(Duration.ofSeconds(bound[0]))).toMillis())
          .as("after %d s", bound[0])
          .isBetween(bound[1], bound[2]);
    }
    assertThat(Duration.ofNanos(silenceAfter(Duration.ofDays(9))).toSeconds())
        .as("after days")
        .isBetween(30L, 60L);
  }

  @Test
  void waitCountsFromTheBeginningOfADialIntoSilence() {
    lose(0);
    for (int dial = 0; dial < 20; dial++) {
      long wait =
          backoff.afterSilenceNanos(
              Duration.ofSeconds(60).toNanos(), Duration.ofSeconds(65).toNanos(), random);

      assertThat(wait).as("2.4 s are over").isBetween(0L, PROMPT.toNanos());
    }
  }

  @Test
  void peerThatNeverHadALinkIsWaitedForEverLonger() {
    for (int failure = 0; failure < 10; failure++) {
      backoff.afterSilenceNanos(0, Duration.ofSeconds(5).toNanos(), random);
    }

    assertThat(backoff.afterSilenceNanos(0, Duration.ofSeconds(5).toNanos(), random))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(30).toNanos());
  }

  @Test
  void newsStartsFromTheLeastWaitHoweverLongTheOutage() {
    lose(0);
    for (int failure = 0; failure < 10; failure++) {
      silenceAfter(Duration.ofHours(1));
    }
    backoff.reset();

    long nowNanos = Duration.ofHours(1).toNanos();
    assertThat(backoff.afterSilenceNanos(nowNanos, nowNanos, random))
        .isLessThanOrEqualTo(2 * SECOND.toNanos());
  }

  @Test
  void refusalIsNoOutage() {
    lose(0);
    for (int refusal = 0; refusal < 10; refusal++) {
      backoff.afterRefusalNanos(random);
    }

    assertThat(backoff.afterRefusalNanos(random))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(30).toNanos());
  }

  @Test
  void linkThatBreaksAtOnceEndsNoOutage() {
    lose(0);
    for (int link = 0; link < 10; link++) {
      backoff.afterLinkNanos(false, Duration.ofHours(1).toNanos(), random);
    }

    assertThat(silenceAfter(Duration.ofHours(1)))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(30).toNanos());
  }

  /** The clock of a loop may start anywhere and pass the end of a long. */
  @Test
  void outageIsMeasuredAcrossTheOverflowOfTheClock() {
    long lostNanos = Long.MAX_VALUE - SECOND.toNanos();
    lose(lostNanos);
    for (int failure = 0; failure < 10; failure++) {
      backoff.afterRefusalNanos(random);
    }

    long nowNanos = lostNanos + Duration.ofSeconds(60).toNanos();
    assertThat(Duration.ofNanos(backoff.afterSilenceNanos(nowNanos, nowNanos, random)))
        .isBetween(Duration.ofMillis(1_200), Duration.ofMillis(2_400));
  }

  private void lose(long nowNanos) {
    backoff.afterLinkNanos(true, nowNanos, random);
  }

  /** A dial that failed on the spot, after some that did before. */
  private long silenceAfter(Duration outage) {
    backoff.afterRefusalNanos(random);
    return backoff.afterSilenceNanos(outage.toNanos(), outage.toNanos(), random);
  }
}

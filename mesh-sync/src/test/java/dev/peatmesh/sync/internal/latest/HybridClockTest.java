package dev.peatmesh.sync.internal.latest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.Trials;
import org.junit.jupiter.api.Test;

class HybridClockTest {
  private static final long DAY = 86_400_000;
  private static final long NOW = 1_700_000_000_000L;

  private final HybridClock clock = new HybridClock();

  @Test
  void followsTheWallClockAndCountsWithinAMillisecond() {
    long first = clock.now(NOW);
    assertThat(HybridClock.millis(first)).isEqualTo(NOW);
    assertThat(clock.now(NOW)).isEqualTo(first + 1);
    assertThat(HybridClock.millis(clock.now(NOW + 5))).isEqualTo(NOW + 5);
  }

  @Test
  void doesNotGoBackWithTheWallClock() {
    long first = clock.now(NOW);
    assertThat(clock.now(NOW - 3_600_000)).isEqualTo(first + 1);
  }

  @Test
  void followsOthersThatAreAhead() {
    long theirs = HybridClock.stamp(NOW + 3_600_000) + 7;
    assertThat(clock.observe(theirs, NOW)).isTrue();
    assertThat(clock.now(NOW)).isEqualTo(theirs + 1);
    assertThat(clock.observe(HybridClock.stamp(NOW - DAY), NOW)).isTrue();
    assertThat(clock.now(NOW)).isEqualTo(theirs + 2);
  }

  @Test
  void isNotTakenAlongByOneThatIsTooFarAhead() {
    clock.now(NOW);
    assertThat(clock.observe(HybridClock.stamp(NOW + DAY + 1), NOW)).isFalse();
    assertThat(clock.observe(Long.MAX_VALUE, NOW)).isFalse();
    assertThat(HybridClock.millis(clock.now(NOW))).isEqualTo(NOW);
    assertThat(clock.observe(HybridClock.stamp(NOW + DAY), NOW)).isTrue();
  }

  @Test
  void comesBackOnceTheOwnWallClockIsSetRight() {
    clock.now(NOW + 365 * DAY);
    assertThat(HybridClock.millis(clock.now(NOW))).isEqualTo(NOW);
  }

  @Test
  void takesAnyWallClock() {
    assertThat(clock.now(Long.MIN_VALUE)).isPositive();
    assertThat(clock.now(-1)).isPositive();
    assertThat(clock.now(Long.MAX_VALUE)).isPositive();
    assertThat(clock.observe(0, Long.MIN_VALUE)).isTrue();
  }

  @Test
  void everyStampIsLargerThanAllBeforeWhileClocksAreWithinBounds() {
    Trials.run(
        500,
        random -> {
          HybridClock hybrid = new HybridClock();
          long last = 0;
          for (int i = 0; i < 50; i++) {
            long wall = NOW + random.nextInt(7_200_000) - 3_600_000;
            if (random.nextBoolean()) {
              long remote = HybridClock.stamp(wall + random.nextInt(7_200_000) - 3_600_000);
              last = hybrid.observe(remote, wall) ? Math.max(last, remote) : last;
            }
            long stamp = hybrid.now(wall);
            assertThat(stamp).isGreaterThan(last);
            last = stamp;
          }
        });
  }
}

package dev.peatmesh.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what other threads do. */
final class Awaiting {
  private static final long PATIENCE_SECONDS = 30;

  private Awaiting() {}

  /** Returns once it is so; fails after half a minute. */
  static void until(BooleanSupplier condition) throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    long startNanos = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - startNanos)
          .as("in time")
          .isLessThan(TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS));
      assertThat(never.await(1, TimeUnit.MILLISECONDS)).isFalse();
    }
  }
}

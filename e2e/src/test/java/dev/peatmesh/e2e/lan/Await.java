package dev.peatmesh.e2e.lan;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits until something is so. */
final class Await {
  /** Ten times what any step takes on a quiet machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final long POLL_MILLIS = 20;

  private Await() {}

  /** With words on how things stand, should it not come true. */
  static void until(String what, BooleanSupplier condition, Supplier<String> standing) {
    CountDownLatch never = new CountDownLatch(1);
    long since = System.nanoTime();
    try {
      while (!condition.getAsBoolean()) {
        if (System.nanoTime() - since > PATIENCE.toNanos()
            || never.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
          throw new AssertionError(
              "not within %s: %s. %s".formatted(PATIENCE, what, standing.get()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting: " + what, e);
    }
  }
}

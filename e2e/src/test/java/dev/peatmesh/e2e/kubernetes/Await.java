package dev.peatmesh.e2e.kubernetes;

import dev.peatmesh.testkit.discovery.RecordingContext;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits until something is so. */
final class Await {
  /** Long enough for any step on a slow machine; none takes so long on a quiet one. */
  static final Duration PATIENCE = Duration.ofSeconds(40);

  private Await() {}

  static void until(String what, BooleanSupplier condition) {
    until(what, PATIENCE, condition, () -> "");
  }

  /** With words on how things stand, should it not come true. */
  static void until(String what, BooleanSupplier condition, Supplier<String> standing) {
    until(what, PATIENCE, condition, standing);
  }

  static void until(
      String what, Duration patience, BooleanSupplier condition, Supplier<String> standing) {
    try {
      if (!RecordingContext.await(patience, condition)) {
        throw new AssertionError("not within " + patience + ": " + what + ". " + standing.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting: " + what, e);
    }
  }
}

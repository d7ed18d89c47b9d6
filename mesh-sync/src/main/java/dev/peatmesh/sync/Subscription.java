package dev.peatmesh.sync;

/** A listener's place; cancelling ends the calls. Thread-safe. */
public interface Subscription extends AutoCloseable {
  /** Ends the calls; one that runs now may finish. Idempotent. */
  void cancel();

  @Override
  default void close() {
    cancel();
  }
}

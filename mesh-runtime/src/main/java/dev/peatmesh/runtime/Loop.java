package dev.peatmesh.runtime;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Runs tasks one at a time, in the order they came. State that belongs to a loop needs no lock.
 *
 * <p>{@link #execute} and {@link #schedule} may be called from any thread. A task that throws is
 * logged and stops nobody. Production runs loops on threads ({@link ThreadLoop}, a QUIC event
 * loop); the simulator runs the same code on virtual time.
 */
public interface Loop extends Executor {
  /** Runs the task on this loop, after every task handed over before it. */
  @Override
  void execute(Runnable task);

  /** Runs the task on this loop once the delay has passed. A delay of zero or less means now. */
  Timer schedule(Duration delay, Runnable task);

  /** A monotonic clock in nanoseconds. Its origin is arbitrary: subtract, never compare. */
  long nanoTime();

  /** Whether the caller runs on this loop. */
  boolean inLoop();

  /** Fails when the caller does not run on this loop: its state would be torn. */
  default void checkInLoop() {
    if (!inLoop()) {
      throw new AssertionError("not on the loop: " + Thread.currentThread().getName());
    }
  }

  /** One task that waits for its time. */
  interface Timer {
    /** The task will not start any more, when called on the loop. Idempotent. */
    void cancel();
  }
}

package dev.peatmesh.discovery;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * What drives a {@link HybridDiscovery}: time and threads. Real in production, virtual in tests.
 */
interface Driver {
  /** A monotonic clock in nanoseconds. Its origin is arbitrary: subtract, never compare. */
  long nanoTime();

  /** Runs the task after every one handed over before it, on the one thread of the hybrid. */
  void execute(Runnable task);

  /** Runs the task on the thread of the hybrid, once the delay has passed. */
  void schedule(Duration delay, Runnable task);

  /** Runs a task that may block on a thread of its own, whose name ends with that of its member. */
  void work(String member, Runnable task);

  /** Waits until that is done, for at most so long; returns whether it is. */
  boolean await(CompletableFuture<?> done, Duration max);

  /** Drops the tasks that wait; a task under way, unless it is the caller, has a second to end. */
  void close();
}

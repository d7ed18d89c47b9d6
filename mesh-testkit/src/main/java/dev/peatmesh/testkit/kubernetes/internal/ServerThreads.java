package dev.peatmesh.testkit.kubernetes.internal;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of one running server: daemons, bounded, all ended by close. */
public final class ServerThreads implements Executor, AutoCloseable {
  /** The most threads; a connection takes one, a watch a second one. */
  public static final int THREADS_MAX = 512;

  private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

  private final ThreadGroup group;
  private final ThreadPoolExecutor workers;
  private final ScheduledThreadPoolExecutor timer;

  /** Named after the server. */
  public ServerThreads(String name) {
    group = new ThreadGroup(name);
    ThreadFactory factory = daemons();
    workers =
        new ThreadPoolExecutor(
            0, THREADS_MAX, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), factory);
    timer = new ScheduledThreadPoolExecutor(1, factory);
    timer.setRemoveOnCancelPolicy(true);
  }

  @Override
  public void execute(Runnable task) {
    workers.execute(task);
  }

  /** Runs a short task again and again until it is cancelled; dropped by close. */
  public Future<?> every(Duration delay, Runnable task) {
    long nanos = delay.toNanos();
    return timer.scheduleWithFixedDelay(task, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /** Runs a short task later; dropped by close. */
  public Future<?> after(Duration delay, Runnable task) {
    return timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Interrupts what waits, and returns when every thread has ended. */
  @Override
  public void close() {
    timer.shutdownNow();
    workers.shutdownNow();
    try {
      if (!workers.awaitTermination(CLOSE_MAX.toSeconds(), TimeUnit.SECONDS)
          || !timer.awaitTermination(CLOSE_MAX.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            "close: threads of the fake API still run after %s. Look at a thread dump."
                .formatted(CLOSE_MAX));
      }
      joinAll();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A pool counts a thread as ended while it still takes its last steps: a leak check sees it. */
  private void joinAll() throws InterruptedException {
    Thread[] left = new Thread[THREADS_MAX + 1];
    int count = group.enumerate(left);
    for (int i = 0; i < count; i++) {
      left[i].join(CLOSE_MAX.toMillis());
    }
  }

  private ThreadFactory daemons() {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(group, task, group.getName() + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}

package dev.peatmesh.discovery;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Real time, and threads of the context. Thread-safe. */
final class ThreadDriver implements Driver {
  private static final Logger LOG = LoggerFactory.getLogger(ThreadDriver.class);

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final ThreadFactory threads;
  private final ScheduledThreadPoolExecutor executor;
  private final Set<Thread> running = ConcurrentHashMap.newKeySet();

  ThreadDriver(ThreadFactory threads) {
    this.threads = threads;
    executor = new ScheduledThreadPoolExecutor(1, task -> newThread("", task));
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public void execute(Runnable task) {
    schedule(Duration.ZERO, task);
  }

  @Override
  public void schedule(Duration delay, Runnable task) {
    try {
      Future<?> unused =
          executor.schedule(() -> guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      LOG.atDebug().log("task after the stop of a hybrid dropped");
    }
  }

  @Override
  public void work(String member, Runnable task) {
    newThread("-" + member, task).start();
  }

  @Override
  public boolean await(CompletableFuture<?> done, Duration max) {
    try {
      done.get(max.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException late) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException failure) {
      throw new AssertionError(failure);
    }
  }

  @Override
  public void close() {
    executor.shutdown();
    long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    for (Thread thread : running) {
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
      try {
        if (thread != Thread.currentThread() && leftMillis > 0) {
          thread.join(leftMillis);
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    executor.shutdownNow();
  }

  private Thread newThread(String suffix, Runnable task) {
    Thread thread =
        threads.newThread(
            () -> {
              running.add(Thread.currentThread());
              try {
                task.run();
              } finally {
                running.remove(Thread.currentThread());
              }
            });
    thread.setName(thread.getName() + suffix);
    return thread;
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | AssertionError failure) {
      LOG.atError().setCause(failure).log("task of a hybrid failed");
    }
  }
}

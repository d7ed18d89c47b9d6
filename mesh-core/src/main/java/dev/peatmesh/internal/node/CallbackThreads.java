package dev.peatmesh.internal.node;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the host's code runs: listeners and what hangs on futures. One thread as long as they
 * return quickly; for each that blocks another one, up to {@value #THREADS_MAX}, so that a listener
 * that sleeps holds up nobody else. Thread-safe.
 *
 * <p>What waits is bounded by those who hand it over: a listener has one task at a time, a future
 * one in all. After {@link #close} further tasks are dropped in silence.
 */
final class CallbackThreads implements Executor {
  /** The most threads; when so many are blocked, all others wait. */
  static final int THREADS_MAX = 16;

  private static final Logger LOG = LoggerFactory.getLogger(CallbackThreads.class);
  private static final Duration KEEP_IDLE = Duration.ofSeconds(10);

  private final Set<Thread> alive = ConcurrentHashMap.newKeySet();
  private final ThreadPoolExecutor threads;

  CallbackThreads(String threadName) {
    Waiting waiting = new Waiting();
    threads =
        new ThreadPoolExecutor(
            1,
            THREADS_MAX,
            KEEP_IDLE.toSeconds(),
            TimeUnit.SECONDS,
            waiting,
            task -> newThread(threadName, task),
            (task, pool) -> waiting.addOrDrop(task, pool));
  }

  @Override
  public void execute(Runnable task) {
    threads.execute(() -> run(task));
  }

  /**
   * Lets the tasks already handed over finish, for at most the given time, then interrupts them.
   */
  void close(Duration patience) {
    threads.shutdown();
    if (alive.contains(Thread.currentThread())) {
      return;
    }
    try {
      if (!threads.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        threads.shutdownNow();
      }
      for (Thread each : alive) {
        // The pool calls itself terminated a moment before its threads are gone.
        each.join(Math.max(1, patience.toMillis()));
      }
    } catch (InterruptedException interrupted) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private Thread newThread(String name, Runnable task) {
    alive.removeIf(each -> each.getState() == Thread.State.TERMINATED);
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    alive.add(thread);
    return thread;
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | AssertionError failure) {
      LOG.atError().setCause(failure).log("callback failed");
    }
  }

  /**
   * Refuses what no idle thread takes at once, as long as there may be more threads: the pool then
   * starts one. A plain queue would have it do so only once it is full.
   */
  private static final class Waiting extends LinkedTransferQueue<Runnable> {
    private static final long serialVersionUID = 1;

    @Override
    public boolean offer(Runnable task) {
      return tryTransfer(task);
    }

    void addOrDrop(Runnable task, ThreadPoolExecutor pool) {
      if (pool.isShutdown()) {
        LOG.atDebug().log("callback after close dropped");
      } else {
        put(task);
      }
    }
  }
}

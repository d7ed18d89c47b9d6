package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.Loop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PriorityQueue;

/** A loop that runs when told, on virtual time. */
final class ManualLoop implements Loop {
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final PriorityQueue<Due> timers = new PriorityQueue<>();
  private long now = Long.MAX_VALUE - 1_000; // wraps soon: times may only be subtracted
  private long order;
  private boolean running;

  private static final class Due implements Comparable<Due>, Timer {
    final long at;
    final long order;
    final Runnable task;
    boolean cancelled;

    Due(long at, long order, Runnable task) {
      this.at = at;
      this.order = order;
      this.task = task;
    }

    @Override
    public int compareTo(Due other) {
      return at != other.at ? Long.signum(at - other.at) : Long.compare(order, other.order);
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    Due due = new Due(now + delay.toNanos(), order++, task);
    timers.add(due);
    return due;
  }

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public boolean inLoop() {
    return running;
  }

  /** Runs what is due now. */
  void run() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      running = true;
      try {
        task.run();
      } finally {
        running = false;
      }
    }
  }

  /** Lets the time pass. */
  void advance(Duration by) {
    long end = now + by.toNanos();
    run();
    while (!timers.isEmpty() && timers.peek().at - end <= 0) {
      Due due = timers.poll();
      now = due.at;
      if (!due.cancelled) {
        execute(due.task);
      }
      run();
    }
    now = end;
  }
}

package dev.peatmesh.testkit.internal;

import dev.peatmesh.runtime.Loop;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A loop without a thread: virtual time runs its tasks. A stopped loop drops everything. */
final class VirtualLoop implements Loop {
  /** Tasks whose time has come, in the order they came. */
  final ArrayDeque<Runnable> ready = new ArrayDeque<>();

  private final VirtualTime time;
  private final String name;
  private final long originNanos;
  private boolean stopped;

  VirtualLoop(VirtualTime time, String name, long originNanos) {
    this.time = time;
    this.name = name;
    this.originNanos = originNanos;
  }

  @Override
  public void execute(Runnable task) {
    if (!stopped) {
      time.ready(this, task);
    }
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    return schedule(VirtualTime.nanos(delay), false, task);
  }

  /** Schedules a watch that does not count as work: a mesh with nothing else to do is idle. */
  Timer scheduleWatch(long delayNanos, Runnable task) {
    return schedule(delayNanos, true, task);
  }

  private Timer schedule(long delayNanos, boolean watch, Runnable task) {
    return stopped ? () -> {} : time.schedule(this, delayNanos, watch, task);
  }

  /** Virtual time may pass {@code Long.MAX_VALUE} and go on at the negative end, as is allowed. */
  @Override
  public long nanoTime() {
    return originNanos + time.nowNanos();
  }

  @Override
  public boolean inLoop() {
    return time.running() == this;
  }

  void stop() {
    stopped = true;
    time.drop(this);
  }

  @Override
  public String toString() {
    return name;
  }

  /** One task that waits for its time. */
  static final class Due implements Timer, Runnable, Comparable<Due> {
    final VirtualLoop loop;
    final long atNanos;
    final boolean watch;
    private final VirtualTime time;
    private final long sequence;
    private @Nullable Runnable task;
    private boolean queued;

    Due(
        VirtualTime time,
        VirtualLoop loop,
        long atNanos,
        long sequence,
        boolean watch,
        Runnable task) {
      this.time = time;
      this.loop = loop;
      this.atNanos = atNanos;
      this.sequence = sequence;
      this.watch = watch;
      this.task = task;
    }

    void queued(boolean now) {
      queued = now;
    }

    boolean cancelled() {
      return task == null;
    }

    @Override
    public void cancel() {
      if (task != null) {
        task = null;
        if (queued) {
          time.cancelled(this);
        }
      }
    }

    @Override
    public void run() {
      Runnable waiting = task;
      task = null;
      if (waiting != null) {
        waiting.run();
      }
    }

    @Override
    public int compareTo(Due other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }
}

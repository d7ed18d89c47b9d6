package dev.peatmesh.internal.network;

import dev.peatmesh.runtime.Loop;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes only when told, and loops that live in it. Tasks due at once keep their order.
 */
final class VirtualTime implements InstantSource {
  /** Near the overflow: whoever compares instants of the clock instead of subtracting is caught. */
  private static final long ORIGIN_NANOS = Long.MAX_VALUE - Duration.ofSeconds(3).toNanos();

  private static final Instant ORIGIN = Instant.parse("2026-11-21T10:00:00Z");

  private final class Task implements Comparable<Task>, Loop.Timer {
    private final long due;
    private final long order;
    private final VirtualLoop loop;
    private final Runnable action;
    private boolean cancelled;

    private Task(long due, VirtualLoop loop, Runnable action) {
      this.due = due;
      this.order = lastOrder++;
      this.loop = loop;
      this.action = action;
    }

    @Override
    public int compareTo(Task other) {
      return due == other.due ? Long.compare(order, other.order) : Long.compare(due, other.due);
    }

    @Override
    public void cancel() {
      cancelled = true;
      tasks.remove(this);
    }
  }

  /** One loop; all loops share the one thread of the test. */
  final class VirtualLoop implements Loop {
    @Override
    public void execute(Runnable task) {
      schedule(Duration.ZERO, task);
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      Task scheduled = new Task(passedNanos + Math.max(0, delay.toNanos()), this, task);
      tasks.add(scheduled);
      return scheduled;
    }

    @Override
    public long nanoTime() {
      return ORIGIN_NANOS + passedNanos;
    }

    @Override
    public boolean inLoop() {
      return running == this;
    }
  }

  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private long passedNanos;
  private long lastOrder;
  private @Nullable VirtualLoop running;

  VirtualLoop newLoop() {
    return new VirtualLoop();
  }

  @Override
  public Instant instant() {
    return ORIGIN.plusNanos(passedNanos);
  }

  Duration passed() {
    return Duration.ofNanos(passedNanos);
  }

  /** Runs what falls due within the time, and lets it pass. */
  void advance(Duration time) {
    long end = passedNanos + time.toNanos();
    for (Task next = tasks.peek(); next != null && next.due <= end; next = tasks.peek()) {
      tasks.poll();
      passedNanos = Math.max(passedNanos, next.due);
      run(next);
    }
    passedNanos = end;
  }

  /** Runs what is due now; no time passes. */
  void settle() {
    advance(Duration.ZERO);
  }

  /** Runs an action as a task of the loop. */
  void on(VirtualLoop loop, Runnable action) {
    List<Throwable> failure = new ArrayList<>();
    loop.execute(
        () -> {
          try {
            action.run();
          } catch (RuntimeException | AssertionError e) {
            failure.add(e);
          }
        });
    settle();
    if (!failure.isEmpty()) {
      throw new AssertionError(failure.get(0));
    }
  }

  /** Tasks that wait for their time. */
  int pending() {
    return tasks.size();
  }

  private void run(Task task) {
    if (task.cancelled) {
      return;
    }
    VirtualLoop before = running;
    running = task.loop;
    try {
      task.action.run();
    } finally {
      running = before;
    }
  }
}

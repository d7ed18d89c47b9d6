package dev.peatmesh.discovery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Virtual time, and every task on the caller's thread, one after the other. The clock starts so
 * that it overflows soon: who compares instead of subtracting fails.
 */
final class VirtualDriver implements Driver {
  private record Due(long passedNanos, long number, Runnable task) {}

  private final long originNanos = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();
  private final PriorityQueue<Due> later =
      new PriorityQueue<>(Comparator.comparingLong(Due::passedNanos).thenComparing(Due::number));
  private final Deque<Runnable> now = new ArrayDeque<>();
  private final Set<String> held = new HashSet<>();
  private final Map<String, Deque<Runnable>> waiting = new LinkedHashMap<>();
  private long passedNanos;
  private long number;
  private boolean running;
  private boolean paused;
  private boolean closed;

  /** The same time goes on for the next start. */
  VirtualDriver opened() {
    closed = false;
    return this;
  }

  @Override
  public long nanoTime() {
    return originNanos + passedNanos;
  }

  @Override
  public void execute(Runnable task) {
    if (!closed) {
      now.add(task);
      run();
    }
  }

  @Override
  public void schedule(Duration delay, Runnable task) {
    if (!closed) {
      later.add(new Due(passedNanos + delay.toNanos(), number++, task));
    }
  }

  @Override
  public void work(String member, Runnable task) {
    if (held.contains(member)) {
      waiting.computeIfAbsent(member, m -> new ArrayDeque<>()).add(task);
    } else {
      task.run();
    }
  }

  @Override
  public boolean await(CompletableFuture<?> done, Duration max) {
    return done.isDone();
  }

  @Override
  public void close() {
    closed = true;
    now.clear();
    later.clear();
  }

  /** The threads of this member do not run for now. */
  void hold(String member) {
    held.add(member);
  }

  void release(String member) {
    held.remove(member);
    Deque<Runnable> tasks = waiting.getOrDefault(member, new ArrayDeque<>());
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  /** The thread of the hybrid does not run for now: its subscriber is slow. */
  void pause(boolean value) {
    paused = value;
    run();
  }

  boolean isPaused() {
    return paused;
  }

  void advance(Duration by) {
    long untilNanos = passedNanos + by.toNanos();
    while (!later.isEmpty() && later.peek().passedNanos() <= untilNanos) {
      Due next = later.poll();
      passedNanos = next.passedNanos();
      now.add(next.task());
      run();
    }
    passedNanos = untilNanos;
  }

  private void run() {
    if (running || paused) {
      return;
    }
    running = true;
    try {
      for (Runnable next = now.poll(); next != null; next = now.poll()) {
        next.run();
      }
    } finally {
      running = false;
    }
  }
}

package dev.peatmesh.testkit.internal;

import dev.peatmesh.runtime.Loop;
import dev.peatmesh.testkit.EventLog;
import dev.peatmesh.testkit.SimulationFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes only when told to: a discrete-event scheduler for any number of loops.
 *
 * <p>Tasks of one loop run in the order they came; loops that have work at the same instant take
 * turns in an order drawn from the seed. A task that throws ends the simulation with {@link
 * SimulationFailure}. Everything happens on the thread that created it; any other is refused,
 * because two threads have no order that a seed could repeat.
 */
public final class VirtualTime {
  /** More tasks than this at one instant are a loop that feeds itself. */
  static final int TASKS_PER_INSTANT_MAX = 10_000_000;

  /** Timers further away than this never come: 100 years. */
  private static final long FAR_NANOS = Duration.ofDays(36_500).toNanos();

  private static final int PURGE_AT_LEAST = 1024;

  private final long seed;
  private final Thread thread = Thread.currentThread();
  private final EventLog log = EventLog.begin();
  private final SeededRandom order;
  private final PriorityQueue<VirtualLoop.Due> queue = new PriorityQueue<>();
  private final List<VirtualLoop> readyLoops = new ArrayList<>();
  private final List<SimulatedHost> hosts = new ArrayList<>();
  private final long originNanos;
  private long nowNanos;
  private long sequence;
  private int cancelledInQueue;
  private int watchesInQueue;
  private long tasksRun;
  private int tasksThisInstant;
  private boolean advancing;
  private @Nullable VirtualLoop running;
  private @Nullable SimulationFailure failure;

  /** Time at zero, with nothing to do. */
  public VirtualTime(long seed) {
    this.seed = seed;
    order = random("order");
    originNanos = drawOrigin(random("origin"));
  }

  /** What everything random in this simulation derives from. */
  public long seed() {
    return seed;
  }

  /** What happened so far. */
  public EventLog log() {
    return log;
  }

  /** Writes one line, stamped with the present, to the event log. */
  public void record(String event) {
    log.add(nowNanos, event);
  }

  /** A stream of random numbers of its own for each purpose. */
  public SeededRandom random(String purpose) {
    return SeededRandom.of(seed, purpose);
  }

  /** Nanoseconds since the start of the simulation. */
  public long nowNanos() {
    return nowNanos;
  }

  /** A loop that lives as long as the simulation. A node's loops come from its host. */
  public Loop newLoop(String name) {
    return new VirtualLoop(this, name, originNanos);
  }

  /** A machine, switched on. Names are unique. */
  public SimulatedHost newHost(String name) {
    if (hosts.stream().anyMatch(host -> host.name().equals(name))) {
      throw new IllegalArgumentException(
          "host(" + name + "): exists already. Give every host its own name.");
    }
    SimulatedHost host = new SimulatedHost(this, name, hosts.size());
    hosts.add(host);
    return host;
  }

  /** Lets the time pass and runs all that falls due, the last instant included. */
  public void advance(Duration by) {
    run(() -> false, by);
  }

  /**
   * Lets the time pass until the condition holds, for at most {@code max}. The condition is asked
   * now and after each instant at which something ran.
   *
   * @return whether the condition holds
   */
  public boolean runUntil(BooleanSupplier condition, Duration max) {
    return condition.getAsBoolean() || run(condition, max);
  }

  /**
   * Lets the time pass until no loop has anything to do, now or later, for at most {@code max}. The
   * keep-alives of open connections do not count.
   *
   * @return whether all is quiet
   */
  public boolean runUntilIdle(Duration max) {
    return run(() -> queue.size() - cancelledInQueue - watchesInQueue == 0, max);
  }

  private boolean run(BooleanSupplier condition, Duration max) {
    checkMayRun();
    advancing = true;
    try {
      long untilNanos = nowNanos + nanos(max);
      while (true) {
        runReady();
        if (condition.getAsBoolean()) {
          return true;
        }
        if (!jumpToNext(untilNanos)) {
          nowNanos = untilNanos;
          tasksThisInstant = 0;
          return false;
        }
      }
    } finally {
      advancing = false;
    }
  }

  private void checkMayRun() {
    checkThread();
    if (advancing) {
      throw new AssertionError("time cannot be advanced by a task that runs in it");
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void runReady() {
    while (!readyLoops.isEmpty()) {
      int turn = order.nextInt(readyLoops.size());
      VirtualLoop loop = readyLoops.get(turn);
      Runnable task = loop.ready.remove();
      if (loop.ready.isEmpty()) {
        unready(turn);
      }
      runOne(loop, task);
    }
  }

  private void runOne(VirtualLoop loop, Runnable task) {
    running = loop;
    tasksRun++;
    try {
      if (++tasksThisInstant > TASKS_PER_INSTANT_MAX) {
        throw new AssertionError(
            "the loop never rests: over " + TASKS_PER_INSTANT_MAX + " tasks at one instant");
      }
      task.run();
    } catch (RuntimeException | Error thrown) {
      failure =
          new SimulationFailure(
              seed, "a task on loop " + loop + " failed at " + nowNanos + " ns: " + thrown, thrown);
      record(loop + " failed " + thrown.getClass().getName());
      throw failure;
    } finally {
      running = null;
    }
  }

  /** Moves to the next instant at which something is due; false when that is too far away. */
  private boolean jumpToNext(long untilNanos) {
    dropCancelledHead();
    VirtualLoop.Due next = queue.peek();
    if (next == null || next.atNanos > untilNanos) {
      return false;
    }
    nowNanos = next.atNanos;
    tasksThisInstant = 0;
    for (; next != null && next.atNanos == nowNanos; next = queue.peek()) {
      ready(next.loop, removeHead());
      dropCancelledHead();
    }
    return true;
  }

  private void dropCancelledHead() {
    for (VirtualLoop.Due head = queue.peek(); head != null && head.cancelled(); ) {
      removeHead();
      head = queue.peek();
    }
  }

  private VirtualLoop.Due removeHead() {
    VirtualLoop.Due head = queue.remove();
    left(head);
    return head;
  }

  private void left(VirtualLoop.Due due) {
    due.queued(false);
    if (due.cancelled()) {
      cancelledInQueue--;
    } else if (due.watch) {
      watchesInQueue--;
    }
  }

  void ready(VirtualLoop loop, Runnable task) {
    checkThread();
    if (loop.ready.isEmpty()) {
      readyLoops.add(loop);
    }
    loop.ready.add(task);
  }

  private void unready(int turn) {
    int last = readyLoops.size() - 1;
    readyLoops.set(turn, readyLoops.get(last));
    readyLoops.remove(last);
  }

  Loop.Timer schedule(VirtualLoop loop, long delayNanos, boolean watch, Runnable task) {
    checkThread();
    long atNanos = nowNanos + Math.max(0, delayNanos);
    VirtualLoop.Due due = new VirtualLoop.Due(this, loop, atNanos, sequence++, watch, task);
    if (delayNanos <= 0) {
      ready(loop, due);
    } else {
      due.queued(true);
      queue.add(due);
      watchesInQueue += watch ? 1 : 0;
    }
    return due;
  }

  /** How many tasks ran since the start: what a simulation costs. */
  public long tasksRun() {
    return tasksRun;
  }

  /** How many timers are still to come. For leak checks. */
  public int timersWaiting() {
    return queue.size() - cancelledInQueue;
  }

  /** How many timers take memory, cancelled ones included. */
  int timersHeld() {
    return queue.size();
  }

  /** A cancelled timer stays in the queue until its time or until half of the queue is such. */
  void cancelled(VirtualLoop.Due due) {
    cancelledInQueue++;
    watchesInQueue -= due.watch ? 1 : 0;
    if (cancelledInQueue > PURGE_AT_LEAST && cancelledInQueue > queue.size() / 2) {
      queue.removeIf(VirtualLoop.Due::cancelled);
      cancelledInQueue = 0;
    }
  }

  /** Forgets everything a stopped loop would have run. */
  void drop(VirtualLoop loop) {
    checkThread();
    loop.ready.clear();
    readyLoops.remove(loop);
    queue.removeIf(
        due -> {
          boolean dropped = due.loop == loop;
          if (dropped) {
            left(due);
          }
          return dropped;
        });
  }

  @Nullable VirtualLoop running() {
    return Thread.currentThread() == thread ? running : null;
  }

  private void checkThread() {
    if (Thread.currentThread() != thread) {
      throw new AssertionError(
          "virtual time belongs to thread "
              + thread.getName()
              + ", used from "
              + Thread.currentThread().getName());
    }
  }

  static long nanos(Duration duration) {
    return duration.compareTo(Duration.ofNanos(FAR_NANOS)) > 0
        ? FAR_NANOS
        : Math.max(0, duration.toNanos());
  }

  /** One clock in four starts so late that it overflows within a minute: that is allowed. */
  static long drawOrigin(SeededRandom random) {
    return random.nextInt(4) == 0
        ? Long.MAX_VALUE - random.upTo(Duration.ofMinutes(1).toNanos())
        : random.nextLong();
  }
}

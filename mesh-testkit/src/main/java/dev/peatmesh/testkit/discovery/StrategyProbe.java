package dev.peatmesh.testkit.discovery;

import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.discovery.PeerInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * One strategy under test. Its calls run on threads of a group of their own, each with a deadline:
 * what it starts inherits the group, so what it leaves behind can be told from all other threads.
 */
final class StrategyProbe {
  /** "Returns within seconds". */
  static final Duration START_MAX = Duration.ofSeconds(10);

  /** What {@link DiscoveryStrategy#stop} promises. */
  static final Duration STOP_MAX = Duration.ofSeconds(5);

  /** What never waits for anything may still wait for a busy processor. */
  private static final Duration ANSWER_MAX = Duration.ofSeconds(2);

  /** Threads of the JDK that serve the whole process and are never ended. */
  private static final Set<String> OF_THE_JDK =
      Set.of("ForkJoinPool.commonPool-", "CompletableFutureDelayScheduler", "Common-Cleaner");

  private final RecordingContext context;
  private final ThreadGroup group;
  private final Predicate<Thread> shared;
  private final DiscoveryStrategy strategy;

  StrategyProbe(
      RecordingContext context, Predicate<Thread> shared, Callable<DiscoveryStrategy> newStrategy) {
    this.context = context;
    this.shared = shared;
    group = new ThreadGroup(context.nodeId());
    strategy = within(START_MAX, "newStrategy", newStrategy);
  }

  RecordingContext context() {
    return context;
  }

  DiscoveryStrategy strategy() {
    return strategy;
  }

  void start() {
    await(START_MAX, "start", beginStart());
  }

  /** Starts, and does not wait for it. */
  FutureTask<?> beginStart() {
    context.reopen();
    return begin("start", () -> start(context));
  }

  private Object start(RecordingContext lent) {
    strategy.start(lent);
    return this;
  }

  void stop() {
    within(
        STOP_MAX,
        "stop",
        () -> {
          strategy.stop();
          return this;
        });
    context.close();
  }

  String name() {
    return within(ANSWER_MAX, "name", strategy::name);
  }

  DiscoveryStatus status() {
    return within(ANSWER_MAX, "status", strategy::status);
  }

  List<PeerInfo> peers() {
    return within(ANSWER_MAX, "discoveredPeers", strategy::discoveredPeers);
  }

  /** The threads that live because of this strategy. */
  Set<Thread> threads() {
    Thread[] found = new Thread[group.activeCount() + 64];
    int count = group.enumerate(found);
    Set<Thread> alive = new LinkedHashSet<>(Arrays.asList(found).subList(0, count));
    alive.addAll(context.threadsAlive());
    alive.removeIf(thread -> !thread.isAlive() || isOfTheJdk(thread) || shared.test(thread));
    return alive;
  }

  /** Threads by name with what they are doing: for the message of a failure. */
  static String describe(Set<Thread> threads) {
    return threads.stream()
        .map(thread -> thread.getName() + trace(thread))
        .collect(Collectors.joining("\n"));
  }

  private <T> T within(Duration deadline, String what, Callable<T> call) {
    return await(deadline, what, begin(what, call));
  }

  private <T> FutureTask<T> begin(String what, Callable<T> call) {
    FutureTask<T> task = new FutureTask<>(call);
    Thread thread = new Thread(group, task, context.nodeId() + "-calls-" + what);
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  private <T> T await(Duration deadline, String what, FutureTask<T> task) {
    try {
      return task.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError(
          "%s(): did not return within %s. Threads:%n%s"
              .formatted(what, deadline, describe(threads())),
          late);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new AssertionError(what + "(): the test was interrupted", stopped);
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof RuntimeException thrown) {
        throw thrown;
      }
      throw new AssertionError(what + "(): threw " + failure.getCause(), failure.getCause());
    }
  }

  private static boolean isOfTheJdk(Thread thread) {
    return OF_THE_JDK.stream().anyMatch(thread.getName()::startsWith);
  }

  private static String trace(Thread thread) {
    List<String> lines = new ArrayList<>();
    for (StackTraceElement element : thread.getStackTrace()) {
      lines.add("\n    at " + element);
    }
    return String.join("", lines);
  }
}

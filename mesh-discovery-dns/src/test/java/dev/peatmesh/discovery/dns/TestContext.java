package dev.peatmesh.discovery.dns;

import dev.peatmesh.discovery.DiscoveryContext;
import dev.peatmesh.discovery.DiscoveryEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What a mesh lends a strategy, and what the strategy made of it. */
final class TestContext implements DiscoveryContext {
  final List<DiscoveryEvent> events = new CopyOnWriteArrayList<>();
  final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final String nodeId;

  TestContext(String nodeId) {
    this.nodeId = nodeId;
  }

  @Override
  public String nodeId() {
    return nodeId;
  }

  @Override
  public String formationId() {
    return "home";
  }

  @Override
  public int port() {
    return 11204;
  }

  @Override
  public void publish(DiscoveryEvent event) {
    events.add(event);
  }

  @Override
  public InstantSource clock() {
    return () -> Instant.EPOCH;
  }

  @Override
  public ThreadFactory threads() {
    return task -> {
      Thread thread = new Thread(task, "mesh-" + nodeId + "-dns");
      thread.setDaemon(true);
      threads.add(thread);
      return thread;
    };
  }

  static void await(String what, BooleanSupplier condition) {
    await(what, Duration.ofSeconds(20), condition);
  }

  static void await(String what, Duration deadline, BooleanSupplier condition) {
    long begin = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - begin > deadline.toNanos()) {
        throw new AssertionError(what + ": not so within " + deadline);
      }
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }
}

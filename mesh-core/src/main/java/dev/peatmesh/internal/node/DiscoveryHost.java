package dev.peatmesh.internal.node;

import dev.peatmesh.discovery.DiscoveryContext;
import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.DiscoveryStrategy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the discovery strategies of one node. One that fails to start is reported and tried again
 * every 30 s; it stops neither the node nor another strategy. Every method belongs to the discovery
 * thread, but {@link #problems}.
 */
final class DiscoveryHost {
  private static final Logger LOG = LoggerFactory.getLogger(DiscoveryHost.class);

  /** Time between two attempts to start a strategy that failed to. */
  static final Duration RETRY = Duration.ofSeconds(30);

  private final List<DiscoveryStrategy> strategies;
  private final Identity identity;
  private final InstantSource clock;
  private final BiConsumer<String, DiscoveryEvent> events;
  private final Map<String, String> failures = new ConcurrentHashMap<>();

  /** What strategies advertise. */
  record Identity(String nodeName, String formationId, int port) {}

  DiscoveryHost(
      List<DiscoveryStrategy> strategies,
      Identity identity,
      InstantSource clock,
      BiConsumer<String, DiscoveryEvent> events) {
    this.strategies = strategies;
    this.identity = identity;
    this.clock = clock;
    this.events = events;
  }

  void start() {
    strategies.forEach(this::start);
  }

  /** Starts again those that failed to. */
  void retry() {
    strategies.stream()
        .filter(strategy -> failures.containsKey(strategy.name()))
        .forEach(this::start);
  }

  boolean failed() {
    return !failures.isEmpty();
  }

  void stop() {
    for (DiscoveryStrategy strategy : strategies) {
      try {
        strategy.stop();
      } catch (RuntimeException failure) {
        LOG.atWarn()
            .setCause(failure)
            .addKeyValue("strategy", strategy.name())
            .log("discovery did not stop in good order");
      }
    }
  }

  /** What is wrong with discovery, one sentence per strategy; on any thread. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    for (DiscoveryStrategy strategy : strategies) {
      String failure = failures.get(strategy.name());
      if (failure != null) {
        problems.add("discovery(\"" + strategy.name() + "\"): did not start: " + failure);
      } else if (strategy.status() instanceof DiscoveryStatus.Degraded degraded) {
        problems.add(
            "discovery(\""
                + strategy.name()
                + "\"): "
                + degraded.cause()
                + ". "
                + degraded.remedy());
      }
    }
    return problems;
  }

  private void start(DiscoveryStrategy strategy) {
    try {
      strategy.start(new Context(strategy.name()));
      failures.remove(strategy.name());
    } catch (RuntimeException | LinkageError failure) {
      String problem = String.valueOf(failure.getMessage());
      if (!problem.equals(failures.put(strategy.name(), problem))) {
        LOG.atError()
            .setCause(failure)
            .addKeyValue("strategy", strategy.name())
            .log("discovery did not start; trying again");
      }
    }
  }

  /** What one strategy is lent. */
  private final class Context implements DiscoveryContext {
    private final String source;
    private final AtomicInteger threads = new AtomicInteger();

    Context(String source) {
      this.source = source;
    }

    @Override
    public String nodeId() {
      return identity.nodeName();
    }

    @Override
    public String formationId() {
      return identity.formationId();
    }

    @Override
    public int port() {
      return identity.port();
    }

    @Override
    public void publish(DiscoveryEvent event) {
      events.accept(source, event);
    }

    @Override
    public InstantSource clock() {
      return clock;
    }

    @Override
    public ThreadFactory threads() {
      return task -> {
        String name =
            "mesh-" + identity.nodeName() + "-" + source + "-" + threads.incrementAndGet();
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
      };
    }
  }
}

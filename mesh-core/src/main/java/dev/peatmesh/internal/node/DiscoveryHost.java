package dev.peatmesh.internal.node;

import dev.peatmesh.discovery.DiscoveryContext;
import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.HybridDiscovery;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.internal.link.LocalNode;
import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs discovery for one node: lends it what it needs and hands on what it finds. Thread-safe;
 * {@link #stop} waits for seconds at most.
 */
final class DiscoveryHost implements DiscoveryContext {
  /** Twice as many as there can be peers. */
  private static final int NAMES_MAX = 20_000;

  private final HybridDiscovery discovery;
  private final LocalNode self;
  private final int port;
  private final InstantSource clock;
  private final Consumer<DiscoveryEvent> events;
  private final Identities identities;
  private final AtomicInteger threads = new AtomicInteger();

  /**
   * Discovery that is not started.
   *
   * @param port on which this node accepts connections
   * @param events takes what is found, one event at a time; returns soon
   */
  DiscoveryHost(
      HybridDiscovery discovery,
      LocalNode self,
      int port,
      InstantSource clock,
      Consumer<DiscoveryEvent> events) {
    this.discovery = discovery;
    this.self = self;
    this.port = port;
    this.clock = clock;
    this.events = events;
    this.identities = new Identities(self, NAMES_MAX);
  }

  void start() {
    discovery.start(this);
  }

  void stop() {
    discovery.stop();
  }

  /** How every strategy fares now. Asks foreign code: not on a loop. */
  DiscoveryReport report() {
    return new DiscoveryReport(discovery.statuses());
  }

  @Override
  public String nodeId() {
    return self.identity().nodeName();
  }

  @Override
  public String formationId() {
    return self.formation().id();
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public String identityOf(String nodeId) {
    return identities.identityOf(nodeId);
  }

  @Override
  public void publish(DiscoveryEvent event) {
    events.accept(named(event));
  }

  /** A peer found by its key goes by its name as soon as some source names it. */
  private DiscoveryEvent named(DiscoveryEvent event) {
    String name = identities.nameOf(event.nodeId());
    if (event instanceof DiscoveryEvent.PeerFound found) {
      return new DiscoveryEvent.PeerFound(named(found.peer(), name));
    }
    if (event instanceof DiscoveryEvent.PeerUpdated updated) {
      return new DiscoveryEvent.PeerUpdated(named(updated.peer(), name));
    }
    // By whatever id: the mesh knows that both are one.
    return event;
  }

  private static PeerInfo named(PeerInfo peer, String name) {
    return new PeerInfo(
        name, peer.addresses(), peer.relayUrl(), peer.lastSeen(), peer.metadata(), peer.sources());
  }

  @Override
  public InstantSource clock() {
    return clock;
  }

  /** A strategy is foreign code that may block: it gets threads of its own. */
  @Override
  public ThreadFactory threads() {
    return task -> {
      Thread thread =
          new Thread(task, "mesh-" + nodeId() + "-discovery-" + threads.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}

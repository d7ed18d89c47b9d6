package dev.peatmesh.discovery;

import java.util.List;

/**
 * One way of finding peers and of being found: a list, mDNS, Kubernetes, the DNS.
 *
 * <p>What it finds are hints. It need not filter out this node or what other strategies found: the
 * mesh does. A source that is away is no failure: the strategy starts all the same, says {@link
 * DiscoveryStatus.Degraded}, tries again with growing pauses and keeps what it knew.
 *
 * <p>{@link #start} and {@link #stop} are called one after the other, on a thread that may block
 * and is never a loop of the mesh; the rest may be called from any thread at any time. An instance
 * serves one mesh and may be started again after it was stopped.
 */
public interface DiscoveryStrategy {
  /** What it is called in settings, logs and the explanation of a peer: lower case, constant. */
  String name();

  /**
   * Begins to look for peers and to advertise this node, as the context names it. Returns within
   * seconds; peers may be published before it does.
   *
   * @throws IllegalStateException when it is started already
   * @throws IllegalArgumentException when its settings cannot work with this node
   */
  void start(DiscoveryContext context);

  /**
   * Withdraws the advertisement and ends every thread and socket within 5 seconds. Afterwards
   * nothing is published and {@link #discoveredPeers} is empty; no {@link DiscoveryEvent.PeerLost}
   * is published for it. Idempotent, also when never started.
   */
  void stop();

  /** The peers known now, each node id once, in a stable order. Immutable; empty when stopped. */
  List<PeerInfo> discoveredPeers();

  /** How it fares now. */
  DiscoveryStatus status();
}

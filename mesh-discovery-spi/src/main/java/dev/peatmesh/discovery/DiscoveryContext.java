package dev.peatmesh.discovery;

import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;

/**
 * What the mesh lends a strategy from {@link DiscoveryStrategy#start} to {@link
 * DiscoveryStrategy#stop}. Every method may be called from any thread.
 */
public interface DiscoveryContext {
  /** The name of this node: what to advertise. */
  String nodeId();

  /** The formation of this node: what to advertise, and which others to leave alone. */
  String formationId();

  /** The UDP port on which this node accepts connections: what to advertise. */
  int port();

  /**
   * Hands over an event. Returns soon and never throws; events of one peer must be published one
   * after the other. What arrives after {@link DiscoveryStrategy#stop} is dropped.
   */
  void publish(DiscoveryEvent event);

  /** The clock for {@link PeerInfo#lastSeen}. */
  InstantSource clock();

  /** Makes daemon threads named after node and strategy. Whoever starts one ends it in stop. */
  ThreadFactory threads();
}

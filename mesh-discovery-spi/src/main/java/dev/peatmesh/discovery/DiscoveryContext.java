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
   * What makes two node ids the same peer: equal identities. A node name and the endpoint id that
   * is derived from it are one. What cannot be a node id is an identity of its own.
   */
  default String identityOf(String nodeId) {
    return nodeId;
  }

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

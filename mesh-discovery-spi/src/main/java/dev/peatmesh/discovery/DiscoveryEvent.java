package dev.peatmesh.discovery;

/**
 * What a strategy tells the mesh about one peer. Per node id the order is: found, then updates,
 * then lost, then perhaps found again.
 */
public sealed interface DiscoveryEvent {
  /** The peer of which it tells. */
  String nodeId();

  /** A peer this strategy had not known. */
  record PeerFound(PeerInfo peer) implements DiscoveryEvent {
    @Override
    public String nodeId() {
      return peer.nodeId();
    }
  }

  /**
   * A known peer whose addresses, relay, metadata or sources are others now; that it was seen again
   * is no update. Replaces what was known.
   */
  record PeerUpdated(PeerInfo peer) implements DiscoveryEvent {
    @Override
    public String nodeId() {
      return peer.nodeId();
    }
  }

  /** This strategy's source shows the peer no longer. Other sources may; its link may live. */
  record PeerLost(String nodeId) implements DiscoveryEvent {
    public PeerLost {
      nodeId = PeerInfo.checkNodeId(nodeId);
    }
  }
}

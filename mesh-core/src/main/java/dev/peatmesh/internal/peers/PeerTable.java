package dev.peatmesh.internal.peers;

import dev.peatmesh.PeerStatus;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.internal.link.Backoff;
import dev.peatmesh.internal.link.LocalNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The peers that are known, at most {@code peersMax}. A peer is its endpoint id: hints by node name
 * and hints by endpoint id meet here, whatever source they come from.
 */
final class PeerTable {
  private final LocalNode self;
  private final PeerSettings settings;
  private final Map<EndpointId, Peer> peers = new LinkedHashMap<>();

  /** Names of known peers: a repeated hint costs no key derivation. */
  private final Map<String, EndpointId> names = new LinkedHashMap<>();

  private int forgetting;

  PeerTable(LocalNode self, PeerSettings settings) {
    this.self = self;
    this.settings = settings;
  }

  /**
   * The endpoint that a discovered node id means.
   *
   * @throws IllegalArgumentException when it is neither an endpoint id nor a possible node name
   */
  EndpointId endpointOf(String nodeId) {
    if (LocalNode.isEndpointId(nodeId)) {
      return LocalNode.parseEndpointId(nodeId);
    }
    EndpointId known = names.get(nodeId);
    return known != null ? known : self.endpointOf(nodeId);
  }

  @Nullable Peer find(EndpointId id) {
    return peers.get(id);
  }

  /** Whether all places are taken. */
  boolean isFull() {
    return peers.size() >= settings.limits().peersMax();
  }

  /** The longest known of those about to be forgotten; null when there is none. */
  @Nullable Peer mostForgettable() {
    if (forgetting == 0) {
      return null;
    }
    return peers.values().stream().filter(Peer::forgetting).findFirst().orElse(null);
  }

  Peer add(EndpointId id, Turn turn) {
    PeerSettings.Timing timing = settings.timing();
    Backoff backoff = new Backoff(timing.redialMin(), timing.redialMax(), timing.redialPrompt());
    Peer peer = new Peer(id, backoff, settings.limits().addressesMax(), turn.now().wall());
    if (peers.put(id, peer) != null) {
      throw new AssertionError("added twice: " + id);
    }
    return peer;
  }

  /** Remembers the name of a peer. It is the right one: keys are derived from names. */
  void name(Peer peer, String nodeName) {
    if (peer.nodeName().isEmpty()) {
      peer.named(nodeName);
      names.put(nodeName, peer.id());
    }
  }

  void forgetting(Peer peer, boolean value) {
    if (peer.forgetting() != value) {
      peer.forgetting(value);
      forgetting += value ? 1 : -1;
    }
  }

  void remove(Peer peer) {
    forgetting(peer, false);
    peers.remove(peer.id());
    peer.nodeName().ifPresent(names::remove);
  }

  /** All peers. A copy. */
  List<Peer> all() {
    return List.copyOf(peers.values());
  }

  int size() {
    return peers.size();
  }

  List<PeerStatus> statuses() {
    return peers.values().stream().map(Peer::status).toList();
  }
}

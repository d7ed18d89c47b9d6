package dev.peatmesh.discovery.k8s.internal;

import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.PeerInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The peers told of last, and what to tell when they are others. Owned by one thread. */
public final class PeerTable {
  private Map<String, PeerInfo> known = new TreeMap<>();

  /** Takes the peers there are now; says what that changes, the lost ones first. */
  public List<DiscoveryEvent> update(List<PeerInfo> peers) {
    Map<String, PeerInfo> now = new TreeMap<>();
    peers.forEach(peer -> now.put(peer.nodeId(), peer));
    List<DiscoveryEvent> events = new ArrayList<>();
    known.keySet().stream()
        .filter(id -> !now.containsKey(id))
        .forEach(id -> events.add(new DiscoveryEvent.PeerLost(id)));
    now.forEach(
        (id, peer) -> {
          PeerInfo before = known.get(id);
          if (before == null) {
            events.add(new DiscoveryEvent.PeerFound(peer));
          } else if (!tellsTheSame(before, peer)) {
            events.add(new DiscoveryEvent.PeerUpdated(peer));
          }
        });
    known = now;
    return events;
  }

  private static boolean tellsTheSame(PeerInfo one, PeerInfo other) {
    return one.addresses().equals(other.addresses())
        && Objects.equals(one.relayUrl(), other.relayUrl())
        && one.metadata().equals(other.metadata());
  }
}

package dev.peatmesh.discovery.dns.internal;

import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.PeerInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The peers that are told of. Turns what stands in the DNS now into what has changed. */
final class Roster {
  static final int ADDRESSES_MAX = PeerInfo.ADDRESSES_MAX;

  /**
   * Servers shuffle their answers, so the order is ours, or every answer were a change. IPv4 comes
   * first: clusters that announce IPv6 without routing it are more than the reverse, and the mesh
   * tries all of them anyway.
   */
  private static final Comparator<PeerAddress> ORDER =
      Comparator.comparing((PeerAddress address) -> address.host().indexOf(':') >= 0)
          .thenComparing(PeerAddress::host)
          .thenComparing(PeerAddress::port);

  /**
   * One peer as it stands in the DNS.
   *
   * @param addresses where; without any, those known before stay
   */
  record Sighting(List<PeerAddress> addresses, Instant seen) {}

  private final TreeMap<String, PeerInfo> peers = new TreeMap<>();

  List<PeerInfo> peers() {
    return List.copyOf(peers.values());
  }

  int size() {
    return peers.size();
  }

  /** Takes what stands now, by node id. */
  List<DiscoveryEvent> update(Map<String, Sighting> now) {
    List<DiscoveryEvent> events = new ArrayList<>();
    peers
        .keySet()
        .removeIf(
            nodeId -> {
              boolean gone = !now.containsKey(nodeId);
              if (gone) {
                events.add(new DiscoveryEvent.PeerLost(nodeId));
              }
              return gone;
            });
    now.forEach((nodeId, sighting) -> update(nodeId, sighting, events));
    return events;
  }

  private void update(String nodeId, Sighting sighting, List<DiscoveryEvent> events) {
    if (sighting.addresses().isEmpty()) {
      return;
    }
    List<PeerAddress> ordered =
        sighting.addresses().stream().distinct().sorted(ORDER).limit(ADDRESSES_MAX).toList();
    PeerInfo peer = PeerInfo.of(nodeId, ordered, sighting.seen());
    PeerInfo before = peers.put(nodeId, peer);
    if (before == null) {
      events.add(new DiscoveryEvent.PeerFound(peer));
    } else if (!before.addresses().equals(ordered)) {
      events.add(new DiscoveryEvent.PeerUpdated(peer));
    }
  }
}

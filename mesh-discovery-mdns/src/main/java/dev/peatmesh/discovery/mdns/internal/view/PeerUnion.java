package dev.peatmesh.discovery.mdns.internal.view;

import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.PeerInfo;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One peer of all its sightings. Pure. */
final class PeerUnion {
  private PeerUnion() {}

  /** The peer; empty when no sighting is complete. */
  static Optional<PeerInfo> of(String nodeId, Collection<Sighting> sightings) {
    List<Sighting> complete =
        sightings.stream()
            .filter(Sighting::isComplete)
            .sorted(
                Comparator.comparing((Sighting one) -> one.link().key())
                    .thenComparing(one -> one.instance().toString()))
            .toList();
    Set<PeerAddress> addresses = new LinkedHashSet<>();
    Map<String, String> metadata = new TreeMap<>();
    String relayUrl = null;
    Instant lastSeen = Instant.MIN;
    for (Sighting one : complete) {
      PeerText text = Objects.requireNonNull(one.text());
      one.addresses().stream()
          .limit(PeerInfo.ADDRESSES_MAX - (long) addresses.size())
          .forEach(addresses::add);
      text.metadata().forEach(metadata::putIfAbsent);
      relayUrl = relayUrl == null ? text.relayUrl() : relayUrl;
      lastSeen = one.lastSeen().isAfter(lastSeen) ? one.lastSeen() : lastSeen;
    }
    if (addresses.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(peer(nodeId, addresses, relayUrl, lastSeen, metadata));
  }

  /** Whether nothing but the time differs. */
  static boolean isSame(PeerInfo one, PeerInfo other) {
    return one.addresses().equals(other.addresses())
        && Objects.equals(one.relayUrl(), other.relayUrl())
        && one.metadata().equals(other.metadata());
  }

  private static PeerInfo peer(
      String nodeId,
      Set<PeerAddress> addresses,
      @Nullable String relayUrl,
      Instant lastSeen,
      Map<String, String> metadata) {
    // Two records of a node may hold different keys: together no more than one peer may have.
    Map<String, String> kept = new TreeMap<>();
    metadata.entrySet().stream()
        .limit(PeerInfo.METADATA_MAX)
        .forEach(entry -> kept.put(entry.getKey(), entry.getValue()));
    return new PeerInfo(nodeId, List.copyOf(addresses), relayUrl, lastSeen, kept);
  }
}

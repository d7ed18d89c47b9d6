package dev.peatmesh;

import dev.peatmesh.discovery.DiscoveryContext;
import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.PeerInfo;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A strategy that finds what a test tells it. */
final class PublishedPeers implements DiscoveryStrategy {
  private final Map<String, PeerInfo> peers = new LinkedHashMap<>();
  private @Nullable DiscoveryContext context;

  /** The peer is at these addresses now, and nowhere else. */
  synchronized PublishedPeers at(String nodeId, String... addresses) {
    List<PeerAddress> parsed = Stream.of(addresses).map(PeerAddress::parse).toList();
    PeerInfo peer = PeerInfo.of(nodeId, parsed, Instant.EPOCH);
    boolean known = peers.put(nodeId, peer) != null;
    if (context != null) {
      context.publish(
          known ? new DiscoveryEvent.PeerUpdated(peer) : new DiscoveryEvent.PeerFound(peer));
    }
    return this;
  }

  @Override
  public String name() {
    return "published";
  }

  @Override
  public synchronized void start(DiscoveryContext lent) {
    context = lent;
    peers.values().forEach(peer -> lent.publish(new DiscoveryEvent.PeerFound(peer)));
  }

  @Override
  public synchronized void stop() {
    context = null;
  }

  @Override
  public synchronized List<PeerInfo> discoveredPeers() {
    return List.copyOf(peers.values());
  }

  @Override
  public DiscoveryStatus status() {
    return new DiscoveryStatus.Ok();
  }
}

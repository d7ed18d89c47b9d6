package dev.peatmesh.discovery;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Events on their way to a subscriber, at most one for each peer. What comes while another event of
 * the same peer waits takes its place, and what leads nowhere is not told. So a slow subscriber
 * misses steps, never where they lead, and costs no more memory than there are peers. Not
 * thread-safe.
 */
final class Outbox {
  /** Where each peer stands that has news; empty: lost. */
  private final Map<String, Optional<PeerInfo>> waiting = new LinkedHashMap<>();

  /** What the subscriber was told last. */
  private final Map<String, PeerInfo> told = new HashMap<>();

  /** Puts an event behind the others, or into the place of one of the same peer. */
  void add(DiscoveryEvent event) {
    waiting.put(event.nodeId(), shown(event));
  }

  /** Takes the next event out; null when there is none. */
  @Nullable DiscoveryEvent poll() {
    while (!waiting.isEmpty()) {
      String eldest = waiting.keySet().iterator().next();
      Optional<PeerInfo> peer = waiting.remove(eldest);
      DiscoveryEvent event = peer.isPresent() ? show(peer.get()) : lose(eldest);
      if (event != null) {
        return event;
      }
    }
    return null;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  private @Nullable DiscoveryEvent show(PeerInfo peer) {
    PeerInfo before = told.put(peer.nodeId(), peer);
    if (before == null) {
      return new DiscoveryEvent.PeerFound(peer);
    }
    return before.showsSameAs(peer) ? null : new DiscoveryEvent.PeerUpdated(peer);
  }

  private @Nullable DiscoveryEvent lose(String nodeId) {
    return told.remove(nodeId) == null ? null : new DiscoveryEvent.PeerLost(nodeId);
  }

  private static Optional<PeerInfo> shown(DiscoveryEvent event) {
    if (event instanceof DiscoveryEvent.PeerFound found) {
      return Optional.of(found.peer());
    }
    if (event instanceof DiscoveryEvent.PeerUpdated updated) {
      return Optional.of(updated.peer());
    }
    if (event instanceof DiscoveryEvent.PeerLost) {
      return Optional.empty();
    }
    throw new AssertionError("unhandled event: " + event);
  }
}

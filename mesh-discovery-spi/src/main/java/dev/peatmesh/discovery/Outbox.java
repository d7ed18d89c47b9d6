package dev.peatmesh.discovery;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Events on their way to a subscriber, at most one for each peer: one that comes while another of
 * the same peer waits is made one with it. So a slow subscriber misses steps, never where they
 * lead, and costs no more memory than there are peers. Not thread-safe.
 */
final class Outbox {
  private final Map<String, DiscoveryEvent> waiting = new LinkedHashMap<>();

  /** Puts an event behind the others, or into the place of one of the same peer. */
  void add(DiscoveryEvent event) {
    DiscoveryEvent before = waiting.get(event.nodeId());
    DiscoveryEvent both = before == null ? event : merge(before, event);
    if (both == null) {
      waiting.remove(event.nodeId());
    } else {
      waiting.put(event.nodeId(), both);
    }
  }

  /** Takes the next event out; null when there is none. */
  @Nullable DiscoveryEvent poll() {
    Iterator<DiscoveryEvent> eldestFirst = waiting.values().iterator();
    if (!eldestFirst.hasNext()) {
      return null;
    }
    DiscoveryEvent eldest = eldestFirst.next();
    eldestFirst.remove();
    return eldest;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  void clear() {
    waiting.clear();
  }

  /** The one event that leads where both lead; null when that is where the subscriber stands. */
  private static @Nullable DiscoveryEvent merge(DiscoveryEvent first, DiscoveryEvent then) {
    if (first instanceof DiscoveryEvent.PeerFound) {
      return then instanceof DiscoveryEvent.PeerUpdated updated
          ? new DiscoveryEvent.PeerFound(updated.peer())
          : null;
    }
    if (first instanceof DiscoveryEvent.PeerLost
        && then instanceof DiscoveryEvent.PeerFound found) {
      return new DiscoveryEvent.PeerUpdated(found.peer());
    }
    return then;
  }
}

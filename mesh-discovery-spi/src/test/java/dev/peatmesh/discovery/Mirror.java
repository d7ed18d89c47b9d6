package dev.peatmesh.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;

/**
 * A subscriber that holds what it was told, and fails on the spot when the order of events is
 * broken. The identity of a node id is what stands behind its first character.
 */
class Mirror implements DiscoveryContext {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  final List<String> heard = new ArrayList<>();
  final Map<String, PeerInfo> peers = new LinkedHashMap<>();
  ThreadFactory threads =
      task -> {
        Thread thread = new Thread(task, "mesh-self");
        thread.setDaemon(true);
        return thread;
      };

  @Override
  public String nodeId() {
    return "self";
  }

  @Override
  public String formationId() {
    return "home";
  }

  @Override
  public int port() {
    return 1;
  }

  @Override
  public String identityOf(String nodeId) {
    return nodeId.substring(1);
  }

  @Override
  public synchronized void publish(DiscoveryEvent event) {
    if (event instanceof DiscoveryEvent.PeerFound found) {
      assertThat(peers.put(event.nodeId(), found.peer())).as("known: %s", event).isNull();
      heard.add("found " + event.nodeId() + " " + found.peer().sources());
    } else if (event instanceof DiscoveryEvent.PeerUpdated updated) {
      assertThat(peers.put(event.nodeId(), updated.peer()))
          .as("unknown, or nothing new: %s", event)
          .isNotNull()
          .isNotEqualTo(updated.peer());
      heard.add("updated " + event.nodeId() + " " + updated.peer().sources());
    } else {
      assertThat(peers.remove(event.nodeId())).as("unknown: %s", event).isNotNull();
      heard.add("lost " + event.nodeId());
    }
  }

  synchronized List<PeerInfo> told() {
    return List.copyOf(peers.values());
  }

  @Override
  public InstantSource clock() {
    return InstantSource.fixed(NOW);
  }

  @Override
  public ThreadFactory threads() {
    return threads;
  }
}

package dev.peatmesh.internal.node;

import dev.peatmesh.MeshHealth;
import dev.peatmesh.PeerStatus;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.sync.internal.replica.SyncStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a node is, concluded from what its parts say. Immutable; no I/O, no clock.
 *
 * @param self the key of this node: a source that shows the node to itself has found nobody
 * @param formation whom it belongs to
 * @param age since when it runs
 * @param everLinked whether any link has ever stood
 */
record Diagnosis(EndpointId self, String formation, Duration age, boolean everLinked) {
  /** How long a node may look for peers before it counts as isolated, or alone. */
  static final Duration FORMING = Duration.ofSeconds(10);

  /** The worst that holds, and every reason there is. */
  MeshHealth health(List<PeerStatus> peers, SyncStatus sync, DiscoveryReport discovery) {
    List<PeerStatus> known = peers.stream().filter(peer -> isWanted(self, peer)).toList();
    List<String> reasons = new ArrayList<>(discovery.problems());
    sync.storeProblem().ifPresent(problem -> reasons.add("store: " + problem));
    sync.reasons().forEach(reason -> reasons.add("documents: " + reason));
    boolean degraded = !reasons.isEmpty();
    if (sync.paused()) {
      reasons.add("documents: the exchange is paused; call resume() to go on");
    }
    boolean linked = known.stream().anyMatch(PeerStatus::isConnected);
    if (known.isEmpty()) {
      alone(discovery).ifPresent(reasons::add);
    } else if (!linked) {
      reasons.add(
          "none of the " + known.size() + " known peers is connected; peers() says why for each");
    }
    return new MeshHealth(state(degraded, known.isEmpty() || linked), reasons);
  }

  private MeshHealth.State state(boolean degraded, boolean well) {
    if (degraded) {
      return MeshHealth.State.DEGRADED;
    }
    if (well) {
      return MeshHealth.State.READY;
    }
    boolean forming = !everLinked && age.compareTo(FORMING) < 0;
    return forming ? MeshHealth.State.FORMING : MeshHealth.State.ISOLATED;
  }

  /** A node may be the only one, and is well then; but it says so. */
  private Optional<String> alone(DiscoveryReport discovery) {
    return discovery.looks() && age.compareTo(FORMING) >= 0
        ? Optional.of(
            ("discovery: no other node is found; this one is alone. Looking: %s. Start another node"
                    + " of formation \"%s\", or check that it can be seen from here: the same"
                    + " namespace and selector, the same network, the right list.")
                .formatted(discovery.summary(), formation))
        : Optional.empty();
  }

  /** Whether a peer counts: this node itself does not, nor does a stranger that is gone. */
  static boolean isWanted(EndpointId self, PeerStatus peer) {
    boolean isSelf = peer.endpointId().filter(self::equals).isPresent();
    return peer.isConnected() || !(isSelf || peer.sources().equals(List.of(PeerStatus.INBOUND)));
  }
}

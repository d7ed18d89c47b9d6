package dev.peatmesh.discovery.k8s.internal;

import dev.peatmesh.discovery.PeerInfo;
import java.util.List;
import java.util.Optional;

/** What slices show: peers sorted by node id, and what is wrong with the rest. */
public record PeerView(List<PeerInfo> peers, List<Finding> findings) {
  /** The reason for which discovery does not do what it is there for; empty when it does. */
  public Optional<Finding> trouble() {
    return findings.stream().filter(this::isTrouble).findFirst();
  }

  private boolean isTrouble(Finding finding) {
    if (finding instanceof Finding.TooMany) {
      return true;
    }
    // While there are peers, the rest is worth a line in the log and no more.
    return peers.isEmpty() && !(finding instanceof Finding.AnnotationsSkipped);
  }
}

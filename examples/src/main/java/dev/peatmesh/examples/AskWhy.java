package dev.peatmesh.examples;

import dev.peatmesh.MeshHealth;
import dev.peatmesh.PeatMesh;
import dev.peatmesh.PeerStatus;
import java.util.ArrayList;
import java.util.List;

/** Why is a peer not there? For a status page, or a readiness probe. */
public final class AskWhy {
  private AskWhy() {}

  /** Whether a service on this node should get traffic. */
  public static boolean isReady(PeatMesh mesh) {
    return mesh.health().state() == MeshHealth.State.READY;
  }

  /** One line for the node, one for each peer. */
  public static List<String> explain(PeatMesh mesh) {
    MeshHealth health = mesh.health();
    List<String> lines = new ArrayList<>();
    lines.add(mesh.nodeName() + " is " + health.state() + " " + health.reasons());
    for (PeerStatus peer : mesh.peers()) {
      String why =
          peer.lastError()
              .map(error -> ": " + error.reason().explanation() + " (" + error.detail() + ")")
              .orElse("");
      lines.add(peer.nodeName() + " is " + peer.state() + " since " + peer.since() + why);
    }
    return lines;
  }
}

package dev.peatmesh.examples;

import dev.peatmesh.PeatMesh;

/** Peers that are known by name, and found wherever their names lead. */
public final class NamedPeers {
  private NamedPeers() {}

  /** A node of a house that looks for two others. */
  public static PeatMesh start(byte[] secret) {
    // region static
    return PeatMesh.builder()
        .nodeName("kitchen")
        .formation("home", secret)
        .bindPort(11204) // so that others can name this node in turn
        .staticPeers("cellar@cellar.example.org:11204, attic@10.0.0.7:11204, attic@[fd00::7]:11204")
        .start();
    // endregion
  }
}

package dev.peatmesh.discovery.k8s;

import dev.peatmesh.PeatMesh;

/** The sample of docs/discovery/k8s.md, so that it compiles. */
final class KubernetesSample {
  private KubernetesSample() {}

  static PeatMesh start(byte[] secret) {
    // region sample
    return PeatMesh.builder()
        .nodeName(System.getenv("HOSTNAME")) // the name of the pod: peat-mesh-0
        .formation("home", secret)
        .bindPort(11204)
        .discovery("k8s")
        .start();
    // endregion
  }
}

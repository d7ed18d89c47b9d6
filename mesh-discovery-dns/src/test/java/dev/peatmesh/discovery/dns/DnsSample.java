package dev.peatmesh.discovery.dns;

import dev.peatmesh.PeatMesh;

/** The sample of docs/discovery/dns.md, so that it compiles. */
final class DnsSample {
  private DnsSample() {}

  static PeatMesh start(byte[] secret) {
    // region sample
    return PeatMesh.builder()
        .nodeName(System.getenv("HOSTNAME")) // the name of the pod: peat-mesh-0
        .formation("home", secret)
        .bindPort(11204)
        .discovery(new DnsDiscovery(DnsSettings.builder().service("peat-mesh").build()))
        .start();
    // endregion
  }
}

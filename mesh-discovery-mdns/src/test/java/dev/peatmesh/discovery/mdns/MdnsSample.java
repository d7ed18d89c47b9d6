package dev.peatmesh.discovery.mdns;

import dev.peatmesh.PeatMesh;

/** The sample of docs/discovery/mdns.md, so that it compiles. */
final class MdnsSample {
  private MdnsSample() {}

  static PeatMesh start(byte[] secret) {
    // region sample
    return PeatMesh.builder()
        .nodeName("kitchen") // every node needs a name of its own
        .formation("home", secret)
        .bindPort(11204)
        .discovery(new MdnsDiscovery(MdnsSettings.defaults().withInterfaces("eth0", "wlan0")))
        .start();
    // endregion
  }
}

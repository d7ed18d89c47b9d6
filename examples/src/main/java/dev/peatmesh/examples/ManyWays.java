package dev.peatmesh.examples;

import dev.peatmesh.PeatMesh;
import dev.peatmesh.discovery.DiscoverySettings;
import dev.peatmesh.discovery.HybridDiscovery;
import dev.peatmesh.discovery.HybridSettings;
import dev.peatmesh.discovery.StaticDiscovery;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Several ways of finding peers at once. */
public final class ManyWays {
  private ManyWays() {}

  /** A node of a cluster with a site outside; wants the artifacts of k8s and dns. */
  public static PeatMesh start(byte[] secret) {
    // region mix
    return PeatMesh.builder()
        .nodeName("kitchen")
        .formation("home", secret)
        .discovery("k8s", DiscoverySettings.of("namespace", "prod").with("service", "peat-mesh"))
        .discovery("dns", DiscoverySettings.of("namespace", "prod"))
        .staticPeers("cellar@cellar.example.org:11204")
        .discoveryGrace(Duration.ofSeconds(30))
        .start();
    // endregion
  }

  /** Two strategies as one, without a mesh; whoever starts it stops it. */
  public static HybridDiscovery lists(Path file) {
    // region alone
    return HybridDiscovery.of(
        HybridSettings.DEFAULT.withGrace(Duration.ofMinutes(1)),
        List.of(
            StaticDiscovery.parse("cellar@cellar.example.org:11204"),
            new FileDiscovery(file, Duration.ofSeconds(5))));
    // endregion
  }
}

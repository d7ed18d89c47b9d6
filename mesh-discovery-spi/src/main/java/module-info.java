/** How nodes find each other: the contract, and the static strategy. */
module dev.peatmesh.discovery {
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports dev.peatmesh.discovery;

  uses dev.peatmesh.discovery.DiscoveryProvider;

  provides dev.peatmesh.discovery.DiscoveryProvider with
      dev.peatmesh.discovery.internal.StaticDiscoveryProvider;
}

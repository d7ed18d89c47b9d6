package dev.peatmesh.e2e.kubernetes;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** In a Kubernetes of 2023. */
class OldClusterIT extends ClusterContract {
  @Override
  Cluster cluster() {
    assumeTrue(Cluster.kubeconfig().isEmpty(), "KUBECONFIG names the cluster: no other is started");
    return Cluster.own(KubernetesVersion.OLD);
  }
}

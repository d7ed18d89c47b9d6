package dev.peatmesh.e2e.kubernetes;

/** In the cluster that {@code KUBECONFIG} names, else in the newest Kubernetes. */
class CurrentClusterIT extends ClusterContract {
  @Override
  Cluster cluster() {
    return Cluster.kubeconfig()
        .map(Cluster::of)
        .orElseGet(() -> Cluster.own(KubernetesVersion.CURRENT));
  }
}

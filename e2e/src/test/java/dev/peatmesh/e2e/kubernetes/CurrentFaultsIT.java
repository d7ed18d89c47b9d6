package dev.peatmesh.e2e.kubernetes;

/** In the newest Kubernetes. */
class CurrentFaultsIT extends FaultsContract {
  CurrentFaultsIT() {
    super(KubernetesVersion.CURRENT);
  }
}

package dev.peatmesh.e2e.kubernetes;

/** In a Kubernetes of 2023. */
class OldFaultsIT extends FaultsContract {
  OldFaultsIT() {
    super(KubernetesVersion.OLD);
  }
}

package dev.peatmesh.e2e.kubernetes;

/** The versions of Kubernetes that the tests run against: the newest, and one from 2023. */
enum KubernetesVersion {
  CURRENT("v1.37"),
  OLD("v1.27");

  /** The folder in e2e/control-plane. */
  final String folder;

  KubernetesVersion(String folder) {
    this.folder = folder;
  }
}

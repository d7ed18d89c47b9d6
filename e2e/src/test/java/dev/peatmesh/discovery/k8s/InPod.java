package dev.peatmesh.discovery.k8s;

import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.discovery.k8s.internal.client.FoundClient.Surroundings;
import java.nio.file.Path;
import java.util.Map;

/** Discovery as it runs in a pod, but with the mount of its service account anywhere. */
public final class InPod {
  private InPod() {}

  /** With that folder for the mount, and the API where a pod's environment would say it is. */
  public static DiscoveryStrategy discovery(
      KubernetesSettings settings, Path mount, String host, int port) {
    Map<String, String> environment =
        Map.of("KUBERNETES_SERVICE_HOST", host, "KUBERNETES_SERVICE_PORT", Integer.toString(port));
    return KubernetesDiscovery.of(
        settings, new Surroundings(null, environment, mount, mount.resolve("no-home")));
  }
}

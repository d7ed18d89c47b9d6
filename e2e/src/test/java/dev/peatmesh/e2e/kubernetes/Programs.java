package dev.peatmesh.e2e.kubernetes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the programs of a control plane are: in {@code KUBEBUILDER_ASSETS}, else where
 * e2e/control-plane/build puts them.
 *
 * @param controllers kube-controller-manager, or those of its controllers that the build contains
 */
record Programs(Path etcd, Path apiServer, Path controllers) {
  private static final String WHOLE_MANAGER = "kube-controller-manager";

  static Programs of(KubernetesVersion version) throws IOException {
    Path built = built(version);
    Path newest = built(KubernetesVersion.CURRENT);
    String assets = System.getenv("KUBEBUILDER_ASSETS");
    if (assets == null || assets.isBlank()) {
      return new Programs(
          present(newest.resolve("etcd")),
          present(built.resolve("kube-apiserver")),
          present(built.resolve("kube-controllers")));
    }
    Path folder = Path.of(assets);
    Path manager = folder.resolve(WHOLE_MANAGER);
    return new Programs(
        present(folder.resolve("etcd")),
        present(folder.resolve("kube-apiserver")),
        Files.exists(manager) ? manager : present(built.resolve("kube-controllers")));
  }

  List<String> controllersCommand(Path kubeconfig, Path signingKey) {
    List<String> command = new ArrayList<>(List.of(controllers.toString()));
    command.add("--kubeconfig=" + kubeconfig);
    if (controllers.endsWith(WHOLE_MANAGER)) {
      command.addAll(
          List.of(
              "--use-service-account-credentials",
              "--service-account-private-key-file=" + signingKey,
              "--leader-elect=false",
              "--secure-port=0",
              "--concurrent-service-endpoint-syncs=5",
              "--kube-api-qps=500",
              "--kube-api-burst=1000",
              "--controllers=deployment,endpointslice,namespace,replicaset,serviceaccount,"
                  + "serviceaccount-token,statefulset"));
    }
    return command;
  }

  private static Path built(KubernetesVersion version) throws IOException {
    Path script = script();
    Process where = new ProcessBuilder(script.toString(), "--where", version.folder).start();
    String path = new String(where.getInputStream().readAllBytes()).strip();
    if (path.isEmpty()) {
      throw new IOException(script + ": " + new String(where.getErrorStream().readAllBytes()));
    }
    return Path.of(path);
  }

  private static Path script() {
    return Path.of(System.getProperty("mesh.project", ".."), "e2e", "control-plane", "build")
        .toAbsolutePath()
        .normalize();
  }

  private static Path present(Path program) {
    if (!Files.isExecutable(program)) {
      throw new IllegalStateException(
          "control plane(%s): is not there. Build it: %s".formatted(program, script()));
    }
    return program;
  }
}

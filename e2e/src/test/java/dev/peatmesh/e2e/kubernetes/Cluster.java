package dev.peatmesh.e2e.kubernetes;

import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import io.kubernetes.client.util.credentials.AccessTokenAuthentication;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where the tests make their namespaces: in a control plane of their own, or in the cluster that
 * {@code KUBECONFIG} names. It has a node that no machine is behind, for pods to be on.
 */
final class Cluster implements AutoCloseable {
  private final Api api;
  private final String host;
  private final int port;
  private final byte[] certificateAuthority;
  private final @Nullable ControlPlane own;
  private final String node = "peat-mesh-e2e-" + UUID.randomUUID().toString().substring(0, 8);

  private Cluster(
      Api api, String host, int port, byte[] certificateAuthority, @Nullable ControlPlane own) {
    this.api = api;
    this.host = host;
    this.port = port;
    this.certificateAuthority = certificateAuthority;
    this.own = own;
    api.apply("{apiVersion: v1, kind: Node, metadata: {name: %s}}".formatted(node));
  }

  /** The path of {@code KUBECONFIG}, when it is set. */
  static Optional<Path> kubeconfig() {
    return Optional.ofNullable(System.getenv("KUBECONFIG"))
        .filter(path -> !path.isBlank())
        .map(Path::of);
  }

  /** A control plane of that version. */
  static Cluster own(KubernetesVersion version) {
    ControlPlane plane = ControlPlane.start(version);
    return new Cluster(
        plane.api(), plane.host(), plane.port(), plane.certificateAuthority(), plane);
  }

  /** The cluster that a kubeconfig names. */
  static Cluster of(Path kubeconfig) {
    try (Reader reader = Files.newBufferedReader(kubeconfig)) {
      KubeConfig config = KubeConfig.loadKubeConfig(reader);
      config.setFile(kubeconfig.toFile());
      ApiClient client = ClientBuilder.kubeconfig(config).build();
      URI server = URI.create(config.getServer());
      byte[] authority =
          config.getCertificateAuthorityData() != null
              ? Base64.getDecoder().decode(config.getCertificateAuthorityData())
              : Files.readAllBytes(Path.of(config.getCertificateAuthorityFile()));
      int port = server.getPort() < 0 ? 443 : server.getPort();
      return new Cluster(new Api(client), server.getHost(), port, authority, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Api api() {
    return api;
  }

  /** The API as whoever has that token may use it. */
  Api api(String token) {
    String address = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return new Api(
        new ClientBuilder()
            .setBasePath("https://" + address + ":" + port)
            .setCertificateAuthority(certificateAuthority)
            .setAuthentication(new AccessTokenAuthentication(token))
            .build());
  }

  String host() {
    return host;
  }

  int port() {
    return port;
  }

  byte[] certificateAuthority() {
    return certificateAuthority.clone();
  }

  /** Which Kubernetes it is, as it says itself. */
  String label() {
    JsonObject version = api.get("/version");
    return "Kubernetes "
        + version.get("major").getAsString()
        + "."
        + version.get("minor").getAsString();
  }

  /** The node that pods are on. */
  String node() {
    return node;
  }

  /** The control plane, where it is ours to harm. */
  Optional<ControlPlane> own() {
    return Optional.ofNullable(own);
  }

  @Override
  public void close() {
    if (own != null) {
      own.close();
    } else {
      api.delete("/api/v1/nodes/" + node);
    }
  }
}

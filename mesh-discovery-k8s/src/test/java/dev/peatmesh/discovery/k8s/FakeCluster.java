package dev.peatmesh.discovery.k8s;

import dev.peatmesh.discovery.DiscoveryContext;
import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.testkit.discovery.RecordingContext;
import dev.peatmesh.testkit.kubernetes.AccessRule;
import dev.peatmesh.testkit.kubernetes.FakeKubernetesApi;
import dev.peatmesh.testkit.kubernetes.Slice;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.credentials.AccessTokenAuthentication;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A fake API with one Service of ours in namespace peat, and a node that discovers in it. */
final class FakeCluster implements AutoCloseable {
  static final String NAMESPACE = "peat";
  static final Duration PATIENCE = Duration.ofSeconds(30);

  final FakeKubernetesApi api = FakeKubernetesApi.start();
  final RecordingContext context = new RecordingContext("peat-mesh-0", "alpha");
  private final Map<String, String> pods = new TreeMap<>();
  private DiscoveryStrategy strategy;

  FakeCluster() {
    api.allow(AccessRule.discovery(NAMESPACE, "peat-mesh"));
    pods.put("peat-mesh-0", "10.0.0.10");
    show();
  }

  static KubernetesSettings settings() {
    return KubernetesSettings.defaults()
        .withNamespace(NAMESPACE)
        .withRelistInterval(Duration.ofSeconds(2));
  }

  /** A slice as the controller would make it for a Service of the chart. */
  static Slice slice(String name) {
    return Slice.named(name)
        .namespace(NAMESPACE)
        .service("peat-mesh")
        .label("app", "peat-mesh")
        .port("broker", "TCP", 8081)
        .port("iroh-quic", "UDP", 11204);
  }

  /** Shows a pod, or shows it at another address. */
  void pod(String name, String address) {
    pods.put(name, address);
    show();
  }

  void gone(String name) {
    pods.remove(name);
    show();
  }

  private void show() {
    Slice slice = slice("peat-mesh-abcde");
    for (Map.Entry<String, String> pod : pods.entrySet()) {
      slice = slice.endpoint(pod.getValue(), pod.getKey());
    }
    api.put(slice);
  }

  /** A client of the API; the caller closes its connections. */
  ApiClient client(String token) throws IOException {
    return new ClientBuilder()
        .setBasePath(api.url().toString())
        .setCertificateAuthority(api.caPem().getBytes(StandardCharsets.UTF_8))
        .setAuthentication(new AccessTokenAuthentication(token))
        .build();
  }

  String token() {
    return api.token(NAMESPACE, "peat-mesh");
  }

  /** A folder as the kubelet mounts it. */
  void mount(Path folder, String token) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("ca.crt"), api.caPem());
    Files.writeString(folder.resolve("namespace"), NAMESPACE);
    rotate(folder, token);
  }

  /** Puts another token there, at once, as the kubelet does. */
  static void rotate(Path folder, String token) throws IOException {
    Path fresh = folder.resolve("..token");
    Files.writeString(fresh, token);
    Files.move(
        fresh,
        folder.resolve("token"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** What a pod of this cluster has around it. */
  Map<String, String> environment() {
    return Map.of(
        "KUBERNETES_SERVICE_HOST",
        api.url().getHost(),
        "KUBERNETES_SERVICE_PORT",
        Integer.toString(api.url().getPort()));
  }

  void start(DiscoveryStrategy started) {
    strategy = started;
    started.start(context);
  }

  /** Starts, and tells of each event when it is published. */
  void start(DiscoveryStrategy started, Consumer<DiscoveryEvent> listener) {
    strategy = started;
    started.start(
        new DiscoveryContext() {
          @Override
          public String nodeId() {
            return context.nodeId();
          }

          @Override
          public String formationId() {
            return context.formationId();
          }

          @Override
          public int port() {
            return context.port();
          }

          @Override
          public void publish(DiscoveryEvent event) {
            listener.accept(event);
            context.publish(event);
          }

          @Override
          public InstantSource clock() {
            return context.clock();
          }

          @Override
          public ThreadFactory threads() {
            return context.threads();
          }
        });
  }

  /** Starts with a service account that may list and watch. */
  void start() throws IOException {
    start(KubernetesDiscovery.of(settings(), client(token())));
  }

  DiscoveryStrategy strategy() {
    return strategy;
  }

  DiscoveryStatus status() {
    return strategy.status();
  }

  DiscoveryStatus.Degraded awaitDegraded(String causePart) throws InterruptedException {
    await(
        "DEGRADED because of " + causePart,
        () ->
            status() instanceof DiscoveryStatus.Degraded degraded
                && degraded.cause().contains(causePart));
    return (DiscoveryStatus.Degraded) status();
  }

  void awaitOk() throws InterruptedException {
    await("OK", () -> status() instanceof DiscoveryStatus.Ok);
  }

  /** Waits until exactly these peers are known. */
  void awaitPeers(String... names) throws InterruptedException {
    await("peers " + List.of(names), () -> context.peers().keySet().equals(Set.of(names)));
  }

  void await(String what, BooleanSupplier condition) throws InterruptedException {
    if (!RecordingContext.await(PATIENCE, condition)) {
      throw new AssertionError(
          "%s did not come within %s; instead: %s, %s"
              .formatted(what, PATIENCE, status(), context.events()));
    }
  }

  @Override
  public void close() {
    if (strategy != null) {
      strategy.stop();
    }
    api.close();
  }
}

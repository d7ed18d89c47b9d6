package dev.peatmesh.e2e.kubernetes;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.credentials.AccessTokenAuthentication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * etcd, kube-apiserver and controllers on loopback, in a folder of their own, with RBAC, TLS and
 * real tokens. There is no kubelet: whoever needs a pod to run says so in its status.
 */
final class ControlPlane implements AutoCloseable {
  private final Programs programs;
  private final Path folder;
  private final SigningKey signingKey;
  private final String adminToken = UUID.randomUUID().toString();
  private final int etcdPort = freePort();
  private final int etcdPeerPort = freePort();
  private final int apiPort = freePort();

  private @Nullable Program etcd;
  private @Nullable Program apiServer;
  private @Nullable Program controllers;
  private @Nullable Api api;

  private ControlPlane(Programs programs, Path folder)
      throws GeneralSecurityException, IOException {
    this.programs = programs;
    this.folder = folder;
    this.signingKey = SigningKey.generate(folder);
  }

  /** Starts one of that version and waits until it is ready. */
  static ControlPlane start(KubernetesVersion version) {
    try {
      Path folder = Files.createTempDirectory("peat-mesh-e2e-");
      ControlPlane plane = new ControlPlane(Programs.of(version), folder);
      try {
        plane.start();
      } catch (IOException | RuntimeException | Error e) {
        plane.close();
        throw e;
      }
      return plane;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("control plane(" + version + "): does not start.", e);
    }
  }

  /** The API, with every right. */
  Api api() {
    if (api == null) {
      throw new IllegalStateException("control plane: is not started.");
    }
    return api;
  }

  String host() {
    return "127.0.0.1";
  }

  int port() {
    return apiPort;
  }

  /** What a pod needs in order to trust the API. */
  byte[] certificateAuthority() {
    try {
      return Files.readAllBytes(folder.resolve("certificates").resolve("apiserver.crt"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  SigningKey signingKey() {
    return signingKey;
  }

  AuditLog auditLog() {
    return new AuditLog(folder.resolve("audit.log"));
  }

  /** From now on the API server's connections stand, and nothing comes over them. */
  void freeze() {
    running(apiServer).signal("STOP");
  }

  void thaw() {
    running(apiServer).signal("CONT");
  }

  /** Kills the API server: connections break, and new ones are refused. */
  void stopApiServer() {
    running(apiServer).close();
  }

  /** Starts it again, on the same port, and waits until it is ready. */
  void startApiServer() {
    try {
      apiServer = Program.start("kube-apiserver", folder, apiServerCommand());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    awaitAlive(apiServer, "readiness of the API", () -> api().isReady());
  }

  /** Lets etcd forget every version but the newest. */
  void compact() {
    try {
      String header = post("/v3/kv/range", "{\"key\":\"" + base64("none") + "\"}");
      String revision = header.replaceFirst("(?s).*\"revision\":\"?([0-9]+).*", "$1");
      post("/v3/kv/compaction", "{\"revision\":" + revision + ",\"physical\":true}");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    for (Program program : new Program[] {controllers, apiServer, etcd}) {
      if (program != null) {
        program.close();
      }
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void start() throws IOException {
    etcd = Program.start("etcd", folder, etcdCommand());
    awaitAlive(etcd, "health of etcd", this::etcdIsHealthy);
    Files.writeString(
        folder.resolve("tokens.csv"), adminToken + ",admin,admin,\"system:masters\"\n");
    Files.writeString(folder.resolve("audit-policy.yaml"), AuditLog.POLICY);
    apiServer = Program.start("kube-apiserver", folder, apiServerCommand());
    Path certificate = folder.resolve("certificates").resolve("apiserver.crt");
    awaitAlive(apiServer, "certificate of the API", () -> Files.exists(certificate));
    api = new Api(client());
    awaitAlive(apiServer, "readiness of the API", api::isReady);
    Path kubeconfig = folder.resolve("kubeconfig");
    Files.writeString(kubeconfig, kubeconfig(certificate));
    controllers =
        Program.start(
            "kube-controllers", folder, programs.controllersCommand(kubeconfig, signingKey.file()));
  }

  private ApiClient client() {
    return new ClientBuilder()
        .setBasePath("https://" + host() + ":" + apiPort)
        .setCertificateAuthority(certificateAuthority())
        .setAuthentication(new AccessTokenAuthentication(adminToken))
        .build();
  }

  private List<String> etcdCommand() {
    String client = "http://127.0.0.1:" + etcdPort;
    String peer = "http://127.0.0.1:" + etcdPeerPort;
    return List.of(
        programs.etcd().toString(),
        "--data-dir=" + folder.resolve("etcd"),
        "--listen-client-urls=" + client,
        "--advertise-client-urls=" + client,
        "--listen-peer-urls=" + peer,
        "--initial-advertise-peer-urls=" + peer,
        "--initial-cluster=default=" + peer,
        "--log-level=warn",
        "--unsafe-no-fsync");
  }

  private List<String> apiServerCommand() {
    return List.of(
        programs.apiServer().toString(),
        "--etcd-servers=http://127.0.0.1:" + etcdPort,
        // Compaction is a test's business.
        "--etcd-compaction-interval=0",
        "--bind-address=" + host(),
        "--secure-port=" + apiPort,
        "--cert-dir=" + folder.resolve("certificates"),
        // Loopback is no address to advertise; and nobody is told of this one.
        "--advertise-address=192.0.2.1",
        "--endpoint-reconciler-type=none",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--authorization-mode=RBAC",
        "--token-auth-file=" + folder.resolve("tokens.csv"),
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=" + signingKey.file(),
        "--service-account-signing-key-file=" + signingKey.file(),
        "--audit-policy-file=" + folder.resolve("audit-policy.yaml"),
        "--audit-log-path=" + folder.resolve("audit.log"),
        "--profiling=false");
  }

  private String kubeconfig(Path certificate) {
    return """
        apiVersion: v1
        kind: Config
        current-context: here
        contexts:
          - name: here
            context: {cluster: here, user: admin}
        clusters:
          - name: here
            cluster: {server: "https://%s:%d", certificate-authority: "%s"}
        users:
          - name: admin
            user: {token: "%s"}
        """
        .formatted(host(), apiPort, certificate, adminToken);
  }

  private boolean etcdIsHealthy() {
    try {
      return request(HttpRequest.newBuilder(etcd("/health")).GET()).contains("true");
    } catch (IOException notYet) {
      return false;
    }
  }

  private String post(String path, String json) throws IOException {
    return request(
        HttpRequest.newBuilder(etcd(path)).POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  private static String request(HttpRequest.Builder request) throws IOException {
    try {
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(
                  request.timeout(Duration.ofSeconds(5)).build(),
                  HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IOException(
            response.uri() + ": status " + response.statusCode() + ", " + response.body());
      }
      return response.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private URI etcd(String path) {
    return URI.create("http://127.0.0.1:" + etcdPort + path);
  }

  private static void awaitAlive(Program program, String what, BooleanSupplier condition) {
    Await.until(
        what,
        Duration.ofMinutes(2),
        () -> !program.isAlive() || condition.getAsBoolean(),
        program::lastWords);
    if (!program.isAlive()) {
      throw new IllegalStateException("ended early: " + program.lastWords());
    }
  }

  private static Program running(@Nullable Program program) {
    if (program == null) {
      throw new IllegalStateException("control plane: is not started.");
    }
    return program;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}

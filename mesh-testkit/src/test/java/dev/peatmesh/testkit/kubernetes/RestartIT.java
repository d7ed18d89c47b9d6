package dev.peatmesh.testkit.kubernetes;

import static dev.peatmesh.testkit.kubernetes.ApiClient.IN_MESH;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.peatmesh.testkit.kubernetes.ApiClient.Answer;
import dev.peatmesh.testkit.kubernetes.ApiClient.Watch;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ports, certificates and threads: how the server comes and goes. */
class RestartIT {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final FakeKubernetesApi api = FakeKubernetesApi.start();
  private final ApiClient client = new ApiClient(api.httpUrl(), api.adminToken());

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void stoppedServerRefusesConnectionsAndItsWatchesBreak() throws Exception {
    try (Watch watch = client.watch(IN_MESH + "?watch=1")) {
      api.stop();
      assertThatExceptionOfType(IOException.class).isThrownBy(watch::next);
      assertThatExceptionOfType(UncheckedIOException.class)
          .isThrownBy(() -> client.get(IN_MESH))
          .withCauseInstanceOf(ConnectException.class);
    }
    assertThat(api.openWatches()).isZero();
  }

  @Test
  void restartedServerHasTheSamePortsObjectsAndTokens() {
    api.put(slice("a"));
    List<URI> before = List.of(api.url(), api.httpUrl());
    Answer list = client.get(IN_MESH);
    api.stop();
    api.restart();
    assertThat(List.of(api.url(), api.httpUrl())).isEqualTo(before);
    assertThat(client.get(IN_MESH).body()).isEqualTo(list.body());
  }

  @Test
  void watchGoesOnAfterARestartOnlyWhenItMissedNothing() throws Exception {
    api.put(slice("a"));
    long seen = api.resourceVersion();
    String resumed = IN_MESH + "?watch=1&resourceVersion=" + seen;
    api.restart();
    try (Watch watch = client.watch(resumed)) {
      api.put(slice("b"));
      assertThat(watch.nextInShort()).isEqualTo("ADDED b");
    }
    api.stop();
    api.put(slice("c"));
    api.restart();
    try (Watch watch = client.watch(resumed)) {
      assertThat(watch.next().at("/object/code").asInt()).isEqualTo(410);
    }
  }

  @Test
  void serverThatLostItsStateBeginsBelowAllVersionsSeen() throws Exception {
    api.put(slice("a"));
    long seen = api.resourceVersion();
    api.restartEmpty();
    Answer list = client.get(IN_MESH);
    assertThat(list.json().path("items")).isEmpty();
    assertThat(list.version()).isLessThan(seen);
    assertThat(client.get(IN_MESH + "?resourceVersion=" + seen).status()).isEqualTo(504);
    try (Watch deaf = client.watch(IN_MESH + "?watch=1&timeoutSeconds=1&resourceVersion=" + seen)) {
      api.put(slice("b"));
      assertThat(deaf.isAtEnd()).as("it waits for a version that is long in coming").isTrue();
    }
  }

  @Test
  void httpsIsTrustedByItsAuthorityAndByNoOther() throws Exception {
    ApiClient secure = new ApiClient(trusting(api.caPem()), api.url(), api.adminToken());
    assertThat(secure.get(IN_MESH).status()).isEqualTo(200);
    try (Watch watch = secure.watch(IN_MESH + "?watch=1")) {
      api.put(slice("a"));
      assertThat(watch.nextInShort()).isEqualTo("ADDED a");
    }
    try (FakeKubernetesApi other = FakeKubernetesApi.start()) {
      ApiClient stranger = new ApiClient(trusting(other.caPem()), api.url(), api.adminToken());
      assertThatExceptionOfType(UncheckedIOException.class)
          .isThrownBy(() -> stranger.get(IN_MESH))
          .withCauseInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void dropsAndTearsWorkUnderTlsToo() throws Exception {
    ApiClient secure = new ApiClient(trusting(api.caPem()), api.url(), api.adminToken());
    for (Runnable fault :
        List.<Runnable>of(() -> api.faults().dropWatches(), () -> api.faults().tearWatches())) {
      try (Watch watch = secure.watch(IN_MESH + "?watch=1")) {
        assertThat(api.awaitWatches(1, PATIENCE)).isTrue();
        fault.run();
        assertThatExceptionOfType(IOException.class).isThrownBy(watch.lines()::readLine);
      }
      assertThat(api.awaitWatches(0, PATIENCE)).isTrue();
    }
  }

  @Test
  void kubeconfigNamesServerAuthorityAndToken() {
    String token = api.token("mesh", "peat-mesh");
    assertThat(api.kubeconfig(token))
        .contains("server: " + api.url())
        .contains("token: " + token)
        .contains("certificate-authority-data: LS0tLS1CRUdJTi");
    assertThat(api.toString()).doesNotContain(token);
  }

  @Test
  @Timeout(30)
  void closesThoughClientsDoNotReadAndLeavesNoThread() throws Exception {
    api.put(slice("a"));
    api.faults().padLists(1L << 30).trickle(1 << 20, Duration.ZERO);
    List<Socket> deaf = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      deaf.add(asking(api.httpUrl(), "GET " + IN_MESH + " HTTP/1.1"));
    }
    deaf.add(asking(api.httpUrl(), "GET " + IN_MESH + "?watch=1 HTTP/1.1"));
    // One that never ends its request, and one that never begins TLS.
    deaf.add(new Socket(api.httpUrl().getHost(), api.httpUrl().getPort()));
    deaf.add(new Socket(api.url().getHost(), api.url().getPort()));
    assertThat(api.awaitRequests(Verb.LIST, 3, PATIENCE)).isTrue();
    assertThat(api.awaitWatches(1, PATIENCE)).isTrue();
    api.close();
    assertThat(ownThreads()).isEmpty();
    for (Socket socket : deaf) {
      socket.close();
    }
  }

  @Test
  @Timeout(30)
  void closesWhileFrozenAndWhileDelayed() throws Exception {
    api.faults().delay(Verb.LIST, Duration.ofHours(1)).freeze();
    try (Socket list = asking(api.httpUrl(), "GET " + IN_MESH + " HTTP/1.1");
        Socket watch = asking(api.httpUrl(), "GET " + IN_MESH + "?watch=1 HTTP/1.1")) {
      api.close();
      assertThat(endOf(list)).isTrue();
      assertThat(endOf(watch)).isTrue();
    }
    assertThat(ownThreads()).isEmpty();
  }

  @Test
  void closeIsIdempotentAndServersDoNotMeet() {
    try (FakeKubernetesApi other = FakeKubernetesApi.start()) {
      other.put(slice("theirs"));
      assertThat(client.get(IN_MESH).json().path("items")).isEmpty();
    }
    api.close();
    api.close();
    assertThat(api.requests(Verb.LIST)).isEqualTo(1);
  }

  @Test
  void whatIsNoHttpEndsItsConnectionAndHurtsNobody() throws Exception {
    for (String nonsense : List.of("\u0016\u0003\u0001\r\n", "GET\r\n\r\n", "x".repeat(70_000))) {
      try (Socket socket = new Socket(api.httpUrl().getHost(), api.httpUrl().getPort())) {
        socket.getOutputStream().write(nonsense.getBytes(US_ASCII));
        assertThat(endOf(socket)).isTrue();
      }
    }
    assertThat(client.get(IN_MESH).status()).isEqualTo(200);
  }

  /** Whether the server hangs up, properly or with a reset, and says nothing before. */
  private static boolean endOf(Socket socket) throws IOException {
    socket.setSoTimeout((int) PATIENCE.toMillis());
    try {
      return socket.getInputStream().read() == -1;
    } catch (java.net.SocketException reset) {
      return true;
    }
  }

  private Socket asking(URI url, String request) throws IOException {
    Socket socket = new Socket(url.getHost(), url.getPort());
    String head = request + "\r\nHost: x\r\nAuthorization: Bearer " + api.adminToken() + "\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(US_ASCII));
    return socket;
  }

  private static List<String> ownThreads() {
    List<String> names = new ArrayList<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("fake-kubernetes-api")) {
        names.add(thread.getName());
      }
    }
    return names;
  }

  private static HttpClient trusting(String pem) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry(
        "ca",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.getBytes(UTF_8))));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).connectTimeout(PATIENCE).build();
  }

  private static Slice slice(String name) {
    return Slice.named(name).namespace("mesh").endpoint("10.0.0.1", "peat-mesh-0");
  }
}

package dev.peatmesh.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.testkit.kubernetes.FakeKubernetesApi;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The fake API answers as kube-apiserver does: the same status, reason and words of every refusal,
 * the same objects, lists and watches; and it is stricter where its documentation says so.
 */
@Tag("e2e")
class FakeMatchesRealApiIT {
  private static final String NAMESPACE = "peat-" + UUID.randomUUID().toString().substring(0, 8);

  private static Cluster cluster;
  private static FakeKubernetesApi fakeApi;
  private static ApiScript real;
  private static ApiScript fake;

  @BeforeAll
  static void startBoth() throws Exception {
    cluster = Cluster.own(KubernetesVersion.CURRENT);
    Api api = cluster.api();
    api.apply("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(NAMESPACE));
    real =
        new ApiScript(
            trusting(cluster.certificateAuthority()),
            URI.create("https://" + cluster.host() + ":" + cluster.port()),
            NAMESPACE,
            admin(api),
            account(api, "peat-mesh"));
    fakeApi = FakeKubernetesApi.builder().watchList(true).start();
    fake =
        new ApiScript(
            HttpClient.newHttpClient(),
            fakeApi.httpUrl(),
            NAMESPACE,
            fakeApi.adminToken(),
            fakeApi.token(NAMESPACE, "peat-mesh"));
  }

  @AfterAll
  static void stopBoth() {
    if (fakeApi != null) {
      fakeApi.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void sameRequestsGetTheSameAnswers() {
    Map<String, String> expected = real.run();
    assertThat(fake.run()).containsExactlyEntriesOf(expected);
    assertThat(expected).hasSizeGreaterThan(100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"?foo=bar", "?labelselector=a", "?limit=1&limit=2", "/strict?watch=true"})
  void parameterThatARealServerPassesOverIsRefusedByTheFake(String query) {
    String slice = ApiScript.slice("strict", "");
    real.post(slice);
    fake.post(slice);
    assertThat(real.get(query).status()).isEqualTo(200);
    assertThat(fake.get(query).status()).isEqualTo(400);
  }

  @Test
  void fieldThatARealServerPassesOverIsRefusedByTheFake() {
    String slice = ApiScript.slice("unknown-field", "").replace("\"ports\"", "\"prots\"");
    assertThat(real.post(slice).status()).isEqualTo(201);
    assertThat(fake.post(slice).status()).isEqualTo(400);
  }

  private static String admin(Api api) {
    String token = account(api, "admin");
    api.apply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: %1$s}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
        subjects: [{kind: ServiceAccount, name: admin, namespace: %1$s}]
        """
            .formatted(NAMESPACE));
    return token;
  }

  /** The token of a new service account. */
  private static String account(Api api, String name) {
    api.apply(
        "{apiVersion: v1, kind: ServiceAccount, metadata: {name: %s, namespace: %s}}"
            .formatted(name, NAMESPACE));
    return api.create(
            "/api/v1/namespaces/%s/serviceaccounts/%s/token".formatted(NAMESPACE, name),
            Api.json(
                "{apiVersion: authentication.k8s.io/v1, kind: TokenRequest,"
                    + " spec: {expirationSeconds: 3600}}"))
        .getAsJsonObject("status")
        .get("token")
        .getAsString();
  }

  private static HttpClient trusting(byte[] authority) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    // A file of the server's own making holds its certificate first, then the authority's.
    int count = 0;
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    for (var certificate : factory.generateCertificates(new ByteArrayInputStream(authority))) {
      store.setCertificateEntry("authority-" + count++, certificate);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    // HTTP/1.1, as the fake speaks: some words differ in HTTP/2.
    return HttpClient.newBuilder().sslContext(context).version(HttpClient.Version.HTTP_1_1).build();
  }
}

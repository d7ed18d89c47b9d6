package dev.peatmesh.discovery.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.k8s.internal.client.FoundClient.Surroundings;
import dev.peatmesh.testkit.kubernetes.Verb;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where the client comes from, and what follows when its files change. */
@Timeout(120)
class FoundClientIT {
  private final FakeCluster cluster = new FakeCluster();

  @TempDir private Path folder;

  @AfterEach
  void closesInGoodOrder() {
    cluster.close();
    assertThat(cluster.context.faults()).isEmpty();
  }

  @Test
  void rotatedTokenOfAPodIsReadAtOnce() throws Exception {
    String first = cluster.token();
    cluster.mount(folder, first);
    cluster.pod("peat-mesh-1", "10.0.0.11");
    cluster.start(inPod());
    cluster.awaitPeers("peat-mesh-1");
    String second = cluster.token();
    FakeCluster.rotate(folder, second);
    cluster.api.expire(first);
    long lists = cluster.api.requests(Verb.LIST);
    cluster.await("two more lists", () -> cluster.api.requests(Verb.LIST) >= lists + 2);
    assertThat(cluster.status()).isEqualTo(new DiscoveryStatus.Ok());
    // One request may have been under way with the first token.
    assertThat(cluster.api.requests().stream().filter(request -> request.status() == 401))
        .hasSizeLessThan(2);
  }

  @Test
  void expiredTokenIsSaidAndHealsWithANewOne() throws Exception {
    String first = cluster.token();
    cluster.mount(folder, first);
    cluster.start(inPod());
    cluster.awaitOk();
    cluster.api.expire(first);
    DiscoveryStatus.Degraded degraded = cluster.awaitDegraded("does not accept our token (401)");
    assertThat(degraded.toString()).doesNotContain(first);
    FakeCluster.rotate(folder, cluster.token());
    cluster.awaitOk();
  }

  @Test
  void namespaceIsThatOfThePodUnlessItIsSet() throws Exception {
    cluster.mount(folder, cluster.token());
    cluster.pod("peat-mesh-1", "10.0.0.11");
    KubernetesSettings settings =
        KubernetesSettings.defaults().withRelistInterval(Duration.ofSeconds(2));
    cluster.start(KubernetesDiscovery.of(settings, surroundings(null, folder)));
    cluster.awaitPeers("peat-mesh-1");
  }

  @Test
  void nothingToGoByIsSaidAndHealsWhenThereIsAKubeconfig() throws Exception {
    Path home = folder.resolve("home");
    Surroundings nowhere = new Surroundings(null, Map.of(), folder.resolve("mount"), home);
    cluster.start(KubernetesDiscovery.of(FakeCluster.settings(), nowhere));
    DiscoveryStatus.Degraded degraded = cluster.awaitDegraded("nothing says where");
    assertThat(degraded.remedy()).contains("automountServiceAccountToken: true", "KUBECONFIG");
    cluster.pod("peat-mesh-1", "10.0.0.11");
    Files.createDirectories(home.resolve(".kube"));
    Files.writeString(
        home.resolve(".kube").resolve("config"), cluster.api.kubeconfig(cluster.token()));
    cluster.awaitPeers("peat-mesh-1");
  }

  @Test
  void brokenKubeconfigIsSaidWithoutItsSecrets() throws Exception {
    Path kubeconfig = folder.resolve("config");
    Files.writeString(kubeconfig, "users: [ {token: s3cret-token, : : }");
    cluster.start(KubernetesDiscovery.of(FakeCluster.settings(), surroundings(kubeconfig, folder)));
    DiscoveryStatus.Degraded degraded = cluster.awaitDegraded("nothing says where");
    assertThat(degraded.toString()).doesNotContain("s3cret");
    Files.writeString(kubeconfig, cluster.api.kubeconfig(cluster.token()));
    cluster.awaitOk();
  }

  @Test
  void certificateOfAnotherAuthorityIsSaidAndHealsWithTheRightOne() throws Exception {
    cluster.mount(folder, cluster.token());
    try (FakeCluster other = new FakeCluster()) {
      Files.writeString(folder.resolve("ca.crt"), other.api.caPem());
    }
    cluster.start(inPod());
    DiscoveryStatus.Degraded degraded = cluster.awaitDegraded("certificate that is not trusted");
    assertThat(degraded.remedy()).contains("ca.crt");
    Files.writeString(folder.resolve("ca.crt"), cluster.api.caPem());
    cluster.awaitOk();
  }

  private KubernetesDiscovery inPod() {
    return KubernetesDiscovery.of(FakeCluster.settings(), surroundings(null, folder));
  }

  private Surroundings surroundings(Path kubeconfig, Path mount) {
    return new Surroundings(kubeconfig, cluster.environment(), mount, folder.resolve("nobody"));
  }
}

package dev.peatmesh.discovery.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.testkit.kubernetes.AccessRule;
import dev.peatmesh.testkit.kubernetes.ApiRequest;
import dev.peatmesh.testkit.kubernetes.Slice;
import dev.peatmesh.testkit.kubernetes.Verb;
import io.kubernetes.client.openapi.ApiClient;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a fake API server over HTTPS. */
@Timeout(120)
class KubernetesDiscoveryIT {
  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void closesInGoodOrder() throws Exception {
    cluster.close();
    assertThat(cluster.context.faults()).isEmpty();
    threadsEnd();
  }

  /** An executor has terminated a moment before its thread is gone. */
  private void threadsEnd() throws InterruptedException {
    cluster.await("the end of all threads", () -> cluster.context.threadsAlive().isEmpty());
    assertThat(cluster.context.threadsAlive()).isEmpty();
  }

  @Test
  void findsUpdatesAndLosesPods() throws Exception {
    cluster.pod("peat-mesh-1", "10.0.0.11");
    cluster.start();
    cluster.awaitPeers("peat-mesh-1");
    cluster.awaitOk();
    cluster.pod("peat-mesh-2", "10.0.0.12");
    cluster.awaitPeers("peat-mesh-1", "peat-mesh-2");
    cluster.pod("peat-mesh-1", "10.0.0.99");
    cluster.await(
        "another address",
        () ->
            cluster
                .context
                .peers()
                .get("peat-mesh-1")
                .addresses()
                .equals(List.of(new PeerAddress("10.0.0.99", 11204))));
    cluster.gone("peat-mesh-1");
    cluster.awaitPeers("peat-mesh-2");
    assertThat(cluster.strategy().discoveredPeers())
        .extracting(PeerInfo::nodeId)
        .containsExactly("peat-mesh-2");
  }

  @Test
  void annotationAndRelayAreUpdates() throws Exception {
    cluster.start();
    Slice slice = FakeCluster.slice("extra").endpoint("10.0.0.11", "peat-mesh-1");
    cluster.api.put(slice);
    cluster.awaitPeers("peat-mesh-1");
    cluster.api.put(slice.annotation("peat.zone", "a").annotation("peat.relay_url", "https://r"));
    cluster.await(
        "an update",
        () ->
            cluster.context.events("peat-mesh-1").stream()
                .anyMatch(DiscoveryEvent.PeerUpdated.class::isInstance));
    PeerInfo peer = cluster.context.peers().get("peat-mesh-1");
    assertThat(peer.metadata()).isEqualTo(Map.of("zone", "a"));
    assertThat(peer.relayUrl()).isEqualTo("https://r");
  }

  @Test
  void readsManyPagesAndKeepsToOneNamespaceAndSelector() throws Exception {
    for (int i = 0; i < 120; i++) {
      cluster.api.put(FakeCluster.slice("s" + i).endpoint("10.1." + i + ".1", "peat-mesh-x" + i));
    }
    cluster.api.put(
        FakeCluster.slice("elsewhere").namespace("other").endpoint("10.2.0.1", "elsewhere-0"));
    cluster.api.put(
        FakeCluster.slice("other").label("app", "other").endpoint("10.2.0.2", "other-0"));
    cluster.start();
    cluster.await("120 peers", () -> cluster.context.peers().size() == 120);
    assertThat(cluster.context.peers()).doesNotContainKeys("elsewhere-0", "other-0");
    assertThat(cluster.api.requests().stream().filter(r -> r.query().contains("continue=")))
        .isNotEmpty();
  }

  @Test
  void asksForNothingButListAndWatchOfSlicesInItsNamespace() throws Exception {
    cluster.start(
        KubernetesDiscovery.of(
            FakeCluster.settings().withService("peat-mesh"), cluster.client(cluster.token())));
    cluster.await("a watch", () -> cluster.api.requests(Verb.WATCH) > 0);
    List<ApiRequest> requests = cluster.api.requests();
    assertThat(requests).extracting(ApiRequest::verb).containsOnly(Verb.LIST, Verb.WATCH);
    assertThat(requests)
        .extracting(ApiRequest::path)
        .containsOnly("/apis/discovery.k8s.io/v1/namespaces/peat/endpointslices");
    assertThat(requests).allMatch(r -> r.query().contains("service-name%3Dpeat-mesh"));
    assertThat(requests.get(1).query())
        .contains("resourceVersion=", "allowWatchBookmarks=true", "timeoutSeconds=");
  }

  @Test
  void watchThatIsOpenAndSilentIsNoticed() throws Exception {
    cluster.start();
    cluster.awaitOk();
    cluster.api.awaitWatches(1, FakeCluster.PATIENCE);
    cluster.api.faults().silenceWatches();
    cluster.pod("peat-mesh-1", "10.0.0.11");
    cluster.awaitPeers("peat-mesh-1");
  }

  @Test
  void brokenWatchesLoseNothing() throws Exception {
    cluster.start();
    cluster.awaitOk();
    List<String> expected = new ArrayList<>();
    for (int i = 1; i <= 9; i++) {
      switch (i % 3) {
        case 0 -> cluster.api.faults().dropWatches();
        case 1 -> cluster.api.faults().tearWatches();
        default -> cluster.api.faults().endWatches();
      }
      cluster.pod("peat-mesh-" + i, "10.0.0.1" + i);
      expected.add("peat-mesh-" + i);
      cluster.awaitPeers(expected.toArray(String[]::new));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void historyThatIsForgottenLosesNothing(boolean byHttp) throws Exception {
    cluster.start();
    cluster.pod("peat-mesh-1", "10.0.0.11");
    cluster.awaitPeers("peat-mesh-1");
    if (byHttp) {
      cluster.api.faults().goneByHttp();
    }
    cluster.api.stop();
    cluster.gone("peat-mesh-1");
    cluster.pod("peat-mesh-2", "10.0.0.12");
    cluster.api.faults().compact();
    cluster.api.restart();
    cluster.awaitPeers("peat-mesh-2");
    cluster.awaitOk();
  }

  @Test
  void serverThatIsAwayKeepsThePeersAndHeals() throws Exception {
    cluster.pod("peat-mesh-1", "10.0.0.11");
    cluster.start();
    cluster.awaitPeers("peat-mesh-1");
    cluster.api.stop();
    DiscoveryStatus.Degraded degraded = cluster.awaitDegraded("cannot be reached");
    assertThat(degraded.cause()).contains(cluster.api.url().toString());
    assertThat(degraded.remedy()).contains("NetworkPolicy");
    assertThat(cluster.strategy().discoveredPeers()).hasSize(1);
    cluster.api.restart();
    cluster.awaitOk();
    cluster.pod("peat-mesh-2", "10.0.0.12");
    cluster.awaitPeers("peat-mesh-1", "peat-mesh-2");
    assertThat(cluster.context.events()).noneMatch(DiscoveryEvent.PeerLost.class::isInstance);
  }

  @Test
  void etcdThatWasLostIsNoticed() throws Exception {
    cluster.pod("peat-mesh-1", "10.0.0.11");
    cluster.start();
    cluster.awaitPeers("peat-mesh-1");
    cluster.api.restartEmpty();
    cluster.awaitDegraded("no EndpointSlice");
    cluster.awaitPeers();
    cluster.pod("peat-mesh-3", "10.0.0.13");
    cluster.awaitPeers("peat-mesh-1", "peat-mesh-3");
  }

  @Test
  void serverThatIsFrozenKeepsThePeersAndHeals() throws Exception {
    cluster.pod("peat-mesh-1", "10.0.0.11");
    cluster.start();
    cluster.awaitPeers("peat-mesh-1");
    cluster.api.faults().freeze();
    DiscoveryStatus.Degraded degraded = cluster.awaitDegraded("did not answer in time");
    assertThat(degraded.remedy()).contains("kubectl get --raw /readyz");
    assertThat(cluster.strategy().discoveredPeers()).hasSize(1);
    cluster.api.faults().thaw();
    cluster.pod("peat-mesh-2", "10.0.0.12");
    cluster.awaitPeers("peat-mesh-1", "peat-mesh-2");
    cluster.awaitOk();
  }

  // Refusals

  @Test
  void forbiddenTellsTheManifestThatMendsItAndHealsWhenItIsApplied() throws Exception {
    cluster.pod("peat-mesh-1", "10.0.0.11");
    String token = cluster.api.token("peat", "nobody");
    cluster.start(KubernetesDiscovery.of(FakeCluster.settings(), cluster.client(token)));
    DiscoveryStatus.Degraded degraded = cluster.awaitDegraded("403");
    assertThat(degraded.cause())
        .contains("forbids to list and watch EndpointSlices in namespace \"peat\"");
    assertThat(degraded.remedy())
        .contains(
            """
            kind: RoleBinding
            metadata:
              name: peat-mesh-discovery
              namespace: peat
            """,
            """
            subjects:
              - kind: ServiceAccount
                name: nobody
                namespace: peat
            """,
            "verbs: [\"list\", \"watch\"]");
    assertThat(degraded.toString()).doesNotContain(token);
    cluster.api.allow(AccessRule.discovery("peat", "nobody"));
    cluster.awaitOk();
    cluster.awaitPeers("peat-mesh-1");
  }

  @Test
  void rightThatIsTakenAwayKeepsThePeers() throws Exception {
    cluster.pod("peat-mesh-1", "10.0.0.11");
    cluster.start();
    cluster.awaitPeers("peat-mesh-1");
    AccessRule rule = AccessRule.discovery("peat", "peat-mesh");
    cluster.api.revoke(rule);
    cluster.awaitDegraded("403");
    assertThat(cluster.strategy().discoveredPeers()).hasSize(1);
    cluster.api.allow(rule);
    cluster.awaitOk();
  }

  @Test
  void watchWithoutTheRightToWatchIsForbiddenToo() throws Exception {
    String token = cluster.api.token("peat", "lister");
    cluster.api.allow(
        new AccessRule(
            AccessRule.serviceAccount("peat", "lister"),
            "peat",
            Set.of("list"),
            Set.of("endpointslices")));
    cluster.pod("peat-mesh-1", "10.0.0.11");
    cluster.start(KubernetesDiscovery.of(FakeCluster.settings(), cluster.client(token)));
    cluster.awaitDegraded("403");
    cluster.awaitPeers("peat-mesh-1");
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 429, 500, 503})
  void errorOfTheServerIsSaidAndHeals(int status) throws Exception {
    cluster.api.faults().failNext(2, status);
    cluster.start();
    cluster.awaitDegraded("" + (status == 429 ? "(429)" : status));
    cluster.awaitOk();
  }

  @Test
  void listThatBreaksOffIsAskedForAgain() throws Exception {
    cluster.pod("peat-mesh-1", "10.0.0.11");
    cluster.api.faults().tearLists(1).truncateLists(1);
    cluster.start();
    cluster.awaitPeers("peat-mesh-1");
    cluster.awaitOk();
  }

  @Test
  void listWithoutMeasureIsRefusedAndHeals() throws Exception {
    cluster.api.faults().padLists(40L << 20);
    cluster.start();
    DiscoveryStatus.Degraded degraded = cluster.awaitDegraded("more than is taken");
    assertThat(degraded.remedy()).contains("set service");
    cluster.api.faults().clear();
    cluster.awaitOk();
  }

  @Test
  void lineThatIsNoEventIsSaidAndHeals() throws Exception {
    cluster.start();
    cluster.awaitOk();
    cluster.api.awaitWatches(1, FakeCluster.PATIENCE);
    cluster.api.faults().sayToWatches("{\"type\":\"DANCED\",\"object\":{}}");
    cluster.awaitDegraded("is not an EndpointSlice");
    cluster.awaitOk();
  }

  @Test
  void wrongNamespaceIsSaid() throws Exception {
    ApiClient admin = cluster.client(cluster.api.adminToken());
    cluster.start(KubernetesDiscovery.of(FakeCluster.settings().withNamespace("nowhere"), admin));
    DiscoveryStatus.Degraded degraded = cluster.awaitDegraded("namespace \"nowhere\"");
    assertThat(degraded.remedy())
        .contains("kubectl -n nowhere label service <name> app=peat-mesh", "namespace");
  }

  // Stopping

  @Test
  void stopsInTimeWhileTheServerIsFrozen() throws Exception {
    cluster.api.faults().freeze();
    cluster.start();
    cluster.await("a request", () -> cluster.context.threadsAlive().size() == 2);
    cluster.strategy().stop();
    threadsEnd();
    assertThat(cluster.status()).isEqualTo(new DiscoveryStatus.Stopped());
  }

  @Test
  void stopsInTimeWhileConnecting() throws Exception {
    try (ServerSocket deaf = new ServerSocket(0, 1)) {
      ApiClient client = new ApiClient().setBasePath("https://127.0.0.1:" + deaf.getLocalPort());
      cluster.start(KubernetesDiscovery.of(FakeCluster.settings(), client));
      cluster.await("a request", () -> cluster.context.threadsAlive().size() == 2);
      cluster.strategy().stop();
      threadsEnd();
    }
  }

  @Test
  void clientThatWasGivenStaysOpen() throws Exception {
    ApiClient client = cluster.client(cluster.token());
    cluster.start(KubernetesDiscovery.of(FakeCluster.settings(), client));
    cluster.awaitOk();
    cluster.strategy().stop();
    assertThat(client.getHttpClient().dispatcher().executorService().isShutdown()).isFalse();
  }
}

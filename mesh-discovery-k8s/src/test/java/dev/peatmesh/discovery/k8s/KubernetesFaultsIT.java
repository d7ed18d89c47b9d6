package dev.peatmesh.discovery.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.discovery.DiscoveryEvent.PeerLost;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.k8s.internal.client.FoundClient.Surroundings;
import dev.peatmesh.testkit.discovery.RecordingContext;
import dev.peatmesh.testkit.kubernetes.Slice;
import dev.peatmesh.testkit.kubernetes.SliceEndpoint;
import dev.peatmesh.testkit.kubernetes.Verb;
import io.kubernetes.client.openapi.ApiClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever an API server does, the peers that were known stay, the fault is said while it lasts and
 * not after, and what changed meanwhile is seen in the end.
 */
@Timeout(120)
class KubernetesFaultsIT {
  private final FakeCluster cluster = new FakeCluster();

  @TempDir private Path folder;

  @AfterEach
  void closesInGoodOrder() throws Exception {
    cluster.close();
    assertThat(cluster.context.faults()).isEmpty();
    cluster.await("the end of all threads", () -> cluster.context.threadsAlive().isEmpty());
  }

  @Tag("heavy")
  @ParameterizedTest
  @CsvSource({
    "401, does not accept our token",
    "403, forbids to list and watch",
    "404, knows no EndpointSlices",
    "410, forgets its versions",
    "429, is asked too much",
    "500, answers with status 500",
    "503, answers with status 503",
  })
  void refusalKeepsThePeersWhileItLastsAndIsForgottenAfter(int status, String cause)
      throws Exception {
    startWithOnePeer();
    cluster.api.faults().failNext(Integer.MAX_VALUE, status).dropWatches();
    cluster.awaitDegraded(cause);
    cluster.gone("peat-mesh-1");
    cluster.pod("peat-mesh-2", "10.0.0.12");
    long asked = cluster.api.requests(Verb.LIST);
    assertThat(cluster.api.awaitRequests(Verb.LIST, asked + 1, FakeCluster.PATIENCE)).isTrue();
    assertKept("peat-mesh-1");
    cluster.api.faults().clear();
    cluster.awaitPeers("peat-mesh-2");
    cluster.awaitOk();
  }

  @Tag("heavy")
  @ParameterizedTest
  @ValueSource(ints = {403, 404, 429, 500, 503})
  void watchThatIsAlwaysRefusedIsReplacedByLists(int status) throws Exception {
    startWithOnePeer();
    cluster.api.faults().failNext(Integer.MAX_VALUE, status, Verb.WATCH).endWatches();
    cluster.awaitDegraded(Integer.toString(status));
    cluster.pod("peat-mesh-2", "10.0.0.12");
    cluster.awaitPeers("peat-mesh-1", "peat-mesh-2");
    cluster.api.faults().clear();
    cluster.awaitOk();
  }

  @Test
  void watchThatNeverOpensIsReplacedByLists() throws Exception {
    startWithOnePeer();
    cluster.api.faults().delay(Verb.WATCH, Duration.ofHours(1)).dropWatches();
    cluster.awaitDegraded("did not answer in time");
    cluster.pod("peat-mesh-2", "10.0.0.12");
    cluster.awaitPeers("peat-mesh-1", "peat-mesh-2");
    cluster.api.faults().clear();
    cluster.awaitOk();
  }

  @Tag("heavy")
  @Test
  void listThatTakesForEverEndsAndKeepsThePeers() throws Exception {
    startWithOnePeer();
    cluster.api.faults().trickle(1, Duration.ofMillis(100)).dropWatches();
    cluster.awaitDegraded("did not answer in time");
    assertKept("peat-mesh-1");
    cluster.api.faults().clear();
    cluster.pod("peat-mesh-2", "10.0.0.12");
    cluster.awaitPeers("peat-mesh-1", "peat-mesh-2");
    cluster.awaitOk();
  }

  @Test
  void eventThatTricklesInIsAnEventInTheEnd() throws Exception {
    startWithOnePeer();
    cluster.api.faults().trickle(3, Duration.ofMillis(1));
    cluster.pod("peat-mesh-2", "10.0.0.12");
    cluster.awaitPeers("peat-mesh-1", "peat-mesh-2");
  }

  @Test
  void everyWatchThatIsSilentIsFollowedByAList() throws Exception {
    startWithOnePeer();
    cluster.api.faults().silenceWatches();
    for (int i = 2; i <= 4; i++) {
      cluster.pod("peat-mesh-" + i, "10.0.0.1" + i);
      String name = "peat-mesh-" + i;
      cluster.await(name, () -> cluster.context.peers().containsKey(name));
    }
    assertThat(cluster.status()).isEqualTo(new DiscoveryStatus.Ok());
    cluster.await("one watch at a time", () -> cluster.api.openWatches() <= 1);
    assertKept("peat-mesh-1", "peat-mesh-2", "peat-mesh-3", "peat-mesh-4");
  }

  @Test
  void watchesThatBreakAtOnceAreNotAskedForInALoop() throws Exception {
    startWithOnePeer();
    long before = cluster.api.requests(Verb.WATCH);
    for (int i = 0; i < 20; i++) {
      assertThat(cluster.api.awaitWatches(1, FakeCluster.PATIENCE)).isTrue();
      cluster.api.faults().tearWatches();
      assertThat(cluster.api.awaitWatches(0, FakeCluster.PATIENCE)).isTrue();
      if (cluster.status() instanceof DiscoveryStatus.Degraded) {
        break;
      }
    }
    cluster.awaitDegraded("watches at");
    assertThat(cluster.api.requests(Verb.WATCH) - before).isLessThan(20);
    assertKept("peat-mesh-1");
    cluster.awaitOk();
  }

  @Test
  void pageThatExpiresBetweenTwoPagesIsListedAnew() throws Exception {
    TreeSet<String> expected = new TreeSet<>();
    for (int i = 0; i < 120; i++) {
      cluster.api.put(FakeCluster.slice("s" + i).endpoint("10.1.0." + i, "pod-" + i));
      expected.add("pod-" + i);
    }
    cluster.api.faults().delay(Verb.LIST, Duration.ofMillis(300));
    cluster.start();
    assertThat(cluster.api.awaitRequests(Verb.LIST, 1, FakeCluster.PATIENCE)).isTrue();
    cluster.api.put(FakeCluster.slice("late").endpoint("10.1.1.1", "pod-late"));
    cluster.api.faults().compact();
    expected.add("pod-late");
    cluster.await("all pods", () -> cluster.context.peers().keySet().equals(expected));
    assertThat(cluster.api.requests().stream().filter(request -> request.status() == 410))
        .isNotEmpty();
    cluster.awaitOk();
  }

  @Tag("heavy")
  @Test
  void restartInTheMiddleOfEverythingLosesNothing() throws Exception {
    startWithOnePeer();
    for (int i = 2; i <= 5; i++) {
      cluster.api.stop();
      cluster.pod("peat-mesh-" + i, "10.0.0.1" + i);
      cluster.api.restart();
      String name = "peat-mesh-" + i;
      cluster.await(name, () -> cluster.context.peers().containsKey(name));
    }
    assertThat(cluster.context.events()).noneMatch(PeerLost.class::isInstance);
    cluster.awaitOk();
  }

  @Test
  void lostStateThatComesBackIsThePeersThatAreThere() throws Exception {
    startWithOnePeer();
    cluster.api.stop();
    cluster.api.restartEmpty();
    // A controller writes its slices anew, at versions far below those seen.
    cluster.pod("peat-mesh-2", "10.0.0.12");
    cluster.awaitPeers("peat-mesh-1", "peat-mesh-2");
    cluster.pod("peat-mesh-3", "10.0.0.13");
    cluster.awaitPeers("peat-mesh-1", "peat-mesh-2", "peat-mesh-3");
    cluster.awaitOk();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "\"ADDED\"",
        "{\"type\":\"ADDED\"}",
        "{\"type\":\"ADDED\",\"object\":null}",
        "{\"type\":\"ADDED\",\"object\":[]}",
        "{\"type\":\"ADDED\",\"object\":{}}",
        "{\"type\":\"DELETED\",\"object\":{\"metadata\":{}}}",
        "{\"type\":\"MODIFIED\",\"object\":{\"metadata\":7}}",
        "{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"name\":\"x\"},\"endpoints\":[null]}}",
        "{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"name\":\"x\"},\"ports\":[{}]}}",
        "{\"type\":\"BOOKMARK\",\"object\":{}}",
        "{\"type\":\"ERROR\",\"object\":{}}",
        "{\"type\":\"ERROR\",\"object\":{\"code\":\"x\"}}",
        "{\"type\":\"ERROR\",\"object\":{\"code\":-1,\"message\":null}}",
        "{\"type\":\"ERROR\",\"object\":{\"code\":410}}",
        "<html>504 Gateway Time-out</html>",
      })
  void lineThatNoServerShouldWriteHarmsNothing(String line) throws Exception {
    startWithOnePeer();
    assertThat(cluster.api.awaitWatches(1, FakeCluster.PATIENCE)).isTrue();
    cluster.api.faults().sayToWatches(line);
    cluster.pod("peat-mesh-2", "10.0.0.12");
    cluster.awaitPeers("peat-mesh-1", "peat-mesh-2");
    cluster.awaitOk();
    assertKept("peat-mesh-1", "peat-mesh-2");
  }

  @Test
  void lineWithoutAnEndIsCutOff() throws Exception {
    startWithOnePeer();
    assertThat(cluster.api.awaitWatches(1, FakeCluster.PATIENCE)).isTrue();
    cluster.api.faults().sayToWatches("{\"type\":\"" + "A".repeat(5 << 20));
    cluster.awaitDegraded("more than is taken");
    cluster.pod("peat-mesh-2", "10.0.0.12");
    cluster.awaitPeers("peat-mesh-1", "peat-mesh-2");
    cluster.awaitOk();
  }

  @Test
  void deeplyNestedLineHarmsNothing() throws Exception {
    startWithOnePeer();
    assertThat(cluster.api.awaitWatches(1, FakeCluster.PATIENCE)).isTrue();
    String deep = "[".repeat(200_000) + "]".repeat(200_000);
    cluster.api.faults().sayToWatches("{\"type\":\"ADDED\",\"object\":{\"x\":" + deep + "}}");
    cluster.pod("peat-mesh-2", "10.0.0.12");
    cluster.awaitPeers("peat-mesh-1", "peat-mesh-2");
    cluster.awaitOk();
  }

  @Test
  void hostileSlicesHarmNoneButThemselves() throws Exception {
    startWithOnePeer();
    Random random = new Random(7);
    for (int i = 0; i < 300; i++) {
      cluster.api.put(hostile(random, "hostile-" + i % 10));
    }
    cluster.pod("peat-mesh-2", "10.0.0.12");
    cluster.await("the honest pod", () -> cluster.context.peers().containsKey("peat-mesh-2"));
    for (int i = 0; i < 10; i++) {
      cluster.api.delete(FakeCluster.NAMESPACE, "hostile-" + i);
    }
    cluster.awaitPeers("peat-mesh-1", "peat-mesh-2");
    cluster.awaitOk();
  }

  @Test
  void slowSubscriberSlowsNothingDownButItself() throws Exception {
    startWithOnePeer();
    cluster.context.hold();
    for (int i = 2; i <= 100; i++) {
      cluster.pod("peat-mesh-" + i, "10.0.1." + i);
    }
    cluster.await("one event under way", () -> cluster.context.waiting() == 1);
    cluster.context.release();
    cluster.await("all of them", () -> cluster.context.peers().size() == 100);
    cluster.awaitOk();
  }

  @Test
  void errorOfTheJvmDuringARequestIsSaidAndSurvived() throws Exception {
    ApiClient client = cluster.client(cluster.token());
    AtomicInteger left = new AtomicInteger(2);
    client.setHttpClient(
        client
            .getHttpClient()
            .newBuilder()
            .addInterceptor(
                chain -> {
                  if (left.getAndDecrement() > 0) {
                    throw new StackOverflowError("made by the test");
                  }
                  return chain.proceed(chain.request());
                })
            .build());
    cluster.pod("peat-mesh-1", "10.0.0.11");
    cluster.start(KubernetesDiscovery.of(FakeCluster.settings(), client));
    cluster.awaitDegraded("StackOverflowError");
    cluster.awaitPeers("peat-mesh-1");
    cluster.awaitOk();
  }

  @Test
  void tokenFileThatIsGoneForAWhileIsNoEnd() throws Exception {
    String token = cluster.token();
    cluster.mount(folder, token);
    cluster.pod("peat-mesh-1", "10.0.0.11");
    cluster.start(inPod());
    cluster.awaitPeers("peat-mesh-1");
    Files.delete(folder.resolve("token"));
    cluster.api.faults().dropWatches();
    DiscoveryStatus.Degraded degraded = cluster.awaitDegraded("nothing says where");
    assertThat(degraded.toString()).doesNotContain(token);
    assertKept("peat-mesh-1");
    cluster.pod("peat-mesh-2", "10.0.0.12");
    FakeCluster.rotate(folder, cluster.token() + "\n");
    cluster.awaitPeers("peat-mesh-1", "peat-mesh-2");
    cluster.awaitOk();
  }

  @Tag("heavy")
  @Test
  void tokenThatRotatesAllTheTimeIsNeverMissed() throws Exception {
    List<String> tokens = new ArrayList<>(List.of(cluster.token()));
    cluster.mount(folder, tokens.get(0));
    cluster.pod("peat-mesh-1", "10.0.0.11");
    cluster.start(inPod());
    cluster.awaitOk();
    for (int i = 1; i <= 4; i++) {
      tokens.add(cluster.token());
      FakeCluster.rotate(folder, tokens.get(i));
      cluster.api.expire(tokens.get(i - 1));
      long asked = cluster.api.requests(Verb.LIST);
      assertThat(cluster.api.awaitRequests(Verb.LIST, asked + 1, FakeCluster.PATIENCE)).isTrue();
      assertThat(cluster.status()).isEqualTo(new DiscoveryStatus.Ok());
    }
    // Whoever was asked with the last token while the next one came is asked once more, and no
    // more.
    assertThat(cluster.api.requests().stream().filter(request -> request.status() == 401))
        .hasSizeLessThanOrEqualTo(4);
    tokens.forEach(token -> assertThat(cluster.status().toString()).doesNotContain(token));
  }

  @Test
  void serverThatComesBackAsAnotherOneIsTrustedOnlyWithItsOwnAuthority() throws Exception {
    cluster.mount(folder, cluster.token());
    Files.writeString(folder.resolve("ca.crt"), "no certificate at all");
    cluster.pod("peat-mesh-1", "10.0.0.11");
    cluster.start(inPod());
    DiscoveryStatus.Degraded degraded = cluster.awaitDegraded("");
    assertThat(degraded.remedy()).isNotBlank();
    Files.writeString(folder.resolve("ca.crt"), cluster.api.caPem());
    cluster.awaitPeers("peat-mesh-1");
    cluster.awaitOk();
  }

  @Test
  void everyFaultInTurnAndAtRandomEndsInTheRightPeers() throws Exception {
    startWithOnePeer();
    Random random = new Random(11);
    for (int round = 1; round <= 25; round++) {
      fault(random);
      cluster.pod("peat-mesh-" + (2 + random.nextInt(4)), "10.0.2." + round);
      if (random.nextInt(4) == 0) {
        cluster.gone("peat-mesh-" + (2 + random.nextInt(4)));
      }
      assertThat(RecordingContext.await(Duration.ofMillis(random.nextInt(200)), () -> false))
          .isFalse();
      cluster.api.faults().clear();
    }
    cluster.pod("peat-mesh-6", "10.0.2.99");
    cluster.await("the last pod", () -> cluster.context.peers().containsKey("peat-mesh-6"));
    cluster.awaitOk();
    assertThat(cluster.context.events("peat-mesh-1")).noneMatch(PeerLost.class::isInstance);
  }

  private void fault(Random random) {
    switch (random.nextInt(10)) {
      case 0 -> cluster.api.faults().failNext(2, 500);
      case 1 -> cluster.api.faults().failNext(1, 410);
      case 2 -> cluster.api.faults().tearWatches();
      case 3 -> cluster.api.faults().dropWatches();
      case 4 -> cluster.api.faults().silenceWatches();
      case 5 -> cluster.api.faults().tearLists(1).truncateLists(1).endWatches();
      case 6 -> cluster.api.faults().freeze();
      case 7 -> cluster.api.faults().compact().goneByHttp().dropWatches();
      case 8 -> cluster.api.restart();
      default -> cluster.api.faults().trickle(7, Duration.ofMillis(1)).endWatches();
    }
  }

  /** What a cluster would store, and nobody would write. */
  private static Slice hostile(Random random, String name) {
    Slice slice = FakeCluster.slice(name);
    String[] texts = {
      "", " ", "\u0000\u0007", "\u202e", "x".repeat(5000), "\ud83d\ude00".repeat(300), "\n", "é"
    };
    for (int i = random.nextInt(80); i > 0; i--) {
      slice =
          slice.annotation(
              "peat." + "k".repeat(random.nextInt(250)) + i, texts[random.nextInt(texts.length)]);
    }
    slice = slice.annotation("peat.relay_url", texts[random.nextInt(texts.length)]);
    for (int i = random.nextInt(20); i > 0; i--) {
      String[] addresses = new String[1 + random.nextInt(100)];
      for (int a = 0; a < addresses.length; a++) {
        addresses[a] = "10.%d.%d.%d".formatted(random.nextInt(4), i, a);
      }
      String pod = random.nextBoolean() ? "hostile-pod-" + i : texts[random.nextInt(texts.length)];
      slice = slice.endpoint(SliceEndpoint.at(addresses).pod(pod));
    }
    return slice;
  }

  private void startWithOnePeer() throws Exception {
    cluster.pod("peat-mesh-1", "10.0.0.11");
    cluster.start();
    cluster.awaitPeers("peat-mesh-1");
    cluster.awaitOk();
  }

  private void assertKept(String... names) {
    assertThat(cluster.context.peers().keySet()).contains(names);
    assertThat(cluster.context.events())
        .filteredOn(event -> List.of(names).contains(event.nodeId()))
        .noneMatch(PeerLost.class::isInstance);
  }

  private KubernetesDiscovery inPod() {
    return KubernetesDiscovery.of(
        FakeCluster.settings(),
        new Surroundings(null, cluster.environment(), folder, folder.resolve("nobody")));
  }
}

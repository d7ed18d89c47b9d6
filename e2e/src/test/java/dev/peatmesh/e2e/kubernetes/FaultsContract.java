package dev.peatmesh.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import dev.peatmesh.MeshHealth;
import dev.peatmesh.PeatMesh;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.k8s.KubernetesSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Discovery while the API itself fails. Only in a control plane of the test's own. */
@Tag("e2e")
@TestInstance(Lifecycle.PER_CLASS)
abstract class FaultsContract extends NamespaceTests {
  private static final Duration FROZEN = Duration.ofMinutes(2);

  private final KubernetesVersion version;
  private Cluster cluster;
  private ControlPlane plane;

  FaultsContract(KubernetesVersion version) {
    this.version = version;
  }

  @Override
  Cluster cluster() {
    return cluster;
  }

  @BeforeAll
  void start() {
    assumeTrue(
        Cluster.kubeconfig().isEmpty(),
        "KUBECONFIG names the cluster: its API server is not stopped or frozen");
    cluster = Cluster.own(version);
    plane = cluster.own().orElseThrow();
  }

  @AfterAll
  void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void keepsItsPeersWhileTheApiServerIsGoneAndGoesOnWhenItIsBack() {
    namespace().allow();
    try (Observer observer = namespace().observe()) {
      namespace().pod("one", "10.244.1.1");
      namespace().pod("two", "10.244.1.2");
      observer.awaitPeers("one", "two");

      plane.stopApiServer();
      DiscoveryStatus.Degraded said = observer.awaitDegraded("cannot be reached");
      assertThat(said.cause()).contains("https://127.0.0.1:" + plane.port());
      assertThat(observer.peers()).containsOnlyKeys("one", "two");
      plane.startApiServer();

      namespace().remove("two");
      namespace().createSlice("by-hand", "three", "10.9.9.3", TestNamespace.PORT);
      observer.awaitPeers("one", "three");
      observer.awaitOk();
      assertThat(observer.context().events("one")).hasSize(1);
    }
  }

  @Test
  void listsAnewWhenEtcdHasForgottenTheVersionItWatchedFrom() {
    namespace().allow();
    // No list of the safety net may do what the answer 410 is to do.
    try (Observer observer = namespace().observe(KubernetesSettings.defaults())) {
      namespace().createSlice("old", "one", "10.9.9.1", TestNamespace.PORT);
      observer.awaitPeers("one");
      String watchedFrom = namespace().slicesVersion();

      // What happens to others goes past the watch, and then it is the version that is too old.
      namespace().makeHistory();
      plane.compact();
      plane.stopApiServer();
      plane.startApiServer();
      JsonObject answer = namespace().firstOfWatch(watchedFrom);
      assertThat(answer.get("type").getAsString()).isEqualTo("ERROR");
      assertThat(answer.getAsJsonObject("object").get("code").getAsInt()).isEqualTo(410);

      namespace().createSlice("new", "two", "10.9.9.2", TestNamespace.PORT);
      observer.awaitPeers("one", "two");
      observer.awaitOk();
      assertThat(observer.context().events("one")).hasSize(1);
    }
  }

  @Test
  void dropsNoPeerAndNoLinkWhileTheApiServerIsFrozenForTwoMinutes() {
    namespace().allow();
    KubernetesSettings asUsersHaveIt = KubernetesSettings.defaults();
    try (MeshNodes nodes = new MeshNodes(namespace());
        Observer observer = namespace().observe(asUsersHaveIt)) {
      PeatMesh one = nodes.seeing("peat-mesh-0", asUsersHaveIt);
      PeatMesh two = nodes.seeing("peat-mesh-1", asUsersHaveIt);
      List.of(one, two).forEach(nodes::announce);
      List.of(one, two).forEach(mesh -> MeshNodes.awaitLinks(mesh, 1));
      observer.awaitPeers("peat-mesh-0", "peat-mesh-1");

      plane.freeze();
      long end = System.nanoTime() + FROZEN.toNanos();
      observer.awaitDegraded("did not answer in time", FROZEN);
      Await.until("health of " + one.nodeName(), () -> saysThatTheApiIsSilent(one), () -> "");
      one.collection("lists").put("meanwhile", Map.of("x", 1));
      Await.until(
          "document",
          () -> two.collection("lists").get("meanwhile").equals(Optional.of(Map.of("x", 1L))));
      Await.until(
          "the end of two minutes",
          FROZEN.plus(Await.PATIENCE),
          () -> {
            assertThat(MeshNodes.links(one)).isEqualTo(1);
            assertThat(MeshNodes.links(two)).isEqualTo(1);
            assertThat(observer.peers()).containsOnlyKeys("peat-mesh-0", "peat-mesh-1");
            return System.nanoTime() >= end;
          },
          () -> "");
      assertThat(observer.status()).isInstanceOf(DiscoveryStatus.Degraded.class);
      plane.thaw();

      namespace().createSlice("new", "three", "10.9.9.3", TestNamespace.PORT);
      observer.awaitPeers("peat-mesh-0", "peat-mesh-1", "three");
      observer.awaitOk();
      Await.until(
          "health of " + one.nodeName(),
          () -> one.health().state() == MeshHealth.State.READY,
          () -> MeshNodes.standing(one));
      assertThat(observer.context().events()).hasSize(3);
    }
  }

  private static boolean saysThatTheApiIsSilent(PeatMesh mesh) {
    return mesh.health().state() == MeshHealth.State.DEGRADED
        && mesh.health().reasons().stream().anyMatch(it -> it.contains("did not answer in time"));
  }
}

package dev.peatmesh.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.DiscoveryStatus;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What discovery sees of pods that come, change and go. */
abstract class PodTests extends NamespaceTests {
  @Test
  void followsAStatefulSetThatScalesFromThreeToFiveToTwo() {
    namespace().allow().statefulSet(3);
    try (Kubelet kubelet = namespace().kubelet();
        Observer observer = namespace().observe()) {
      observer.awaitPeers("peat-mesh-0", "peat-mesh-1", "peat-mesh-2");

      namespace().scale(5);
      observer.awaitPeers(
          "peat-mesh-0", "peat-mesh-1", "peat-mesh-2", "peat-mesh-3", "peat-mesh-4");
      assertThat(observer.addresses()).isEqualTo(addresses(kubelet, observer.peers().keySet()));

      namespace().scale(2);
      observer.awaitPeers("peat-mesh-0", "peat-mesh-1");
      assertThat(observer.context().events("peat-mesh-0")).hasSize(1);
    }
  }

  @Test
  void followsARollingReplacementToNewAddressesUnderTheSameNames() {
    namespace().allow().statefulSet(3);
    try (Kubelet kubelet = namespace().kubelet();
        Observer observer = namespace().observe()) {
      observer.awaitPeers("peat-mesh-0", "peat-mesh-1", "peat-mesh-2");
      Map<String, String> before = observer.addresses();

      namespace().roll("two");

      Await.until(
          "three new addresses",
          () ->
              observer.addresses().keySet().equals(before.keySet())
                  && before.values().stream().noneMatch(observer.addresses()::containsValue),
          observer::standing);
      assertThat(observer.addresses()).isEqualTo(addresses(kubelet, before.keySet()));
    }
  }

  @Test
  void anAddressThatAStrangerTookOverIsTheStrangersAlone() {
    namespace().allow();
    try (Observer observer = namespace().observe()) {
      namespace().pod("former", "10.244.7.7");
      observer.awaitPeers("former");

      namespace().remove("former");
      namespace().pod("stranger", "10.244.7.7");

      observer.awaitPeers("stranger");
      assertThat(observer.addresses()).containsEntry("stranger", "10.244.7.7:11204");
      assertThat(observer.context().events("former"))
          .last()
          .isInstanceOf(DiscoveryEvent.PeerLost.class);
    }
  }

  @Test
  void seesMoreThanAHundredPodsInSeveralSlices() {
    int pods = 130;
    namespace().allow().deployment(pods);
    try (Kubelet kubelet = namespace().kubelet();
        Observer observer = namespace().observe()) {
      Await.until(pods + " peers", () -> observer.peers().size() == pods, () -> "");

      List<JsonObject> slices = namespace().slices();
      assertThat(slices).hasSizeGreaterThan(1);
      assertThat(new TreeSet<>(observer.addresses().values())).hasSize(pods);
      assertThat(observer.addresses()).isEqualTo(addresses(kubelet, observer.peers().keySet()));
    }
  }

  @Test
  void aPodIsAPeerOnceItIsReadyAndNoLongerWhenItIsNot() {
    namespace().allow();
    try (Observer observer = namespace().observe();
        Observer ofAll = namespace().observe(Observer.settings().withIncludeNotReady(true))) {
      namespace().pod("steady", "10.244.1.1");
      namespace().pod("late", "10.244.1.2", TestNamespace.PORT, false);
      ofAll.awaitPeers("steady", "late");
      observer.awaitPeers("steady");

      namespace().status("late", "10.244.1.2", true);
      observer.awaitPeers("steady", "late");

      namespace().status("late", "10.244.1.2", false);
      observer.awaitPeers("steady");
      assertThat(ofAll.peers()).containsOnlyKeys("steady", "late");
    }
  }

  @Test
  void aPodThatEndsStaysAPeerUntilItIsGone() {
    namespace().allow();
    try (Observer observer = namespace().observe()) {
      namespace().pod("steady", "10.244.1.1");
      namespace().pod("ending", "10.244.1.2");
      observer.awaitPeers("steady", "ending");

      namespace().terminate("ending");
      Await.until("a terminating endpoint", this::hasTerminatingEndpoint);
      // One more change, and with it all that went before has been seen.
      namespace().pod("witness", "10.244.1.3");
      observer.awaitPeers("steady", "ending", "witness");

      namespace().remove("ending");
      observer.awaitPeers("steady", "witness");
    }
  }

  @Test
  void withoutTheRightItSaysWhatToApplyAndThatHealsIt() {
    namespace().pod("peer", "10.244.1.1");
    try (Observer observer = namespace().observe()) {
      DiscoveryStatus.Degraded said = observer.awaitDegraded("403");
      assertThat(said.cause()).contains(namespace().name()).contains("endpointslices");
      assertThat(said.remedy())
          .contains("namespace: " + namespace().name())
          .contains("name: " + TestNamespace.ACCOUNT);
      assertThat(observer.peers()).isEmpty();

      namespace().api().apply(said.remedy().substring(said.remedy().indexOf("apiVersion:")));

      observer.awaitPeers("peer");
      observer.awaitOk();
      assertThat(namespace().rights())
          .containsExactlyInAnyOrder("list endpointslices", "watch endpointslices");
    }
  }

  @Test
  void asksForNothingButListAndWatchOnSlicesOfItsNamespace() {
    namespace().allow();
    try (Observer observer = namespace().observe()) {
      namespace().pod("peer", "10.244.1.1");
      observer.awaitPeers("peer");
      namespace().remove("peer");
      observer.awaitPeers();
      observer.awaitDegraded("have no endpoint");
    }
    cluster().own().ifPresent(plane -> assertOnlyListedAndWatched(plane.auditLog()));
  }

  private void assertOnlyListedAndWatched(AuditLog log) {
    Await.until("requests in the audit log", () -> verbs(log).equals(Set.of("list", "watch")));
    assertThat(log.of(namespace().user()))
        .allSatisfy(
            request -> {
              assertThat(request.code()).isEqualTo(200);
              assertThat(request.resource()).isEqualTo("endpointslices");
              assertThat(request.namespace()).isEqualTo(namespace().name());
            });
  }

  private Set<String> verbs(AuditLog log) {
    Set<String> verbs = new TreeSet<>();
    log.of(namespace().user()).forEach(request -> verbs.add(request.verb()));
    return verbs;
  }

  private boolean hasTerminatingEndpoint() {
    return namespace().slices().stream()
        .anyMatch(slice -> slice.toString().contains("\"terminating\":true"));
  }

  private static Map<String, String> addresses(Kubelet kubelet, Set<String> pods) {
    Map<String, String> addresses = new TreeMap<>();
    pods.forEach(pod -> addresses.put(pod, kubelet.address(pod) + ":" + TestNamespace.PORT));
    return addresses;
  }
}

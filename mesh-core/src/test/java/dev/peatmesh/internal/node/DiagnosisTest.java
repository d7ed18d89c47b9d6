package dev.peatmesh.internal.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.MeshHealth;
import dev.peatmesh.PeerState;
import dev.peatmesh.PeerStatus;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.crypto.Formation;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.sync.internal.replica.SyncStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an operator reads in {@code health()}. */
class DiagnosisTest {
  private static final Formation HOME =
      Formation.of("home", "a secret that all of them share".getBytes(UTF_8));
  private static final SyncStatus WELL =
      new SyncStatus(0, Optional.empty(), 0, 0, 0, 0, 0, false, List.of());

  private final Map<String, DiscoveryStatus> statuses = new LinkedHashMap<>();

  @Test
  void nodeThatNobodyIsLookedForByIsReadyAndSilent() {
    assertThat(health(Duration.ofHours(1))).isEqualTo(ready());
  }

  @Test
  void nodeThatFoundNobodyIsReadyAndSaysWhoLooksAndWhatToDo() {
    statuses.put("k8s", new DiscoveryStatus.Ok());
    statuses.put("dns", new DiscoveryStatus.Stopped());

    assertThat(health(Duration.ofMillis(9_999))).isEqualTo(ready());
    assertThat(health(Duration.ofSeconds(10)))
        .isEqualTo(
            ready(
                "discovery: no other node is found; this one is alone. Looking: k8s (works), dns"
                    + " (is starting). Start another node of formation \"home\", or check that it"
                    + " can be seen from here: the same namespace and selector, the same network,"
                    + " the right list."));
  }

  @Test
  void nodeThatFoundOnlyItselfIsAlone() {
    statuses.put("mdns", new DiscoveryStatus.Ok());

    MeshHealth health = health(Duration.ofMinutes(1), peer("self", PeerState.REFUSED, "mdns"));

    assertThat(health.state()).isEqualTo(MeshHealth.State.READY);
    assertThat(health.reasons()).singleElement().asString().contains("this one is alone");
  }

  @Test
  void strangerAtTheDoorIsNoCompany() {
    statuses.put("mdns", new DiscoveryStatus.Ok());

    MeshHealth health =
        health(Duration.ofMinutes(1), peer("eve", PeerState.REFUSED, PeerStatus.INBOUND));

    assertThat(health.reasons()).singleElement().asString().contains("this one is alone");
  }

  @Test
  void peerThatCameByItselfIsCompany() {
    statuses.put("mdns", new DiscoveryStatus.Ok());

    assertThat(health(Duration.ofMinutes(1), peer("bob", PeerState.CONNECTED, PeerStatus.INBOUND)))
        .isEqualTo(ready());
  }

  @Test
  void everyDegradedStrategyShowsWithCauseAndRemedy() {
    statuses.put(
        "k8s",
        new DiscoveryStatus.Degraded(
            "the API refuses to list EndpointSlices (403)", "apiVersion: v1\nkind: Role\n"));
    statuses.put(
        "mdns", new DiscoveryStatus.Degraded("no interface has multicast.", "Plug it in."));

    MeshHealth health = health(Duration.ofMinutes(1));

    assertThat(health.state()).isEqualTo(MeshHealth.State.DEGRADED);
    assertThat(health.reasons())
        .hasSize(3)
        .startsWith(
            "discovery(\"k8s\"): the API refuses to list EndpointSlices (403).\n"
                + "apiVersion: v1\n"
                + "kind: Role",
            "discovery(\"mdns\"): no interface has multicast. Plug it in.");
    assertThat(health.reasons().get(2))
        .contains("Looking: k8s (does not work, its own reason says why), mdns (does not");
  }

  @Test
  void degradedDiscoveryShowsThoughPeersAreConnected() {
    statuses.put("dns", new DiscoveryStatus.Degraded("10.96.0.10 is silent", "Check it."));

    assertThat(health(Duration.ofMinutes(1), peer("bob", PeerState.CONNECTED, "k8s")))
        .isEqualTo(
            new MeshHealth(
                MeshHealth.State.DEGRADED,
                List.of("discovery(\"dns\"): 10.96.0.10 is silent. Check it.")));
  }

  @Test
  void knownPeersWithoutALinkAreFormingThenIsolated() {
    PeerStatus bob = peer("bob", PeerState.BACKING_OFF, "static");
    String reason = "none of the 1 known peers is connected; peers() says why for each";

    assertThat(health(Duration.ofSeconds(9), bob))
        .isEqualTo(new MeshHealth(MeshHealth.State.FORMING, List.of(reason)));
    assertThat(health(Duration.ofSeconds(10), bob))
        .isEqualTo(new MeshHealth(MeshHealth.State.ISOLATED, List.of(reason)));
  }

  @Test
  void peerInItsGraceIsStillKnown() {
    assertThat(health(Duration.ofMinutes(1), peer("bob", PeerState.BACKING_OFF)).state())
        .isEqualTo(MeshHealth.State.ISOLATED);
  }

  private MeshHealth health(Duration age, PeerStatus... peers) {
    Diagnosis diagnosis = new Diagnosis(HOME.endpointId("self"), "home", age, false);
    return diagnosis.health(List.of(peers), WELL, new DiscoveryReport(statuses));
  }

  private static MeshHealth ready(String... reasons) {
    return new MeshHealth(MeshHealth.State.READY, List.of(reasons));
  }

  private static PeerStatus peer(String name, PeerState state, String... sources) {
    EndpointId id = HOME.endpointId(name);
    return new PeerStatus(
        name,
        Optional.of(id),
        Optional.empty(),
        state,
        false,
        List.of(sources),
        List.of(),
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty());
  }
}

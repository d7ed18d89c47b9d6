package dev.peatmesh.discovery.k8s.internal;

import static dev.peatmesh.discovery.k8s.internal.Slices.PORT;
import static dev.peatmesh.discovery.k8s.internal.Slices.PORT_NAME;
import static dev.peatmesh.discovery.k8s.internal.Slices.bare;
import static dev.peatmesh.discovery.k8s.internal.Slices.endpoint;
import static dev.peatmesh.discovery.k8s.internal.Slices.port;
import static dev.peatmesh.discovery.k8s.internal.Slices.ready;
import static dev.peatmesh.discovery.k8s.internal.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.PeerInfo;
import io.kubernetes.client.openapi.models.DiscoveryV1EndpointPort;
import io.kubernetes.client.openapi.models.V1Endpoint;
import io.kubernetes.client.openapi.models.V1EndpointSlice;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlicePeersTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final PeerRules RULES = new PeerRules("peat-mesh-0", PORT_NAME, "peat.", false);
  private static final PeerRules ALL = new PeerRules("peat-mesh-0", PORT_NAME, "peat.", true);

  // Identity and addresses

  @Test
  void peerIsThePodAtItsAddressAndThePortOfThatName() {
    PeerView view = peers(slice("a", ready("peat-mesh-1", "10.0.0.1")));
    assertThat(view.peers()).containsExactly(PeerInfo.of("peat-mesh-1", at("10.0.0.1"), NOW));
    assertThat(view.findings()).isEmpty();
  }

  @Test
  void selfIsNoPeerOfItself() {
    PeerView view =
        peers(slice("a", ready("peat-mesh-0", "10.0.0.1"), ready("peat-mesh-1", "10.0.0.2")));
    assertThat(view.peers()).extracting(PeerInfo::nodeId).containsExactly("peat-mesh-1");
  }

  @Test
  void beingAloneIsNoFinding() {
    PeerView view = peers(slice("a", ready("peat-mesh-0", "10.0.0.1")));
    assertThat(view.peers()).isEmpty();
    assertThat(view.findings()).isEmpty();
  }

  @Test
  void bothFamiliesOfAPodAreOnePeer() {
    V1EndpointSlice six = slice("a-six", ready("peat-mesh-1", "fd00::1")).addressType("IPv6");
    PeerView view = peers(six, slice("b-four", ready("peat-mesh-1", "10.0.0.1")));
    assertThat(view.peers())
        .containsExactly(PeerInfo.of("peat-mesh-1", at("10.0.0.1", "fd00::1"), NOW));
  }

  @Test
  void podInSlicesOfTwoServicesHasBothPorts() {
    V1EndpointSlice other = bare("b", ready("peat-mesh-1", "10.0.0.1"));
    other.addPortsItem(port(PORT_NAME, "UDP", 4242));
    PeerView view = peers(slice("a", ready("peat-mesh-1", "10.0.0.1")), other);
    assertThat(view.peers().get(0).addresses())
        .containsExactly(new PeerAddress("10.0.0.1", 4242), new PeerAddress("10.0.0.1", PORT));
  }

  @Test
  void sliceOfAnotherServiceWithoutThePortTakesNothingAway() {
    V1EndpointSlice broker = bare("b", ready("peat-mesh-1", "10.0.0.1"));
    broker.addPortsItem(port("broker", "TCP", 8081));
    PeerView view = peers(broker, slice("a", ready("peat-mesh-1", "10.0.0.1")));
    assertThat(view.peers()).containsExactly(PeerInfo.of("peat-mesh-1", at("10.0.0.1"), NOW));
    assertThat(view.findings()).isEmpty();
  }

  @Test
  void oldAddressThatAStrangerHasNowBelongsToBothUntilTheSliceSaysElse() {
    V1Endpoint leaving = endpoint("peat-mesh-1", false, true, true, "10.0.0.1");
    PeerView view = peers(slice("a", leaving, ready("stranger", "10.0.0.1")));
    assertThat(view.peers())
        .extracting(PeerInfo::nodeId)
        .containsExactly("peat-mesh-1", "stranger");
  }

  @Test
  void replacedPodOfOneNameIsDialledAtItsNewAddressFirst() {
    V1Endpoint old = endpoint("peat-mesh-1", false, true, true, "10.0.0.1");
    V1Endpoint fresh = ready("peat-mesh-1", "10.0.0.9");
    fresh.getTargetRef().uid("another");
    PeerView view = peers(slice("a", old, fresh));
    assertThat(view.peers())
        .containsExactly(PeerInfo.of("peat-mesh-1", at("10.0.0.9", "10.0.0.1"), NOW));
  }

  @Test
  void orderOfSlicesAndEndpointsDoesNotMatter() {
    List<V1EndpointSlice> slices = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      V1EndpointSlice slice =
          slice(
              "s" + i,
              ready("peat-mesh-" + i, "10.0.0." + i),
              endpoint("peat-mesh-" + (i + 1), i % 2 == 0, null, i % 3 == 0, "10.0.0." + (i + 1)));
      slice.getMetadata().putAnnotationsItem("peat.zone", "zone-" + i);
      slices.add(slice);
    }
    PeerView expected = SlicePeers.peers(slices, RULES, NOW);
    assertThat(expected.peers()).isNotEmpty();
    for (int seed = 1; seed <= 200; seed++) {
      Collections.shuffle(slices, new Random(seed));
      slices.forEach(slice -> Collections.reverse(slice.getEndpoints()));
      assertThat(SlicePeers.peers(slices, RULES, NOW)).as("seed %d", seed).isEqualTo(expected);
    }
  }

  // Conditions

  /** Columns: ready, serving, terminating, then: a peer? a peer when not-ready ones count too? */
  @ParameterizedTest(name = "ready {0}, serving {1}, terminating {2}: {3}, {4}")
  @CsvSource({
    "true,  true,  false, true,  true",
    ",      ,      ,      true,  true",
    "true,  ,      ,      true,  true",
    ",      true,  ,      true,  true",
    ",      false, false, true,  true", // nil ready means ready
    "false, true,  false, true,  true",
    "false, ,      ,      false, true", // nil serving is what ready is
    "false, false, ,      false, true",
    "false, false, false, false, true",
    "false, true,  true,  true,  true", // leaves gracefully
    "false, false, true,  false, false",
    "true,  false, true,  false, false", // publishNotReadyAddresses, to the very end
    "true,  true,  true,  true,  true",
    ",      ,      true,  true,  true",
    "false, ,      true,  false, false",
  })
  void conditionsDecide(
      Boolean ready, Boolean serving, Boolean terminating, boolean isPeer, boolean isPeerAnyway) {
    V1EndpointSlice slice =
        slice("a", endpoint("peat-mesh-1", ready, serving, terminating, "10.0.0.1"));
    assertThat(SlicePeers.peers(List.of(slice), RULES, NOW).peers()).hasSize(isPeer ? 1 : 0);
    assertThat(SlicePeers.peers(List.of(slice), ALL, NOW).peers()).hasSize(isPeerAnyway ? 1 : 0);
  }

  /** Columns: ready, serving, terminating of one copy, the same of the other, then: a peer? */
  @ParameterizedTest(name = "{0} and {1}: {2}")
  @CsvSource({
    "true true false,   true true false,   true",
    "true true false,   false false false, true", // unordered: the better word
    "true true false,   false false true,  false", // termination is never taken back
    "true true false,   false true true,   true", // and it serves still
    "false false false, false true true,   true",
    "false true true,   false false true,  true",
    "false false true,  false false true,  false",
  })
  void copiesOfOneEndpointAreMergedWithCare(String one, String other, boolean isPeer) {
    V1EndpointSlice left = slice("left", conditioned(one));
    V1EndpointSlice right = slice("right", conditioned(other));
    assertThat(peers(left, right).peers()).hasSize(isPeer ? 1 : 0);
    assertThat(peers(right, left).peers()).hasSize(isPeer ? 1 : 0);
  }

  private static V1Endpoint conditioned(String conditions) {
    Boolean[] is =
        Arrays.stream(conditions.split(" ")).map(Boolean::valueOf).toArray(Boolean[]::new);
    return endpoint("peat-mesh-1", is[0], is[1], is[2], "10.0.0.1");
  }

  // Ports

  @Test
  void onlyUdpPortIsTakenWhereNoneHasTheName() {
    assertThat(chosen(port("http", "TCP", 80), port("quic", "UDP", 7))).containsExactly(7);
    assertThat(chosen(port(null, "UDP", 7))).containsExactly(7);
    assertThat(chosen(port("", "UDP", 7), port(null, null, 80))).containsExactly(7);
  }

  @Test
  void firstPortIsNeverTakenForBeingFirst() {
    assertThat(chosen(port("dns", "UDP", 53), port("quic", "UDP", 7))).isEmpty();
    assertThat(chosen(port("http", "TCP", 80))).isEmpty();
    assertThat(chosen(port(null, null, 80))).isEmpty();
  }

  @Test
  void nameBeatsTheOrder() {
    assertThat(chosen(port("dns", "UDP", 53), port(PORT_NAME, "UDP", 7))).containsExactly(7);
  }

  @Test
  void portWithoutANumberIsNone() {
    assertThat(chosen(port(PORT_NAME, "UDP", null))).isEmpty();
    assertThat(chosen(port(PORT_NAME, "UDP", 0))).isEmpty();
    assertThat(chosen(port(PORT_NAME, "UDP", 70_000))).isEmpty();
    assertThat(chosen(port(PORT_NAME, "UDP", null), port("quic", "UDP", 7))).containsExactly(7);
  }

  @Test
  void portDeclaredAsTcpIsNoneWhateverItsName() {
    PeerView view = peers(withPorts(port(PORT_NAME, "TCP", 7)));
    assertThat(view.peers()).isEmpty();
    assertThat(view.findings())
        .containsExactly(new Finding.NoPort("peat-mesh", List.of("iroh-quic TCP 7"), true));
  }

  private static List<Integer> chosen(DiscoveryV1EndpointPort... ports) {
    return peers(withPorts(ports)).peers().stream()
        .flatMap(peer -> peer.addresses().stream())
        .map(PeerAddress::port)
        .toList();
  }

  private static V1EndpointSlice withPorts(DiscoveryV1EndpointPort... ports) {
    return bare("a", ready("peat-mesh-1", "10.0.0.1")).ports(List.of(ports));
  }

  // Metadata

  @Test
  void annotationsWithThePrefixAreMetadata() {
    V1EndpointSlice slice = slice("a", ready("peat-mesh-1", "10.0.0.1"));
    slice
        .getMetadata()
        .putAnnotationsItem("peat.formation", "alpha")
        .putAnnotationsItem("peat.relay_url", "https://relay.example.com")
        .putAnnotationsItem("endpoints.kubernetes.io/last-change-trigger-time", "now");
    PeerInfo peer = peers(slice).peers().get(0);
    assertThat(peer.metadata()).isEqualTo(Map.of("formation", "alpha"));
    assertThat(peer.relayUrl()).isEqualTo("https://relay.example.com");
  }

  @Test
  void badAnnotationKillsNoPeerAndIsSaid() {
    V1EndpointSlice slice = slice("a", ready("peat-mesh-1", "10.0.0.1"));
    slice
        .getMetadata()
        .putAnnotationsItem("peat.long", "x".repeat(5000))
        .putAnnotationsItem("peat.control", "a\u0000b")
        .putAnnotationsItem("peat.", "no key")
        .putAnnotationsItem("peat.relay_url", "x".repeat(3000))
        .putAnnotationsItem("peat.good", "kept");
    PeerView view = peers(slice);
    assertThat(view.peers().get(0).metadata()).isEqualTo(Map.of("good", "kept"));
    assertThat(view.peers().get(0).relayUrl()).isNull();
    assertThat(view.findings())
        .containsExactly(
            new Finding.AnnotationsSkipped(
                "a", List.of("peat.", "peat.control", "peat.long", "peat.relay_url")));
    assertThat(view.trouble()).isEmpty();
  }

  @Test
  void annotationsBeyondTheBoundAreLeftOut() {
    V1EndpointSlice one = slice("a", ready("peat-mesh-1", "10.0.0.1"));
    V1EndpointSlice two = slice("b", ready("peat-mesh-1", "10.0.0.1"));
    for (int i = 100; i < 200; i++) {
      one.getMetadata().putAnnotationsItem("peat.a" + i, "1");
      two.getMetadata().putAnnotationsItem("peat.b" + i, "2");
    }
    assertThat(peers(one, two).peers().get(0).metadata()).hasSize(PeerInfo.METADATA_MAX);
  }

  // Findings

  @Test
  void nothingMatched() {
    assertThat(peers().trouble()).contains(new Finding.NothingMatched());
  }

  @Test
  void serviceThatSelectsNoPodIsFound() {
    assertThat(peers(slice("a")).trouble()).contains(new Finding.NoEndpoints("peat-mesh"));
  }

  @Test
  void missingPortIsFoundAndThePortsSeenAreNamed() {
    V1EndpointSlice slice = bare("a", ready("peat-mesh-0", "10.0.0.1"));
    slice.ports(List.of(port("broker", "TCP", 8081), port(null, null, null)));
    assertThat(peers(slice).trouble())
        .contains(
            new Finding.NoPort(
                "peat-mesh", List.of("broker TCP 8081", "(no name) TCP (no number)"), false));
  }

  @Test
  void sliceWithoutAnyPortIsFound() {
    V1EndpointSlice slice = bare("a", ready("peat-mesh-1", "10.0.0.1")).ports(null);
    assertThat(peers(slice).trouble()).contains(new Finding.NoPort("peat-mesh", List.of(), false));
  }

  @Test
  void podsOfWhichNoneIsReadyAreCounted() {
    V1EndpointSlice slice =
        slice(
            "a",
            ready("peat-mesh-0", "10.0.0.1"),
            endpoint("peat-mesh-1", false, false, false, "10.0.0.2"),
            endpoint("peat-mesh-2", false, false, false, "10.0.0.3"));
    assertThat(peers(slice).trouble()).contains(new Finding.NoneReady("peat-mesh", 2));
  }

  @Test
  void someNotReadyAmongReadyOnesAreNoFinding() {
    V1EndpointSlice slice =
        slice(
            "a",
            ready("peat-mesh-1", "10.0.0.2"),
            endpoint("peat-mesh-2", false, false, false, "10.0.0.3"));
    assertThat(peers(slice).findings()).isEmpty();
  }

  @Test
  void fqdnSlicesAreSkippedAndFoundWhenThereIsNothingElse() {
    V1EndpointSlice fqdn = slice("a", ready("peat-mesh-1", "one.example.com")).addressType("FQDN");
    assertThat(peers(fqdn).peers()).isEmpty();
    assertThat(peers(fqdn).trouble()).contains(new Finding.OnlyFqdn("peat-mesh"));
    PeerView both = peers(fqdn, slice("b", ready("peat-mesh-2", "10.0.0.2")));
    assertThat(both.peers()).extracting(PeerInfo::nodeId).containsExactly("peat-mesh-2");
    assertThat(both.findings()).isEmpty();
  }

  @Test
  void endpointsWithoutAPodAreCounted() {
    V1Endpoint bare = ready("x", "10.0.0.1").targetRef(null);
    V1Endpoint node = ready("x", "10.0.0.2");
    node.getTargetRef().kind("Node");
    V1Endpoint nameless = ready(null, "10.0.0.3");
    PeerView alone = peers(slice("a", bare, node, nameless));
    assertThat(alone.peers()).isEmpty();
    assertThat(alone.trouble()).contains(new Finding.WithoutPod("peat-mesh", 3));
    PeerView amongOthers = peers(slice("a", bare, ready("peat-mesh-1", "10.0.0.4")));
    assertThat(amongOthers.findings()).containsExactly(new Finding.WithoutPod("peat-mesh", 1));
    assertThat(amongOthers.trouble()).isEmpty();
  }

  // What may be nil, hostile or huge

  @Test
  void everyFieldMayBeNil() {
    V1EndpointSlice hollow = new V1EndpointSlice();
    V1EndpointSlice holes = slice("a", new V1Endpoint(), ready("peat-mesh-1", "10.0.0.1"));
    holes.getEndpoints().add(null);
    holes.getPorts().add(0, null);
    holes.getMetadata().labels(null).annotations(null);
    holes.getEndpoints().get(1).conditions(null);
    PeerView view = peers(hollow, holes);
    assertThat(view.peers()).containsExactly(PeerInfo.of("peat-mesh-1", at("10.0.0.1"), NOW));
  }

  @Test
  void addressesThatCannotBeDialledAreLeftOut() {
    V1EndpointSlice slice =
        slice(
            "a",
            ready(
                "peat-mesh-1",
                "nonsense!",
                "name.example.com",
                "0.0.0.0",
                "10.0.0.1",
                "999.1.1.1"));
    slice.getEndpoints().get(0).addAddressesItem(null);
    assertThat(peers(slice).peers().get(0).addresses()).isEqualTo(at("10.0.0.1"));
    assertThat(peers(slice("a", ready("peat-mesh-1", "nonsense!"))).trouble())
        .contains(new Finding.WithoutAddress(1));
  }

  @Test
  void addressesOfOnePeerAreBounded() {
    String[] many = IntStream.range(0, 100).mapToObj(i -> "10.0.1." + i).toArray(String[]::new);
    assertThat(peers(slice("a", ready("peat-mesh-1", many))).peers().get(0).addresses())
        .hasSize(PeerInfo.ADDRESSES_MAX);
  }

  @Test
  void peersAreBoundedAndTheRestIsFound() {
    V1EndpointSlice[] slices =
        IntStream.range(0, 50)
            .mapToObj(
                s ->
                    slice(
                        "s" + s,
                        IntStream.range(0, 100)
                            .mapToObj(
                                i -> ready("pod-%02d-%02d".formatted(s, i), "10.0." + s + "." + i))
                            .toArray(V1Endpoint[]::new)))
            .toArray(V1EndpointSlice[]::new);
    PeerView view = peers(slices);
    assertThat(view.peers()).hasSize(SlicePeers.PEERS_MAX);
    assertThat(view.trouble()).contains(new Finding.TooMany("peers", SlicePeers.PEERS_MAX));
  }

  @Test
  void endpointsOfOneSliceAreBounded() {
    V1Endpoint[] many =
        IntStream.range(0, 1001)
            .mapToObj(i -> ready("pod-" + i, "10.0.0.1"))
            .toArray(V1Endpoint[]::new);
    assertThat(peers(slice("a", many)).trouble())
        .contains(new Finding.TooMany("endpoints in one slice", 1000));
  }

  private static PeerView peers(V1EndpointSlice... slices) {
    return SlicePeers.peers(List.of(slices), RULES, NOW);
  }

  private static List<PeerAddress> at(String... hosts) {
    return Arrays.stream(hosts).map(host -> new PeerAddress(host, PORT)).toList();
  }
}

package dev.peatmesh.discovery.k8s.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.peatmesh.discovery.PeerAddress;
import io.kubernetes.client.openapi.models.V1Endpoint;
import io.kubernetes.client.openapi.models.V1EndpointSlice;
import io.kubernetes.client.openapi.models.V1ObjectReference;
import io.kubernetes.client.util.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Slices that other projects test with. As they are they show no peer, and a careful reader says so
 * too: every port is TCP, and no endpoint names its pod. So each file is read twice: as it is, and
 * with pods named after the addresses and its port made a UDP port, so that conditions decide.
 */
class EndpointSliceFixturesTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final PeerRules RULES = new PeerRules("self", "port1", "peat.", false);

  private Path folder;

  static Stream<Arguments> files() {
    return Stream.of(
        // 42.0.1.2 stands in both slices and has ended in one. 42.0.1.1 and 42.0.1.3 terminate and
        // serve still, the latter because nothing is said against it; .5 is ready for the same
        // reason.
        Arguments.of(
            "endpointslice-conditions-overlapping-endpoints.yaml",
            List.of("42.0.1.1:8080", "42.0.1.3:8080", "42.0.1.4:8080", "42.0.1.5:8080")),
        // 42.0.2.2 neither is ready nor serves. 42.0.2.1 and 42.0.2.3 terminate and serve still.
        Arguments.of(
            "endpointslice-conditions.yaml",
            List.of(
                "42.0.1.1:8080",
                "42.0.1.2:8080",
                "42.0.1.3:8080",
                "42.0.1.4:8080",
                "42.0.1.5:8080",
                "42.0.2.1:8080",
                "42.0.2.3:8080")),
        // 42.0.1.6 is not ready and says no more; .2, .3 and .5 are not ready and serve.
        Arguments.of(
            "lb-target-multi-multiple-endpointslices-conditions-all-serving.yaml",
            List.of(
                "42.0.1.1:8080",
                "42.0.1.2:8080",
                "42.0.1.3:8080",
                "42.0.1.4:8080",
                "42.0.1.5:8080")),
        // 42.0.1.1 and 42.0.1.4 terminate and serve: they leave when they have ended their links.
        Arguments.of(
            "lb-target-multi-multiple-endpointslices-conditions-terminating.yaml",
            List.of("42.0.1.1:8080", "42.0.1.2:8080", "42.0.1.3:8080", "42.0.1.4:8080")),
        // Nothing is said, so all are ready.
        Arguments.of(
            "lb-target-multi-multiple-endpointslices.yaml",
            List.of("42.0.1.1:8080", "42.0.1.2:8080", "42.0.1.3:8080", "42.0.1.4:8080")),
        // 10.3.0.3 stands in a slice without ports. The other slice's only port has no name.
        Arguments.of("multiple-endpointslices-one-unset.yaml", List.of("10.3.0.5:8080")),
        // These two hold no EndpointSlice.
        Arguments.of("nil-port-name-udp.yaml", List.of()),
        Arguments.of("nil-port-value-udp.yaml", List.of()));
  }

  @BeforeEach
  void findFixtures() {
    String fixtures = System.getProperty("mesh.fixtures", "");
    assumeTrue(!fixtures.isBlank(), "skipped: the property mesh.fixtures names no folder");
    folder = Path.of(fixtures).resolve("endpointslices");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void fileShowsThePeersThatACarefulReaderLists(String file, List<String> expected)
      throws IOException {
    PeerView view = SlicePeers.peers(dressed(slices(file)), RULES, NOW);
    assertThat(
            view.peers().stream()
                .flatMap(
                    peer ->
                        peer.addresses().stream()
                            .peek(a -> assertThat(peer.nodeId()).isEqualTo(pod(a.host())))
                            .map(PeerAddress::toString)))
        .containsExactlyElementsOf(expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void fileAsItIsShowsNoPeerAndSaysWhy(String file, List<String> expected) throws IOException {
    List<V1EndpointSlice> slices = slices(file);
    PeerView view = SlicePeers.peers(slices, RULES, NOW);
    assertThat(view.peers()).isEmpty();
    if (slices.isEmpty()) {
      assertThat(expected).isEmpty();
      assertThat(view.findings()).containsExactly(new Finding.NothingMatched());
      return;
    }
    long endpoints = slices.stream().mapToLong(slice -> slice.getEndpoints().size()).sum();
    assertThat(view.findings())
        .hasSize(2)
        .anySatisfy(f -> assertThat(f).isInstanceOf(Finding.NoPort.class))
        .anySatisfy(
            f ->
                assertThat(f)
                    .isInstanceOfSatisfying(
                        Finding.WithoutPod.class,
                        without -> assertThat(without.endpoints()).isEqualTo((int) endpoints)));
  }

  @Test
  void everyFileIsLookedAt() throws IOException {
    Set<String> named =
        files().map(arguments -> (String) arguments.get()[0]).collect(Collectors.toSet());
    try (Stream<Path> found = Files.list(folder)) {
      assertThat(found.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(named);
    }
  }

  /** The slices of a file. Some name another apiVersion, so the kind is what counts. */
  private List<V1EndpointSlice> slices(String file) throws IOException {
    org.yaml.snakeyaml.Yaml reader =
        new org.yaml.snakeyaml.Yaml(new SafeConstructor(new LoaderOptions()));
    List<V1EndpointSlice> slices = new ArrayList<>();
    for (Object document : reader.loadAll(Files.readString(folder.resolve(file)))) {
      if (document instanceof Map<?, ?> object && "EndpointSlice".equals(object.get("kind"))) {
        slices.add(Yaml.loadAs(reader.dump(object), V1EndpointSlice.class));
      }
    }
    return slices;
  }

  private static List<V1EndpointSlice> dressed(List<V1EndpointSlice> slices) {
    for (V1EndpointSlice slice : slices) {
      slice.getEndpoints().forEach(EndpointSliceFixturesTest::namePod);
      if (slice.getPorts() != null) {
        slice.getPorts().forEach(port -> port.setProtocol("UDP"));
      }
    }
    return slices;
  }

  private static void namePod(V1Endpoint endpoint) {
    String pod = pod(new TreeSet<>(endpoint.getAddresses()).first());
    endpoint.setTargetRef(new V1ObjectReference().kind("Pod").name(pod));
  }

  private static String pod(String address) {
    return "pod-" + address.replace('.', '-');
  }
}

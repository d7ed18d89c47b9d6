package dev.peatmesh.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerInfoTest {
  private static final Instant SEEN = Instant.parse("2026-03-01T12:00:00Z");
  private static final PeerAddress ADDRESS = new PeerAddress("kitchen", 11204);

  @Test
  void collectionsAreCopiedAndSortedAndWithoutDuplicates() {
    List<PeerAddress> addresses = new ArrayList<>(List.of(ADDRESS, ADDRESS));
    Map<String, String> metadata = new HashMap<>(Map.of("zone", "b", "app", "a"));
    PeerInfo peer = new PeerInfo("kitchen", addresses, "https://relay", SEEN, metadata);
    addresses.clear();
    metadata.clear();

    assertThat(peer.addresses()).containsExactly(ADDRESS);
    assertThat(peer.metadata().keySet()).containsExactly("app", "zone");
    assertThatThrownBy(() -> peer.metadata().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void endpointIdHasOneSpelling() {
    PeerInfo peer = PeerInfo.of("AB".repeat(32), List.of(), SEEN);

    assertThat(peer.nodeId()).isEqualTo("ab".repeat(32));
    assertThat(peer.isEndpointId()).isTrue();
    assertThat(PeerInfo.of("Kitchen", List.of(), SEEN).nodeId()).isEqualTo("Kitchen");
    assertThat(PeerInfo.of("Kitchen", List.of(), SEEN).isEndpointId()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", " a", "a ", "a\nb", "a\u0000", "a\uD800"})
  void nodeIdThatIsNoneIsRefused(String nodeId) {
    assertThatThrownBy(() -> PeerInfo.of(nodeId, List.of(), SEEN))
        .hasMessageStartingWith("node id(\"")
        .hasMessageEndingWith(
            "\"): must be 1 to 253 bytes of UTF-8 without control characters and without white"
                + " space at its ends.");
    assertThatThrownBy(() -> new DiscoveryEvent.PeerLost(nodeId))
        .hasMessageStartingWith("node id(");
  }

  @Test
  void everythingHasABound() {
    assertThatThrownBy(() -> PeerInfo.of("n".repeat(254), List.of(), SEEN))
        .hasMessageContaining("must be 1 to 253 bytes");
    assertThatThrownBy(() -> PeerInfo.of("a", addresses(33), SEEN))
        .hasMessage("addresses(33): one peer has at most 32.");
    assertThatThrownBy(() -> new PeerInfo("a", List.of(), "r".repeat(2049), SEEN, Map.of()))
        .hasMessageStartingWith("relay url(\"rrr")
        .hasMessageEndingWith("must be at most 2048 bytes of UTF-8 without control characters.");
    assertThatThrownBy(() -> withMetadata(metadata(65)))
        .hasMessage("metadata(65): one peer has at most 64.");
    assertThatThrownBy(() -> withMetadata(Map.of("k".repeat(318), "v")))
        .hasMessageContaining("must be at most 317 bytes");
    assertThatThrownBy(() -> withMetadata(Map.of("", "v"))).hasMessageContaining("metadata key");
    assertThatThrownBy(() -> withMetadata(Map.of("k", "v".repeat(4097))))
        .hasMessageStartingWith("metadata k(\"vvv")
        .hasMessageEndingWith("must be at most 4096 bytes of UTF-8 without control characters.");
  }

  @Test
  void whatReachesTheBoundIsTaken() {
    PeerInfo peer =
        new PeerInfo("n".repeat(253), addresses(32), "r".repeat(2048), SEEN, metadata(64));

    assertThat(peer.addresses()).hasSize(32);
    assertThat(peer.metadata()).hasSize(64);
  }

  @Test
  void everyEventNamesItsPeer() {
    PeerInfo peer = PeerInfo.of("kitchen", List.of(ADDRESS), SEEN);
    List<DiscoveryEvent> events =
        List.of(
            new DiscoveryEvent.PeerFound(peer),
            new DiscoveryEvent.PeerUpdated(peer),
            new DiscoveryEvent.PeerLost("kitchen"));

    assertThat(events).allMatch(event -> event.nodeId().equals("kitchen"));
    assertThat(Set.<Class<?>>of(DiscoveryEvent.class.getPermittedSubclasses()))
        .isEqualTo(events.stream().map(Object::getClass).collect(Collectors.toSet()));
  }

  @Test
  void degradedSaysWhatIsWrongAndWhatToDo() {
    assertThat(new DiscoveryStatus.Degraded("403 Forbidden", "grant list and watch").remedy())
        .isEqualTo("grant list and watch");
    assertThatThrownBy(() -> new DiscoveryStatus.Degraded("403", " "))
        .hasMessage("degraded(\"403\", \" \"): must say what is wrong and what to do.");
  }

  private static PeerInfo withMetadata(Map<String, String> metadata) {
    return new PeerInfo("a", List.of(), null, SEEN, metadata);
  }

  private static List<PeerAddress> addresses(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(p -> new PeerAddress("a", p)).toList();
  }

  private static Map<String, String> metadata(int count) {
    Map<String, String> metadata = new HashMap<>();
    IntStream.range(0, count).forEach(i -> metadata.put("k" + i, "v"));
    return metadata;
  }
}

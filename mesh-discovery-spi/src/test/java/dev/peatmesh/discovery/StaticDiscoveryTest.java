package dev.peatmesh.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StaticDiscoveryTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final RecordingContext context = new RecordingContext();

  @Test
  void findsEachPeerAtStartInTheOrderOfTheList() {
    String key = "ab".repeat(32);
    StaticDiscovery discovery =
        StaticDiscovery.parse("pantry@10.0.0.2:11204, " + key + "@[::1]:11204 ,cellar@Cellar:1");

    discovery.start(context);

    assertThat(context.events)
        .containsExactly(
            found("pantry", new PeerAddress("10.0.0.2", 11204)),
            found(key, new PeerAddress("::1", 11204)),
            found("cellar", new PeerAddress("cellar", 1)));
    assertThat(discovery.discoveredPeers())
        .extracting(PeerInfo::nodeId)
        .containsExactly("pantry", key, "cellar");
    assertThat(discovery.name()).isEqualTo("static");
  }

  @Test
  void entriesOfOneIdAreOnePeerWithEveryAddressOnce() {
    String key = "ab".repeat(32);
    StaticDiscovery discovery =
        StaticDiscovery.parse(
            List.of(
                "pantry@a:1", key + "@b:1", "pantry@b:2", "pantry@A:1", "AB".repeat(32) + "@c:1"));

    discovery.start(context);

    assertThat(context.events)
        .containsExactly(
            found("pantry", new PeerAddress("a", 1), new PeerAddress("b", 2)),
            found(key, new PeerAddress("b", 1), new PeerAddress("c", 1)));
  }

  @Test
  void namesThatDifferInCaseAreTwoPeers() {
    StaticDiscovery discovery = StaticDiscovery.parse("pantry@a:1,Pantry@a:1");
    discovery.start(context);

    assertThat(discovery.discoveredPeers()).hasSize(2);
  }

  @Test
  void stopsInSilenceAndStartsAgain() {
    StaticDiscovery discovery = StaticDiscovery.parse("pantry@a:1");
    assertThat(discovery.status()).isEqualTo(new DiscoveryStatus.Stopped());
    assertThat(discovery.discoveredPeers()).isEmpty();
    discovery.stop();

    discovery.start(context);
    assertThat(discovery.status()).isEqualTo(new DiscoveryStatus.Ok());
    discovery.stop();
    discovery.stop();

    assertThat(context.events).hasSize(1);
    assertThat(discovery.status()).isEqualTo(new DiscoveryStatus.Stopped());
    assertThat(discovery.discoveredPeers()).isEmpty();

    discovery.start(context);
    assertThat(context.events)
        .hasSize(2)
        .allMatch(found("pantry", new PeerAddress("a", 1))::equals);
    assertThat(discovery.discoveredPeers()).hasSize(1);
  }

  @Test
  void secondStartIsRefusedAndChangesNothing() {
    StaticDiscovery discovery = StaticDiscovery.parse("pantry@a:1");
    discovery.start(context);

    assertThatThrownBy(() -> discovery.start(context))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("discovery(\"static\"): is started already. Stop it first.");
    assertThat(context.events).hasSize(1);
  }

  @Test
  void everyBadEntryIsListedWithItsReason() {
    assertThatThrownBy(
            () ->
                StaticDiscovery.parse(
                    "pantry,ok@a:1,,@a:1,a@b@c:1,a@b,a@b:0,a@::1:1,a\u0007@b:1,a@10.0.0.300:1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            """
            static peers: 9 of 10 entries cannot be used. Write node_id@host:port or \
            endpoint_id_hex@host:port, separated by commas.
              entry 1 "pantry": has no '@' between id and address.
              entry 3 "": is empty; is there a comma too many?
              entry 4 "@a:1": node id(""): must be 1 to 253 bytes of UTF-8 without control \
            characters and without white space at its ends.
              entry 5 "a@b@c:1": has more than one '@'; is there a comma missing?
              entry 6 "a@b": address("b"): has no port. Write host:port.
              entry 7 "a@b:0": port(0): is not a number from 1 to 65535.
              entry 8 "a@::1:1": address("::1:1"): an IPv6 address needs brackets. Write \
            [address]:port.
              entry 9 "a\uFFFD@b:1": node id("a\uFFFD"): must be 1 to 253 bytes of UTF-8 without \
            control characters and without white space at its ends.
              entry 10 "a@10.0.0.300:1": host("10.0.0.300"): is not an IP address, and no host \
            name ends in a number.""");
  }

  @Test
  void messageOfManyBadEntriesStaysShort() {
    assertThatThrownBy(() -> StaticDiscovery.parse("x,".repeat(5000) + "x"))
        .hasMessageStartingWith("static peers: 5001 of 5001 entries cannot be used.")
        .hasMessageContaining("entry 20 ")
        .hasMessageNotContaining("entry 21 ")
        .hasMessageEndingWith("and 4981 more.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", " , "})
  void emptyListIsAnError(String list) {
    assertThatThrownBy(() -> StaticDiscovery.parse(list))
        .hasMessage(
            "static peers: name no peer. Write node_id@host:port or endpoint_id_hex@host:port,"
                + " separated by commas.");
  }

  @Test
  void listPeersAndAddressesHaveBounds() {
    assertThatThrownBy(() -> StaticDiscovery.parse("x".repeat((1 << 20) + 1)))
        .hasMessage(
            "static peers(1048577 characters): the list has at most 1048576. Use another"
                + " discovery.");
    StaticDiscovery.parse(list(4096, "n%d@a:1")).start(context);
    assertThat(context.events).hasSize(4096);
    assertThatThrownBy(() -> StaticDiscovery.parse(list(4097, "n%d@a:1")))
        .hasMessageContaining("entry 4097 \"n4097@a:1\": is one peer too many; 4096 are the most.");
    assertThatThrownBy(() -> StaticDiscovery.parse(list(33, "n@a:%d")))
        .hasMessageContaining("is one address too many; one peer has at most 32.");
  }

  private static String list(int count, String form) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(form::formatted)
        .collect(Collectors.joining(","));
  }

  private static DiscoveryEvent found(String nodeId, PeerAddress... addresses) {
    return new DiscoveryEvent.PeerFound(PeerInfo.of(nodeId, List.of(addresses), NOW));
  }

  private static final class RecordingContext implements DiscoveryContext {
    private final List<DiscoveryEvent> events = new ArrayList<>();

    @Override
    public String nodeId() {
      return "kitchen";
    }

    @Override
    public String formationId() {
      return "home";
    }

    @Override
    public int port() {
      return 11204;
    }

    @Override
    public void publish(DiscoveryEvent event) {
      events.add(event);
    }

    @Override
    public InstantSource clock() {
      return InstantSource.fixed(NOW);
    }

    @Override
    public ThreadFactory threads() {
      throw new AssertionError("static discovery needs no thread");
    }
  }
}

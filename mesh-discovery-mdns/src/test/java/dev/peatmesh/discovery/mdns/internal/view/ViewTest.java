package dev.peatmesh.discovery.mdns.internal.view;

import static dev.peatmesh.discovery.mdns.internal.view.Bench.ETH0;
import static dev.peatmesh.discovery.mdns.internal.view.Bench.ETH1;
import static dev.peatmesh.discovery.mdns.internal.view.Bench.nic;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.discovery.mdns.internal.wire.DnsMessage;
import dev.peatmesh.discovery.mdns.internal.wire.DnsName;
import dev.peatmesh.discovery.mdns.internal.wire.MessageBytes;
import dev.peatmesh.discovery.mdns.internal.wire.RecordType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who is there: found, changed, gone. */
class ViewTest {
  private static final DnsName KITCHEN = Announcement.SERVICE.child("kitchen");
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Bench bench = Bench.withEth0();

  @Test
  void findsWhoAnswersAndTellsEverythingOfHim() {
    bench.show(ETH0, "kitchen", "kitchen", "10.0.0.7", "relay_url=https://relay", "Zone=b");

    assertThat(bench.told()).containsExactly("PeerFound kitchen");
    PeerInfo kitchen = bench.view.peers().get(0);
    assertThat(kitchen.addresses()).containsExactly(new PeerAddress("10.0.0.7", 11204));
    assertThat(kitchen.relayUrl()).isEqualTo("https://relay");
    assertThat(kitchen.metadata()).isEqualTo(Map.of("zone", "b"));
    assertThat(kitchen.sources()).isEmpty();
  }

  @Test
  void sayingTheSameAgainIsNoEvent() {
    bench.show(ETH0, "kitchen", "10.0.0.7");
    bench.pass(Duration.ofMinutes(10));

    assertThat(bench.told()).containsExactly("PeerFound kitchen");
  }

  @Test
  void refreshesWhenItWasLastSeen() {
    bench.show(ETH0, "kitchen", "10.0.0.7");
    var first = bench.view.peers().get(0).lastSeen();
    bench.pass(Duration.ofMinutes(2));

    assertThat(bench.view.peers().get(0).lastSeen()).isAfter(first.plusSeconds(90));
  }

  @Test
  void otherAddressIsAnUpdate() {
    bench.show(ETH0, "kitchen", "10.0.0.7");
    bench.pass(SECOND.multipliedBy(2));
    bench.show(ETH0, "kitchen", "10.0.0.8");

    assertThat(bench.told()).containsExactly("PeerFound kitchen", "PeerUpdated kitchen");
    assertThat(bench.view.peers().get(0).addresses())
        .containsExactly(new PeerAddress("10.0.0.8", 11204));
  }

  @Test
  void addressesOfOneSecondAreOneSetEvenInSeveralPackets() {
    bench.show(ETH0, "kitchen", "10.0.0.7");
    bench.show(ETH0, "kitchen", "10.0.0.8");

    assertThat(bench.view.peers().get(0).addresses()).hasSize(2);
  }

  @Test
  void recordsThatComeApartMakeOnePeer() {
    DnsName host = DnsName.of("peat-kitchen", "local");
    bench.hear(ETH0, MessageBytes.response().address(host, 120, "10.0.0.7"));
    bench.hear(ETH0, MessageBytes.response().srv(KITCHEN, 120, host, 11204));
    assertThat(bench.told()).isEmpty();
    bench.hear(
        ETH0, MessageBytes.response().txt(KITCHEN, 120, "node_id=kitchen", "formation_id=alpha"));

    assertThat(bench.told()).containsExactly("PeerFound kitchen");
  }

  @Test
  void asksForWhatIsMissingThreeTimes() {
    bench.hear(ETH0, MessageBytes.response().ptr(Announcement.SERVICE, 120, KITCHEN));
    bench.asks.clear();
    bench.pass(Duration.ofSeconds(30));

    assertThat(bench.asks)
        .filteredOn(ask -> ask.questions().contains(question(KITCHEN, RecordType.SRV)))
        .hasSize(3)
        .allMatch(ask -> ask.questions().contains(question(KITCHEN, RecordType.TXT)));
  }

  @Test
  void goodbyeIsBelievedAfterASecond() {
    bench.show(ETH0, "kitchen", "10.0.0.7");
    bench.hide(ETH0, "kitchen");
    bench.hear(ETH0, MessageBytes.response().ptr(Announcement.SERVICE, 0, KITCHEN));
    bench.pass(Duration.ofMillis(750));
    assertThat(bench.told()).containsExactly("PeerFound kitchen");
    bench.pass(Duration.ofMillis(250));

    assertThat(bench.told()).containsExactly("PeerFound kitchen", "PeerLost kitchen");
    assertThat(bench.view.peers()).isEmpty();
  }

  @Test
  void goodbyeThatIsContradictedIsNone() {
    bench.show(ETH0, "kitchen", "10.0.0.7");
    bench.hear(ETH0, MessageBytes.response().ptr(Announcement.SERVICE, 0, KITCHEN));
    bench.show(ETH0, "kitchen", "10.0.0.7");
    bench.pass(Duration.ofMinutes(2));

    assertThat(bench.told()).containsExactly("PeerFound kitchen");
  }

  @Test
  void whoCrashedIsLostWithinTheExpiryAndNotBeforeHalfOfIt() {
    bench.show(ETH0, "kitchen", "10.0.0.7");
    bench.pass(Duration.ofMinutes(5));
    bench.hide(ETH0, "kitchen");
    bench.pass(Bench.EXPIRY.dividedBy(2));
    assertThat(bench.told()).containsExactly("PeerFound kitchen");
    bench.pass(Bench.EXPIRY.dividedBy(2));

    assertThat(bench.told()).containsExactly("PeerFound kitchen", "PeerLost kitchen");
  }

  @Test
  void hostThatSleptLosesNobody() {
    bench.show(ETH0, "kitchen", "10.0.0.7");
    bench.pass(Duration.ofMinutes(1));
    // The loop did not run meanwhile: calls are counted, not seconds.
    bench.sleep(Duration.ofHours(10));
    bench.pass(Duration.ofMinutes(1));

    assertThat(bench.told()).containsExactly("PeerFound kitchen");
  }

  @Test
  void callsOfOthersCountButNotFasterThanHalfTheInterval() {
    bench.show(ETH0, "kitchen", "10.0.0.7");
    bench.pass(Duration.ofMinutes(1));
    bench.hide(ETH0, "kitchen");
    MessageBytes call = MessageBytes.query().question(Announcement.SERVICE, RecordType.PTR);
    for (int i = 0; i < 40; i++) {
      bench.hear(ETH0, call);
      bench.pass(Duration.ofMillis(250));
    }

    assertThat(bench.told()).containsExactly("PeerFound kitchen");
  }

  @Test
  void callsLessWhenOthersCall() {
    bench.pass(Duration.ofMinutes(1));
    bench.asks.clear();
    MessageBytes call = MessageBytes.query().question(Announcement.SERVICE, RecordType.PTR);
    for (int i = 0; i < 60; i++) {
      bench.hear(ETH0, call);
      bench.pass(Duration.ofSeconds(10));
    }

    assertThat(bench.asks).as("calls in ten minutes").hasSizeLessThan(5);
  }

  @Test
  void callWithKnownAnswersIsNone() {
    bench.pass(Duration.ofMinutes(1));
    bench.asks.clear();
    MessageBytes suppressing =
        MessageBytes.query()
            .question(Announcement.SERVICE, RecordType.PTR)
            .ptr(Announcement.SERVICE, 120, KITCHEN);
    for (int i = 0; i < 60; i++) {
      bench.hear(ETH0, suppressing);
      bench.pass(Duration.ofSeconds(1));
    }

    assertThat(bench.asks).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void leavesOtherFormationsAlone() {
    bench.hear(
        ETH0,
        MessageBytes.node(
            "x", "peat-x", 1, "10.0.0.9", 120, "node_id=x", "formation_id=beta", "run=1"));

    assertThat(bench.told()).isEmpty();
    assertThat(bench.view.peers()).isEmpty();
  }

  @Test
  void whoChangesHisFormationIsLost() {
    bench.show(ETH0, "kitchen", "10.0.0.7");
    bench.hear(
        ETH0,
        MessageBytes.node(
            "kitchen",
            "peat-kitchen",
            11204,
            "10.0.0.7",
            120,
            "node_id=kitchen",
            "formation_id=beta"));

    assertThat(bench.told()).containsExactly("PeerFound kitchen", "PeerLost kitchen");
  }

  @Test
  void neverReportsItself() {
    bench.pass(Duration.ofMinutes(1));
    bench.show(ETH0, "self-2", "self", "10.0.0.9", "run=somebody else");

    assertThat(bench.told()).isEmpty();
    assertThat(bench.view.peers()).isEmpty();
  }

  @Test
  void twoLinksMakeOnePeerWithTheAddressesOfBoth() {
    bench.nics(nic("eth0", 2, "10.0.0.1"), nic("eth1", 3, "10.1.0.1"));
    bench.show(ETH0, "kitchen", "10.0.0.7");
    bench.show(ETH1, "kitchen", "10.1.0.7");
    bench.hide(ETH1, "kitchen");
    bench.pass(Bench.EXPIRY);

    assertThat(bench.told())
        .containsExactly("PeerFound kitchen", "PeerUpdated kitchen", "PeerUpdated kitchen");
    assertThat(bench.view.peers().get(0).addresses())
        .containsExactly(new PeerAddress("10.0.0.7", 11204));
  }

  @Test
  void linkLocalAddressNamesTheLink() {
    bench.nics(nic("eth0", 2, "10.0.0.1", "fe80::1"));
    LinkKey ipv6 = new LinkKey("eth0", true);
    bench.show(ipv6, "kitchen", "fe80::7");

    assertThat(bench.view.peers().get(0).addresses())
        .containsExactly(new PeerAddress("fe80:0:0:0:0:0:0:7%eth0", 11204));
  }

  @Test
  void addressesWhereNobodyCanAnswerAreLeftOut() {
    bench.hear(
        ETH0,
        MessageBytes.node(
                "kitchen",
                "peat-kitchen",
                11204,
                "10.0.0.7",
                120,
                "node_id=kitchen",
                "formation_id=alpha")
            .address(DnsName.of("peat-kitchen", "local"), 120, "127.0.0.1")
            .address(DnsName.of("peat-kitchen", "local"), 120, "0.0.0.0")
            .address(DnsName.of("peat-kitchen", "local"), 120, "224.0.0.251"));

    assertThat(bench.view.peers().get(0).addresses())
        .containsExactly(new PeerAddress("10.0.0.7", 11204));
  }

  @Test
  void portOfTheServiceRecordCountsAndNotThatOfTheText() {
    bench.hear(
        ETH0,
        MessageBytes.node(
            "kitchen",
            "peat-kitchen",
            4711,
            "10.0.0.7",
            120,
            "node_id=kitchen",
            "formation_id=alpha",
            "port=99999999999"));

    assertThat(bench.view.peers().get(0).addresses())
        .containsExactly(new PeerAddress("10.0.0.7", 4711));
  }

  @Test
  void serviceWithoutAPortIsNotDialled() {
    bench.hear(
        ETH0,
        MessageBytes.node(
            "kitchen", "h", 0, "10.0.0.7", 120, "node_id=kitchen", "formation_id=alpha"));

    assertThat(bench.told()).isEmpty();
  }

  @Test
  void nodeIdsThatAreNoneAreIgnored() {
    for (String bad : List.of("", " ", "a\u0000b", "x".repeat(240) + "\n", "line\u2028break")) {
      bench.hear(
          ETH0,
          MessageBytes.node("l", "h", 1, "10.0.0.7", 120, "node_id=" + bad, "formation_id=alpha"));
    }

    assertThat(bench.told()).isEmpty();
  }

  @Test
  void renamingOfTheOwnInstanceIsSaidOnce() {
    MessageBytes renamed =
        MessageBytes.node(
            "self (2)",
            Bench.OWN.hostLabel(),
            11204,
            "10.0.0.1",
            120,
            Bench.OWN.strings().toArray(String[]::new));
    bench.hear(ETH0, renamed);
    bench.hear(ETH0, renamed);

    assertThat(bench.warnings)
        .singleElement()
        .satisfies(
            warn -> {
              assertThat(warn.text()).contains("announces the same service instance");
              assertThat(warn.value()).isEqualTo("self (2)._peat._udp.local.");
            });
  }

  @Test
  void sameNodeIdAliveTwiceIsSaidAndHeals() {
    bench.show(ETH0, "kitchen", "kitchen", "10.0.0.7", "run=1");
    bench.show(ETH0, "kitchen (2)", "kitchen", "10.0.0.8", "run=2");
    bench.pass(Bench.EXPIRY);

    assertThat(bench.cause())
        .startsWith("the node id \"kitchen\" is used by two nodes at once: ")
        .contains("10.0.0.7")
        .contains("10.0.0.8")
        .endsWith("also answers");
    assertThat(bench.remedy()).contains("name of its own");
    bench.hide(ETH0, "kitchen (2)");
    bench.pass(Bench.EXPIRY);
    assertThat(bench.cause()).isEmpty();
  }

  @Test
  void ownNodeIdOnAnotherHostIsSaid() {
    bench.show(ETH0, "self (2)", "self", "10.0.0.9", "run=2");
    bench.pass(Bench.EXPIRY);

    assertThat(bench.cause())
        .contains("\"self\" is used by two nodes")
        .contains("10.0.0.9")
        .contains("this node bears it");
  }

  @Test
  void restartUnderAnotherLabelIsNoDouble() {
    bench.show(ETH0, "kitchen", "kitchen", "10.0.0.7", "run=1");
    bench.pass(Duration.ofMinutes(2));
    bench.hide(ETH0, "kitchen");
    bench.show(ETH0, "kitchen-b", "kitchen", "10.0.0.8", "run=2");
    for (int i = 0; i < 120; i++) {
      bench.pass(SECOND);
      assertThat(bench.cause()).isEmpty();
    }
    assertThat(bench.told()).doesNotContain("PeerLost kitchen");
  }

  @Test
  void eventsOfOnePeerAreInOrder() {
    bench.show(ETH0, "kitchen", "10.0.0.7");
    bench.hide(ETH0, "kitchen");
    bench.pass(Bench.EXPIRY);
    bench.show(ETH0, "kitchen", "10.0.0.8");

    assertThat(bench.events)
        .extracting(Object::getClass)
        .containsExactly(
            DiscoveryEvent.PeerFound.class,
            DiscoveryEvent.PeerLost.class,
            DiscoveryEvent.PeerFound.class);
  }

  private static DnsMessage.Question question(DnsName name, int type) {
    return new DnsMessage.Question(name, type);
  }
}

package dev.peatmesh.discovery.mdns.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.discovery.mdns.internal.view.Announcement;
import dev.peatmesh.discovery.mdns.internal.view.LinkKey;
import dev.peatmesh.discovery.mdns.internal.view.LinkSpec;
import dev.peatmesh.discovery.mdns.internal.view.Nic;
import dev.peatmesh.discovery.mdns.internal.wire.DnsMessage;
import dev.peatmesh.discovery.mdns.internal.wire.DnsName;
import dev.peatmesh.discovery.mdns.internal.wire.MessageBytes;
import dev.peatmesh.discovery.mdns.internal.wire.RecordType;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GuardTest {
  private static final Announcement OWN =
      new Announcement("kitchen", "alpha", 11204, "aa", Map.of());

  private final List<DnsMessage> seen = new ArrayList<>();
  private long nanos = Long.MAX_VALUE - 5;
  private final InetAddress neighbour = ip("10.0.0.7");
  private final Guard guard =
      new Guard(
          new LinkSpec(
              new LinkKey("eth0", false),
              2,
              false,
              ip("10.0.0.1"),
              List.of(new Nic.Address(ip("10.0.0.1"), 24))),
          OWN,
          seen::add,
          () -> nanos);

  @Test
  void viewSeesNodesOfTheFormationAndTheResponderDoesNot() {
    assertThat(admits(node("cellar", "alpha"))).isFalse();
    assertThat(seen).hasSize(1);
  }

  @Test
  void nobodySeesForeignServicesAndFormations() {
    DnsName http = DnsName.of("_http", "_tcp", "local");

    assertThat(admits(node("cellar", "beta"))).isFalse();
    assertThat(admits(MessageBytes.response().ptr(http, 120, http.child("printer")))).isFalse();
    assertThat(admits(MessageBytes.query().question(http, RecordType.PTR))).isFalse();
    assertThat(seen).isEmpty();
  }

  @Test
  void responderSeesQuestionsAboutWhatItAnnounces() {
    for (DnsName asked :
        List.of(
            Announcement.SERVICE,
            DnsName.of("_services", "_dns-sd", "_udp", "local"),
            OWN.instance(),
            Announcement.SERVICE.child("Kitchen (2)"),
            DnsName.of(OWN.hostLabel(), "local"),
            DnsName.of(OWN.hostLabel() + "-2", "local"))) {
      assertThat(admits(MessageBytes.query().question(asked, RecordType.ANY)))
          .as(asked.toString())
          .isTrue();
    }
  }

  @Test
  void responderSeesWhoClaimsItsNames() {
    assertThat(admits(node("kitchen", "beta"))).isTrue();
    assertThat(
            admits(
                MessageBytes.response()
                    .address(DnsName.of(OWN.hostLabel(), "local"), 120, "10.0.0.9")))
        .isTrue();
  }

  @Test
  void viewHearsCallsAndGoodbyes() {
    admits(MessageBytes.query().question(Announcement.SERVICE, RecordType.PTR));
    admits(
        MessageBytes.response()
            .ptr(Announcement.SERVICE, 0, Announcement.SERVICE.child("cellar"))
            .txt(Announcement.SERVICE.child("cellar"), 0, ""));

    assertThat(seen).hasSize(2);
  }

  @Test
  void questionThatIsAnsweredToItsSenderAloneIsNoCall() {
    byte[] bytes = MessageBytes.query().question(Announcement.SERVICE, RecordType.PTR).bytes();

    guard.admits(packet(bytes, neighbour, 40_000));

    assertThat(seen).isEmpty();
  }

  @Test
  void packetsFromFarAwayCountForNobody() {
    byte[] bytes = node("cellar", "alpha").bytes();

    assertThat(guard.admits(packet(bytes, ip("8.8.8.8"), 5353))).isFalse();
    assertThat(seen).isEmpty();
  }

  @Test
  void garbageCountsForNobody() {
    assertThat(guard.admits(packet(new byte[] {1, 2, 3}, neighbour, 5353))).isFalse();
    assertThat(seen).isEmpty();
  }

  @Test
  void responderSeesFiftyASecondAndTwoHundredAtOnce() {
    MessageBytes question = MessageBytes.query().question(OWN.instance(), RecordType.ANY);
    int atOnce = 0;
    for (int i = 0; i < 10_000; i++) {
      atOnce += admits(question) ? 1 : 0;
    }
    assertThat(atOnce).isEqualTo(Guard.AT_ONCE_MAX);
    nanos += Duration.ofSeconds(2).toNanos();
    int later = 0;
    for (int i = 0; i < 10_000; i++) {
      later += admits(question) ? 1 : 0;
    }
    assertThat(later).isEqualTo(2 * Guard.PER_SECOND_MAX);
  }

  private boolean admits(MessageBytes message) {
    return guard.admits(packet(message.bytes(), neighbour, 5353));
  }

  private static DatagramPacket packet(byte[] bytes, InetAddress source, int port) {
    return new DatagramPacket(bytes, bytes.length, source, port);
  }

  private static MessageBytes node(String nodeId, String formation) {
    return MessageBytes.node(
        nodeId, "h", 11204, "10.0.0.7", 120, "node_id=" + nodeId, "formation_id=" + formation);
  }

  private static InetAddress ip(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (java.net.UnknownHostException e) {
      throw new IllegalArgumentException(literal, e);
    }
  }
}

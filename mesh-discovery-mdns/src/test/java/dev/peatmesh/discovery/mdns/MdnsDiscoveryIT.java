package dev.peatmesh.discovery.mdns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.discovery.mdns.internal.wire.DnsMessage;
import dev.peatmesh.discovery.mdns.internal.wire.DnsName;
import dev.peatmesh.discovery.mdns.internal.wire.DnsRecord;
import dev.peatmesh.discovery.mdns.internal.wire.MessageBytes;
import dev.peatmesh.discovery.mdns.internal.wire.RecordType;
import dev.peatmesh.testkit.discovery.RecordingContext;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real sockets on the loopback interface. */
@Timeout(120)
class MdnsDiscoveryIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final DnsName SERVICE = DnsName.of("_peat", "_udp", "local");

  /** Several runs may share a host, and so its loopback interface. */
  private final String tag = Long.toHexString(System.nanoTime());

  private final List<Node> nodes = new ArrayList<>();

  @AfterEach
  void stopAll() {
    nodes.forEach(node -> node.discovery.stop());
  }

  @Test
  void twoNodesFindEachOtherAndLeaveInGoodOrder() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    Node kitchen = start("kitchen", "alpha", Duration.ofSeconds(60));
    Node cellar = start("cellar", "alpha", Duration.ofSeconds(60));
    await("they find each other", () -> kitchen.sees(cellar) && cellar.sees(kitchen));
    assertThat(kitchen.peers().get(0).addresses())
        .containsExactly(new PeerAddress("127.0.0.1", RecordingContext.PORT));
    assertThat(kitchen.discovery.status()).isEqualTo(new DiscoveryStatus.Ok());

    long since = System.nanoTime();
    cellar.discovery.stop();
    System.out.printf("stop took %d ms%n", (System.nanoTime() - since) / 1_000_000);
    await("the goodbye is heard", () -> kitchen.peers().isEmpty());
    kitchen.discovery.stop();

    await("every thread ends", () -> left(before).isEmpty());
    assertThat(kitchen.context.faults()).isEmpty();
    assertThat(cellar.context.faults()).isEmpty();
  }

  @Test
  void tellsWhatItIsForAsLongAsHostsAreKnown() throws Exception {
    try (Ear ear = new Ear()) {
      Node kitchen = start("kitchen", "alpha", Duration.ofSeconds(60));
      await("it announces itself", () -> text(ear, kitchen.id()) != null);

      assertThat(text(ear, kitchen.id()).strings())
          .contains("node_id=" + kitchen.id(), "port=11204", "formation_id=" + formation("alpha"));
      assertThat(ear.heard())
          .flatMap(DnsMessage::records)
          .filteredOn(record -> record.name().equals(SERVICE.child(kitchen.id())))
          .allMatch(record -> record.ttlSeconds() <= 120);
    }
  }

  @Test
  @Tag("heavy")
  void twoNodesOfOneNameInTwoFormationsAreBothFound() throws Exception {
    Node first = start("twin", "alpha", Duration.ofSeconds(60));
    Node seesFirst = start("kitchen", "alpha", Duration.ofSeconds(60));
    await("the first is found", () -> seesFirst.sees(first));
    try (Ear ear = new Ear()) {
      Node second = start("twin", "beta", Duration.ofSeconds(60));
      Node seesSecond = start("cellar", "beta", Duration.ofSeconds(60));
      await("the second is found", () -> seesSecond.sees(second));

      assertThat(ear.heard())
          .as("it took another label")
          .flatMap(DnsMessage::records)
          .extracting(DnsRecord::name)
          .contains(SERVICE.child(second.id() + " (2)"));
      assertThat(seesFirst.sees(first)).isTrue();
      assertThat(seesSecond.peers()).hasSize(1);
    }
  }

  @Test
  void sameNodeIdTwiceIsSaidByBothAndByOthers() throws Exception {
    Node first = start("twin", "alpha", Duration.ofSeconds(10));
    Node second = start("twin", "alpha", Duration.ofSeconds(10));
    Node other = start("kitchen", "alpha", Duration.ofSeconds(10));

    String cause = "\"" + first.id() + "\" is used by two nodes at once";
    for (Node node : List.of(first, second, other)) {
      await("it is said", () -> node.cause().contains(cause));
    }
    second.discovery.stop();
    await("it heals", () -> other.discovery.status() instanceof DiscoveryStatus.Ok);
  }

  @Test
  @Tag("heavy")
  void garbageAndLiesStopNeitherFindingNorBeingFound() throws Exception {
    Node kitchen = start("kitchen", "alpha", Duration.ofSeconds(60));
    Node cellar = start("cellar", "alpha", Duration.ofSeconds(60));
    await("they find each other", () -> kitchen.sees(cellar) && cellar.sees(kitchen));
    try (Ear ear = new Ear()) {
      sendGarbage(ear, kitchen);
    }
    Node late = start("late", "alpha", Duration.ofSeconds(60));

    await("newcomers are found", () -> kitchen.sees(late) && cellar.sees(late));
    await("and find", () -> late.sees(kitchen) && late.sees(cellar));
    assertThat(kitchen.context.faults()).isEmpty();
  }

  private void sendGarbage(Ear ear, Node victim) throws IOException {
    Random random = new Random(1);
    DnsName instance = SERVICE.child(victim.id());
    byte[] valid =
        MessageBytes.node(
                "liar",
                "peat-liar",
                1,
                "10.9.9.9",
                120,
                "node_id=liar",
                "formation_id=x",
                "port=-1")
            .bytes();
    List<byte[]> nasty =
        List.of(
            new byte[0],
            new byte[8_900],
            MessageBytes.query().question(instance, 0xFFFF).bytes(),
            MessageBytes.query()
                .question(SERVICE, RecordType.PTR)
                .record(SERVICE, RecordType.PTR, 1, 120, new byte[] {(byte) 0xC0, 12})
                .bytes(),
            MessageBytes.response().record(instance, RecordType.SRV, 1, 120, new byte[7]).bytes(),
            MessageBytes.response()
                .record(instance, RecordType.TXT, 1, 120, new byte[8_000])
                .bytes(),
            MessageBytes.response().record(instance, 13, 1, 120, new byte[0]).bytes(),
            MessageBytes.response().record(instance, 0xFFFE, 7, -1L, new byte[3]).bytes(),
            MessageBytes.node(
                    "nul\u0000\u0001", "h\u0000", 65_535, "255.255.255.255", 120, "\u0000=\u0000")
                .bytes());
    for (int i = 0; i < 20_000; i++) {
      byte[] next = (i % 3 == 0 ? nasty.get(random.nextInt(nasty.size())) : valid).clone();
      if (next.length > 0 && i % 3 != 0) {
        for (int change = random.nextInt(8); change >= 0; change--) {
          next[random.nextInt(next.length)] = (byte) random.nextInt();
        }
        next = Arrays.copyOf(next, 1 + random.nextInt(next.length));
      }
      ear.send(next);
    }
  }

  private static List<Thread> left(Set<Thread> before) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !before.contains(thread))
        .filter(thread -> thread.getName().matches("(?i).*(jmdns|socketlistener|mesh-).*"))
        .collect(Collectors.toList());
  }

  private static DnsRecord.Text text(Ear ear, String nodeId) {
    return ear.heard().stream()
        .flatMap(message -> message.records().stream())
        .filter(DnsRecord.Text.class::isInstance)
        .map(DnsRecord.Text.class::cast)
        .filter(text -> text.strings().contains("node_id=" + nodeId))
        .findFirst()
        .orElse(null);
  }

  private String formation(String name) {
    return name + "-" + tag;
  }

  private Node start(String name, String formation, Duration expiry) throws IOException {
    MdnsSettings settings =
        MdnsSettings.defaults().withInterfaces(Ear.loopback()).withExpiry(expiry);
    Node node =
        new Node(
            new MdnsDiscovery(settings),
            new RecordingContext(name + "-" + tag, formation(formation)));
    nodes.add(node);
    node.discovery.start(node.context);
    return node;
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    assertThat(RecordingContext.await(PATIENCE, condition)).as(what).isTrue();
  }

  private record Node(MdnsDiscovery discovery, RecordingContext context) {
    String id() {
      return context.nodeId();
    }

    List<PeerInfo> peers() {
      return discovery.discoveredPeers();
    }

    String cause() {
      return discovery.status() instanceof DiscoveryStatus.Degraded said ? said.cause() : "";
    }

    boolean sees(Node other) {
      return peers().stream().anyMatch(peer -> peer.nodeId().equals(other.id()));
    }
  }
}

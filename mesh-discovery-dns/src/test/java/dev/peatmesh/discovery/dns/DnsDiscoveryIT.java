package dev.peatmesh.discovery.dns;

import static dev.peatmesh.discovery.dns.TestContext.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.testkit.dns.DnsFault;
import dev.peatmesh.testkit.dns.TestDnsServer;
import dev.peatmesh.testkit.dns.TestDnsServer.Pod;
import dev.peatmesh.testkit.dns.TestDnsServer.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The strategy against a real server, over real sockets on loopback. */
class DnsDiscoveryIT {
  private static final String HOST = "peat-mesh.default.svc.cluster.local";
  private static final String SRV = "_iroh-quic._udp." + HOST;

  private final TestDnsServer dns = TestDnsServer.start().ttl(Duration.ofSeconds(1));
  private final TestContext context = new TestContext("peat-mesh-0");
  private DnsDiscovery discovery = discovery(settings -> {});

  @AfterEach
  void leavesNothingBehind() {
    discovery.stop();
    dns.close();
    assertThat(context.threads).noneMatch(Thread::isAlive);
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("test-dns-") || name.contains("dnsjava"));
  }

  @Test
  void findsThePodsOfAHeadlessServiceAndNotItself() {
    publish(pod(0), pod(1), pod(2));
    discovery.start(context);
    awaitPeers("peat-mesh-1", "peat-mesh-2");
    assertThat(discovery.discoveredPeers().get(0).addresses())
        .containsExactly(new PeerAddress("127.0.0.11", 11204));
    assertThat(discovery.status()).isEqualTo(new DiscoveryStatus.Ok());
    assertThat(dns.queries(SRV)).isPositive();
    assertThat(dns.queries()).as("glue spares further queries").isEqualTo(dns.queries(SRV));
  }

  @Test
  void followsAServiceThatIsScaled() {
    publish(pod(0), pod(1), pod(2));
    discovery.start(context);
    awaitPeers("peat-mesh-1", "peat-mesh-2");
    publish(pod(0), pod(1), pod(2), pod(3), pod(4));
    awaitPeers("peat-mesh-1", "peat-mesh-2", "peat-mesh-3", "peat-mesh-4");
    publish(pod(0), pod(1));
    awaitPeers("peat-mesh-1");
    assertThat(context.events)
        .extracting(DiscoveryEvent::nodeId)
        .containsExactlyInAnyOrder(
            "peat-mesh-1",
            "peat-mesh-2",
            "peat-mesh-3",
            "peat-mesh-4",
            "peat-mesh-2",
            "peat-mesh-3",
            "peat-mesh-4");
  }

  @Test
  void tellsOfANewAddressUnderTheSameName() {
    publish(pod(0), pod(1));
    discovery.start(context);
    awaitPeers("peat-mesh-1");
    publish(pod(0), Pod.of("peat-mesh-1", 11204, "127.0.0.99", "::1"));
    await("the update", () -> context.events.size() == 2);
    assertThat(((DiscoveryEvent.PeerUpdated) context.events.get(1)).peer().addresses())
        .containsExactly(new PeerAddress("127.0.0.99", 11204), new PeerAddress("::1", 11204));
  }

  @Test
  void asksForTheAddressesThatTheServerDoesNotAdd() {
    dns.glue(false);
    publish(pod(0), Pod.of("peat-mesh-1", 11204, "127.0.0.11", "::1"));
    discovery.start(context);
    awaitPeers("peat-mesh-1");
    assertThat(discovery.discoveredPeers().get(0).addresses()).hasSize(2);
    assertThat(dns.queries("peat-mesh-1." + HOST)).isPositive();
  }

  @Test
  void readsWhatIsTooLongForUdpOverTcp() {
    publish(IntStream.rangeClosed(0, 300).mapToObj(DnsDiscoveryIT::pod).toArray(Pod[]::new));
    discovery.start(context);
    await("300 peers", () -> discovery.discoveredPeers().size() == 300);
    assertThat(dns.queries(SRV, Transport.TCP)).isPositive();
  }

  @Test
  void addressesThatDoNotFitIntoTheAnswerAreAskedForOneByOne() {
    publish(IntStream.range(0, 900).mapToObj(DnsDiscoveryIT::pod).toArray(Pod[]::new));
    discovery.start(context);
    await("899 peers", () -> discovery.discoveredPeers().size() == 899);
    assertThat(discovery.discoveredPeers()).noneMatch(peer -> peer.addresses().isEmpty());
  }

  @Test
  void followsAliases() {
    restart(settings -> settings.srv("mesh.cluster.local"));
    publish(pod(0), pod(1));
    dns.cname("mesh.cluster.local", "alias.cluster.local").cname("alias.cluster.local", SRV);
    discovery.start(context);
    awaitPeers("peat-mesh-1");
  }

  @Test
  void looksNamesUp() {
    restart(settings -> settings.names(List.of("peat-mesh-{0..4}." + HOST + ":4433")));
    publish(pod(0), pod(1), Pod.of("peat-mesh-2", 1, "::1"));
    discovery.start(context);
    awaitPeers("peat-mesh-1", "peat-mesh-2");
    assertThat(discovery.discoveredPeers())
        .extracting(PeerInfo::addresses)
        .containsExactly(
            List.of(new PeerAddress("127.0.0.11", 4433)), List.of(new PeerAddress("::1", 4433)));
    assertThat(discovery.status()).isEqualTo(new DiscoveryStatus.Ok());
    assertThat(dns.queries(SRV)).isZero();
  }

  @Test
  void looksShortNamesUpThroughTheSearchList() {
    restart(settings -> settings.names(List.of("peat-mesh-1@peat-mesh-1.peat-mesh:4433")));
    publish(pod(1));
    discovery.start(context);
    awaitPeers("peat-mesh-1");
  }

  @ParameterizedTest
  @EnumSource
  void noFaultOfAServerDropsAPeer(DnsFault fault) {
    publish(pod(0), pod(1));
    discovery.start(context);
    awaitPeers("peat-mesh-1");
    long before = dns.queries();
    dns.fault(fault);
    await("two more queries", () -> dns.queries() >= before + 2);
    assertThat(discovery.discoveredPeers()).hasSize(1);
    dns.heal();
    publish(pod(0), pod(1), pod(2));
    awaitPeers("peat-mesh-1", "peat-mesh-2");
    await("health", () -> discovery.status().equals(new DiscoveryStatus.Ok()));
    assertThat(context.events).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(
      value = DnsFault.class,
      names = {"TRUNCATE", "HUGE_TTL"},
      mode = EnumSource.Mode.EXCLUDE)
  void saysWhatIsWrong(DnsFault fault) {
    publish(pod(0), pod(1));
    dns.fault(fault);
    discovery.start(context);
    await(
        "words", () -> degraded().filter(d -> !d.cause().contains("not answered yet")).isPresent());
    assertThat(degraded().orElseThrow().remedy()).isNotBlank();
    assertThat(discovery.discoveredPeers()).isEmpty();
  }

  @Test
  void asksTheNextServerWhenOneIsSilent() {
    try (TestDnsServer silent = TestDnsServer.start().fault(DnsFault.DROP)) {
      restart(settings -> settings.servers(List.of(silent.hostAndPort(), dns.hostAndPort())));
      publish(pod(0), pod(1));
      discovery.start(context);
      awaitPeers("peat-mesh-1");
      publish(pod(0), pod(1), pod(2));
      awaitPeers("peat-mesh-1", "peat-mesh-2");
      assertThat(silent.queries()).as("asked last for a while").isEqualTo(1);
      assertThat(discovery.status()).isEqualTo(new DiscoveryStatus.Ok());
    }
  }

  @Test
  void keepsPeersWhileTheServerIsAwayAndHeals() {
    publish(pod(0), pod(1));
    discovery.start(context);
    awaitPeers("peat-mesh-1");
    dns.stop();
    await("the outage", () -> degraded().isPresent());
    assertThat(degraded().orElseThrow().cause())
        .startsWith("no DNS server answers: " + dns.hostAndPort());
    assertThat(discovery.discoveredPeers()).hasSize(1);
    dns.restart();
    publish(pod(0), pod(1), pod(2));
    awaitPeers("peat-mesh-1", "peat-mesh-2");
    assertThat(discovery.status()).isEqualTo(new DiscoveryStatus.Ok());
  }

  @Test
  void stopsAtOnceInTheMiddleOfAQuestion() {
    restart(settings -> settings.timeout(Duration.ofSeconds(10)));
    dns.fault(DnsFault.DROP);
    discovery.start(context);
    await("the question", () -> dns.queries() > 0);
    discovery.stop();
    assertThat(context.threads).noneMatch(Thread::isAlive);
    assertThat(discovery.status()).isEqualTo(new DiscoveryStatus.Stopped());
  }

  @Test
  void startsAgainAfterAStop() {
    publish(pod(0), pod(1));
    discovery.start(context);
    assertThatThrownBy(() -> discovery.start(context)).isInstanceOf(IllegalStateException.class);
    awaitPeers("peat-mesh-1");
    discovery.stop();
    discovery.stop();
    assertThat(discovery.discoveredPeers()).isEmpty();
    discovery.start(context);
    awaitPeers("peat-mesh-1");
  }

  private void publish(Pod... pods) {
    dns.headlessService("default", "peat-mesh", "iroh-quic", pods);
  }

  private static Pod pod(int number) {
    return Pod.of(
        "peat-mesh-" + number, 11204, "127.0." + number / 200 + "." + (10 + number % 200));
  }

  private void restart(Consumer<DnsSettings.Builder> settings) {
    discovery.stop();
    discovery = discovery(settings);
  }

  private DnsDiscovery discovery(Consumer<DnsSettings.Builder> settings) {
    DnsSettings.Builder builder =
        DnsSettings.builder()
            .servers(List.of(dns.hostAndPort()))
            .refreshMin(Duration.ofMillis(100))
            .timeout(Duration.ofMillis(300));
    settings.accept(builder);
    HostDns host =
        new HostDns(
            List.of(),
            List.of("default.svc.cluster.local", "svc.cluster.local", "cluster.local"),
            5,
            Optional.empty());
    return new DnsDiscovery(builder.build(), () -> host, System::nanoTime);
  }

  private void awaitPeers(String... names) {
    await(
        "peers " + List.of(names),
        () ->
            discovery.discoveredPeers().stream()
                .map(PeerInfo::nodeId)
                .toList()
                .equals(List.of(names)));
  }

  private Optional<DiscoveryStatus.Degraded> degraded() {
    return discovery.status() instanceof DiscoveryStatus.Degraded degraded
        ? Optional.of(degraded)
        : Optional.empty();
  }
}

package dev.peatmesh.discovery.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.discovery.DiscoveryProviders;
import dev.peatmesh.discovery.DiscoverySettings;
import dev.peatmesh.discovery.dns.internal.NamedHost;
import dev.peatmesh.discovery.dns.internal.Plan;
import dev.peatmesh.discovery.dns.internal.ServiceName;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DnsSettingsTest {
  private static final HostDns BARE = host(List.of(), Optional.empty());

  @Test
  void isFoundByItsName() {
    assertThat(DiscoveryProviders.load().create("dns", DiscoverySettings.none()))
        .isInstanceOf(DnsDiscovery.class);
  }

  @Test
  void hasADefaultForEverything() {
    Plan plan = DnsSettings.builder().build().plan(BARE, 11204);
    assertThat(plan.service().map(ServiceName::srv))
        .hasValue("_iroh-quic._udp.peat-mesh.default.svc.cluster.local");
    assertThat(plan.names()).isEmpty();
    assertThat(plan.pace().min()).isEqualTo(Duration.ofSeconds(1));
    assertThat(plan.pace().max()).isEqualTo(Duration.ofSeconds(30));
    assertThat(DnsSettings.builder().build().servers(BARE))
        .extracting(InetSocketAddress::getPort)
        .containsExactly(53);
  }

  @Test
  void namespaceIsThatOfTheServiceAccountThenOfTheSearchList() {
    List<String> search = List.of("tac.svc.k8s.example", "svc.k8s.example", "k8s.example", "lan");
    assertThat(srv(host(search, Optional.of("mesh"))))
        .isEqualTo("_iroh-quic._udp.peat-mesh.mesh.svc.k8s.example");
    assertThat(srv(host(search, Optional.empty())))
        .isEqualTo("_iroh-quic._udp.peat-mesh.tac.svc.k8s.example");
    assertThat(srv(host(List.of("corp.example"), Optional.of("not a/namespace"))))
        .isEqualTo("_iroh-quic._udp.peat-mesh.default.svc.cluster.local");
  }

  @Test
  void readsEverySetting() {
    DnsSettings settings =
        read(
            Map.of(
                "service", "tac",
                "namespace", "mesh",
                "cluster-domain", "k8s.example.",
                "port-name", "quic",
                "names", "a@a.example:1, b.example:2",
                "servers", "10.96.0.10, 10.96.0.11:5353, fd00::a, [fd00::b]:5353, [fd00::c]",
                "refresh-min", "500ms",
                "refresh-max", "2m",
                "timeout", "3s"));
    Plan plan = settings.plan(BARE, 1);
    assertThat(plan.service().map(ServiceName::srv))
        .hasValue("_quic._udp.tac.mesh.svc.k8s.example");
    assertThat(plan.names())
        .containsExactly(new NamedHost("a", "a.example", 1), new NamedHost("b", "b.example", 2));
    assertThat(settings.servers(BARE))
        .extracting(InetSocketAddress::getPort)
        .containsExactly(53, 5353, 53, 5353, 53);
    assertThat(plan.pace().min()).isEqualTo(Duration.ofMillis(500));
    assertThat(plan.pace().max()).isEqualTo(Duration.ofMinutes(2));
    assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void namesAloneAskForNoService() {
    Plan plan = read(Map.of("names", "peat-mesh-{0..2}.peat-mesh:11204")).plan(BARE, 1);
    assertThat(plan.service()).isEmpty();
    assertThat(plan.names())
        .containsExactly(
            new NamedHost("peat-mesh-0", "peat-mesh-0.peat-mesh", 11204),
            new NamedHost("peat-mesh-1", "peat-mesh-1.peat-mesh", 11204),
            new NamedHost("peat-mesh-2", "peat-mesh-2.peat-mesh", 11204));
  }

  @Test
  void rangeStandsForItsNumberEverywhereInTheEntry() {
    assertThat(NamePattern.expand("n{9..10}@h{9..10}.example:4433"))
        .containsExactly(
            new NamedHost("n9", "h9.example", 4433), new NamedHost("n10", "h10.example", 4433));
  }

  @Test
  void srvIsTheWholeName() {
    assertThat(srv(BARE, Map.of("srv", "_quic._udp.mesh.example.org.")))
        .isEqualTo("_quic._udp.mesh.example.org");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "service | Tac | no Kubernetes name",
        "service | a.b | no Kubernetes name",
        "namespace | -a | no Kubernetes name",
        "port-name | a-name-that-is-too-long | no port name: up to 15",
        "port-name | 1234 | one of them a letter",
        "cluster-domain | a..b | no domain name",
        "srv | _quic._udp.Ex ample | no domain name",
        "names | 10.0.0.1:11204 | Use discovery \"static\"",
        "names | a.example | has no port",
        "names | a{5..1}.example:1 | is no range of 1 to 64",
        "names | a{0..64}.example:1 | is no range of 1 to 64",
        "names | a{0-4}.example:1 | Write one range such as {0..4}",
        "names | a{0..1}b{0..2}.example:1 | two ranges",
        "names | a{0..40}.x:1,b{0..40}.x:1 | more than the 64",
        "servers | dns.example | who would look it up?",
        "servers | 10.0.0.256 | is not an IP address",
        "servers | 1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5,1.1.1.6,1.1.1.7,1.1.1.8,1.1.1.9 | more",
        "refresh-min | 1 | no duration such as 500ms, 5s or 2m",
        "refresh-min | 99ms | not from 100ms to 3600s",
        "refresh-max | 61m | not from 100ms to 3600s",
        "refresh-max | 500ms | less than refresh-min",
        "timeout | 11s | not from 100ms to 10s",
      })
  void refusesWhatCannotBeAndSaysWhy(String key, String value, String complaint) {
    assertThatThrownBy(() -> read(Map.of(key, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("discovery(\"dns\") " + key + "(")
        .hasMessageContaining(complaint);
  }

  @Test
  void listsEveryComplaint() {
    assertThatThrownBy(
            () -> read(Map.of("service", "A", "timeout", "soon", "srv", "a.b", "names", "x,y")))
        .hasMessageContainingAll("service(", "timeout(", "srv(", "names(\"x\")", "names(\"y\")");
  }

  @Test
  void refusesAKeyThatIsNone() {
    assertThatThrownBy(() -> read(Map.of("portname", "quic")))
        .hasMessageContaining("has no setting [portname]");
  }

  private static String srv(HostDns host) {
    return srv(host, Map.of());
  }

  private static String srv(HostDns host, Map<String, String> settings) {
    return read(settings).plan(host, 1).service().orElseThrow().srv();
  }

  private static DnsSettings read(Map<String, String> settings) {
    return DnsSettings.of(new DiscoverySettings(settings));
  }

  private static HostDns host(List<String> search, Optional<String> namespace) {
    return new HostDns(List.of(), search, 1, namespace);
  }
}

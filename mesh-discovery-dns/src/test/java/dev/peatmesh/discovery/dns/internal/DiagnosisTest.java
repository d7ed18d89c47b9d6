package dev.peatmesh.discovery.dns.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.DiscoveryStatus.Degraded;
import dev.peatmesh.discovery.dns.internal.Answer.Absent;
import dev.peatmesh.discovery.dns.internal.Answer.Addresses;
import dev.peatmesh.discovery.dns.internal.Answer.Failed;
import dev.peatmesh.discovery.dns.internal.Answer.Services;
import dev.peatmesh.discovery.dns.internal.Answer.Target;
import dev.peatmesh.discovery.dns.internal.ServiceName.Kubernetes;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an operator reads for each way in which the DNS can be wrong. */
class DiagnosisTest {
  private static final String DOMAIN = "mesh.svc.cluster.local";
  private static final String HOST = "tac." + DOMAIN;
  private static final String NAME = "_quic._udp." + HOST;
  private static final Absent NO_NAME = new Absent(false, true, 5);
  private static final Absent NO_RECORD = new Absent(true, true, 5);
  private static final Addresses SOME = new Addresses(List.of("10.0.0.1"), true, 5);

  private final Map<String, Answer> dns = new HashMap<>();
  private ServiceName service =
      ServiceName.of(new Kubernetes("tac", "mesh", "cluster.local", "quic"));

  @Test
  void nothingIsWrong() {
    dns.put(NAME, targets("tac-0"));
    assertThat(status()).isEqualTo(new DiscoveryStatus.Ok());
  }

  @Test
  void firstQuestionIsNotAnsweredYet() {
    assertThat(lookout(List.of()).status())
        .isInstanceOfSatisfying(
            Degraded.class, it -> assertThat(it.cause()).isEqualTo("the DNS has not answered yet"));
  }

  @Test
  void noServerAnswers() {
    dns.put(NAME, new Failed("10.96.0.10:53 does not answer within 1000 ms", true));
    says(
        "no DNS server answers: 10.96.0.10:53 does not answer within 1000 ms",
        "UDP and TCP port 53",
        "kubectl -n kube-system get pods -l k8s-app=kube-dns",
        "peers known are kept");
  }

  @Test
  void serverFails() {
    dns.put(NAME, new Failed("10.96.0.10:53 answers SERVFAIL", false));
    says(
        "SRV " + NAME + ": 10.96.0.10:53 answers SERVFAIL",
        "kubectl -n kube-system logs -l k8s-app=kube-dns");
  }

  @Test
  void portHasAnotherNameOrProtocol() {
    dns.put(NAME, NO_NAME);
    dns.put(HOST, SOME);
    says(
        "Service tac in namespace mesh is there, but has no UDP port named quic: no SRV " + NAME,
        "kubectl -n mesh edit service tac",
        "  - name: quic\n    protocol: UDP\n    port: 4433",
        "\"port-name\"");
  }

  @Test
  void serviceIsMissingOrHasNoReadyPod() {
    dns.put(NAME, NO_NAME);
    dns.put(HOST, NO_NAME);
    dns.put(DOMAIN, NO_RECORD);
    says(
        "no headless Service tac with a ready pod in namespace mesh: no " + HOST,
        "kubectl -n mesh get services",
        "kubectl -n mesh get endpointslices -l kubernetes.io/service-name=tac",
        "spec:\n  publishNotReadyAddresses: true");
  }

  @Test
  void serviceHasNoEndpoint() {
    dns.put(NAME, NO_RECORD);
    dns.put(HOST, NO_RECORD);
    dns.put(DOMAIN, NO_RECORD);
    says(
        "Service tac in namespace mesh has no endpoint",
        "kubectl -n mesh get endpointslices -l kubernetes.io/service-name=tac",
        "kubectl -n mesh edit service tac",
        "spec:\n  publishNotReadyAddresses: true");
  }

  @Test
  void namespaceIsWrong() {
    dns.put(NAME, NO_NAME);
    dns.put(HOST, NO_NAME);
    dns.put(DOMAIN, NO_NAME);
    says(
        "namespace mesh is not in the DNS: no " + DOMAIN,
        "\"namespace\"",
        "kubectl get services --all-namespaces --field-selector metadata.name=tac",
        "\"cluster-domain\"");
  }

  @Test
  void serviceIsNotHeadless() {
    dns.put(NAME, new Services(List.of(new Target(HOST, 4433, List.of("10.96.0.7"))), true, 5));
    says(
        "Service tac in namespace mesh is not headless",
        "kubectl -n mesh delete service tac",
        "spec:\n  clusterIP: None");
  }

  @Test
  void podsOfADeploymentHaveNoNames() {
    for (String label : List.of("10-244-0-5", "fd00-10-244--5", "2001-db8-0-1-2-3-4-5")) {
      dns.put(NAME, targets("tac-0", label));
      says(
          NAME + " has targets whose first label is an address and names no node: " + label,
          "StatefulSet with serviceName: tac",
          "discovery \"k8s\"");
    }
  }

  @Test
  void namesWithDashesAndDigitsAreNames() {
    dns.put(NAME, targets("tac-0", "a-1-2-3-4", "cafe-0", "1-2-3", "edge-10-244-0-5", "a-b-c-d"));
    assertThat(status()).isEqualTo(new DiscoveryStatus.Ok());
  }

  @Test
  void targetHasNoAddress() {
    dns.put(NAME, new Services(List.of(new Target("tac-0." + HOST, 4433, List.of())), true, 5));
    dns.put("tac-0." + HOST, NO_NAME);
    says("SRV leads to tac-0." + HOST + ", which has no address", "A or AAAA record");
  }

  @Test
  void nameThatAUserWroteDoesNotExist() {
    service = ServiceName.of("_quic._udp.example.org");
    dns.put("_quic._udp.example.org", NO_NAME);
    says(
        "the name _quic._udp.example.org does not exist",
        "\"srv\"",
        "_quic._udp.example.org. 5 IN SRV 0 0 4433 <node id>.<domain>.");
    dns.put("_quic._udp.example.org", NO_RECORD);
    says("the name _quic._udp.example.org has no SRV record", "\"srv\"");
  }

  @Test
  void noNameLeadsAnywhere() {
    Lookout lookout =
        new Lookout(
            new Plan(
                Optional.empty(),
                List.of(new NamedHost("a", "a.example.", 1), new NamedHost("b", "b.example.", 1)),
                pace(),
                4433),
            id -> false,
            0);
    answer(lookout);
    assertThat(lookout.status())
        .isEqualTo(
            new Degraded(
                "none of the names leads to an address; the first is a.example.",
                "Correct \"names\". Try one by hand: nslookup a.example."));
  }

  private void says(String cause, String... remedies) {
    assertThat(status())
        .isInstanceOfSatisfying(
            Degraded.class,
            it -> {
              assertThat(it.cause()).startsWith(cause).doesNotEndWith(".");
              assertThat(it.remedy()).contains(remedies);
            });
  }

  private DiscoveryStatus status() {
    Lookout lookout = lookout(List.of());
    answer(lookout);
    return lookout.status();
  }

  private Lookout lookout(List<NamedHost> names) {
    return new Lookout(new Plan(Optional.of(service), names, pace(), 4433), id -> false, 0);
  }

  private void answer(Lookout lookout) {
    Optional<Question> next = lookout.next(0);
    for (int i = 0; i < 100 && next.isPresent(); i++) {
      String name = next.get().name();
      Answer answer = dns.getOrDefault(name.substring(0, name.length() - 1), NO_NAME);
      lookout.answered(next.get(), answer, 0, Instant.EPOCH);
      next = lookout.next(0);
    }
    lookout.events(0);
  }

  private static Pace pace() {
    return new Pace(Duration.ofSeconds(1), Duration.ofSeconds(30));
  }

  private static Services targets(String... labels) {
    return new Services(
        List.of(labels).stream()
            .map(label -> new Target(label + "." + HOST, 4433, List.of("10.0.0.1")))
            .toList(),
        true,
        5);
  }
}

package dev.peatmesh.node.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.discovery.DiscoverySettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiscoveryReaderTest {
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  @Test
  void namesKeepTheirOrderAndKubernetesIsK8s() {
    assertThat(read(DiscoveryFlags.of("dns, kubernetes,static,k8s,mdns")).keySet())
        .containsExactly("dns", "k8s", "mdns");
    assertThat(problems).isEmpty();
  }

  @Test
  void flagsReachTheStrategiesThatTakeThem() {
    DiscoveryFlags flags =
        new DiscoveryFlags("k8s,dns,mdns", "prod", "app=x,tier in (a, b)", "x.", "5s", List.of());

    Map<String, DiscoverySettings> read = read(flags);

    assertThat(read.get("k8s").values())
        .isEqualTo(
            Map.of(
                "namespace", "prod",
                "label-selector", "app=x,tier in (a, b)",
                "annotation-prefix", "x.",
                "relist-interval", "5s"));
    assertThat(read.get("dns").values()).isEqualTo(Map.of("namespace", "prod"));
    assertThat(read.get("mdns").values()).isEmpty();
    assertThat(problems).isEmpty();
  }

  @Test
  void variablesDoTheSameAndAFlagBeatsThem() {
    environment.put("PEAT_NODE_DISCOVERY_MODE", "kubernetes");
    environment.put("PEAT_NODE_DISCOVERY_NAMESPACE", "prod");
    environment.put("PEAT_NODE_DISCOVERY_LABEL_SELECTOR", "app=x");
    environment.put("PEAT_NODE_DISCOVERY_ANNOTATION_PREFIX", "x.");
    environment.put("PEAT_NODE_DISCOVERY_INTERVAL", "5");
    DiscoveryFlags flags = new DiscoveryFlags(null, "test", null, null, null, List.of());

    assertThat(read(flags).get("k8s").values())
        .isEqualTo(
            Map.of(
                "namespace", "test",
                "label-selector", "app=x",
                "annotation-prefix", "x.",
                "relist-interval", "5"));
  }

  @Test
  void everyOtherSettingIsGivenByStrategyAndKey() {
    DiscoveryFlags flags =
        settings("dns,kubernetes", "dns.names=a@b:1, c@d:2", "kubernetes.service=peat=mesh");

    Map<String, DiscoverySettings> read = read(flags);

    assertThat(read.get("dns").value("names")).contains("a@b:1, c@d:2");
    assertThat(read.get("k8s").value("service")).contains("peat=mesh");
  }

  @Test
  void variableHasThemWithSemicolonsOrOnLines() {
    environment.put("PEAT_DISCOVERY_SETTINGS", "dns.service=a; dns.names=b@c:1,d@e:2\n;");

    assertThat(read(DiscoveryFlags.of("dns")).get("dns").values())
        .isEqualTo(Map.of("service", "a", "names", "b@c:1,d@e:2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "dns", "dns.service", "dns=x", ".service=x", "dns.=x", "=", "a=b.c"})
  void entryWithoutStrategyKeyOrValueIsRefused(String entry) {
    read(settings("dns", entry));

    assertThat(problems)
        .containsExactly(
            "--discovery-setting: an entry has no strategy, no key or no value. Write"
                + " strategy.key=value, such as dns.service=peat-mesh.");
  }

  @Test
  void oneSettingGivenTwiceIsRefused() {
    read(new DiscoveryFlags("k8s", "a", null, null, null, List.of("k8s.namespace=b")));

    assertThat(problems)
        .containsExactly("--discovery-setting: k8s.namespace is given twice. Give it once.");
  }

  @Test
  void flagForAStrategyThatIsNotChosenIsAMistake() {
    read(new DiscoveryFlags("mdns", "prod", null, null, null, List.of("dns.service=secret")));

    assertThat(problems)
        .containsExactly(
            "--discovery-namespace(prod): is for --discovery dns or k8s; chosen: mdns. Add it, or"
                + " leave this out.",
            "--discovery-setting(dns.service): is for --discovery dns; chosen: mdns. Add it, or"
                + " leave this out.");
  }

  @Test
  void variableForAStrategyThatIsNotChosenIsAWarning() {
    environment.put("PEAT_NODE_DISCOVERY_NAMESPACE", "prod");
    environment.put("PEAT_DISCOVERY_SETTINGS", "dns.service=a");
    read(DiscoveryFlags.of("none"));

    assertThat(problems).isEmpty();
    assertThat(warnings)
        .containsExactly(
            "PEAT_NODE_DISCOVERY_NAMESPACE has no effect: it is for --discovery dns or k8s; none is"
                + " chosen",
            "PEAT_DISCOVERY_SETTINGS has no effect: it is for --discovery dns; none is chosen");
  }

  @Test
  void staticPeersHaveAFlagOfTheirOwn() {
    read(settings("static", "static.peers=a@b:1"));

    assertThat(problems)
        .containsExactly("--discovery-setting(static.peers): static peers are named by --peer.");
  }

  @Test
  void valueIsInNoMessage() {
    read(settings("dns", "mdns.metadata=token=hunter2", "dns.hunter2"));

    assertThat(problems).hasSize(2).noneMatch(problem -> problem.contains("hunter2"));
  }

  private Map<String, DiscoverySettings> read(DiscoveryFlags flags) {
    return new DiscoveryReader(flags, environment, problems, warnings).read(new Willing());
  }

  private static DiscoveryFlags settings(String names, String... settings) {
    return new DiscoveryFlags(names, null, null, null, null, List.of(settings));
  }

  /** Takes what it is offered, once each. */
  private static final class Willing implements Machine {
    private final Set<String> offered = new TreeSet<>();

    @Override
    public Optional<String> refusesDiscovery(String name, DiscoverySettings settings) {
      assertThat(offered.add(name)).isTrue();
      return Optional.empty();
    }

    @Override
    public Optional<String> refusesDirectory(Path directory) {
      throw new AssertionError("nobody asked for a directory");
    }

    @Override
    public Optional<String> refusesPort(String host, int port) {
      throw new AssertionError("nobody asked for a port");
    }
  }
}

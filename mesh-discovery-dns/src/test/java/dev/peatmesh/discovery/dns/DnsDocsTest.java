package dev.peatmesh.discovery.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.discovery.DiscoverySettings;
import dev.peatmesh.discovery.DiscoveryStatus.Degraded;
import dev.peatmesh.discovery.dns.internal.Answer;
import dev.peatmesh.discovery.dns.internal.Answer.Absent;
import dev.peatmesh.discovery.dns.internal.Answer.Addresses;
import dev.peatmesh.discovery.dns.internal.Answer.Failed;
import dev.peatmesh.discovery.dns.internal.Answer.Services;
import dev.peatmesh.discovery.dns.internal.Answer.Target;
import dev.peatmesh.discovery.dns.internal.Lookout;
import dev.peatmesh.discovery.dns.internal.Question;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/discovery/dns.md says is what the code does. */
class DnsDocsTest {
  private static final Pattern SETTING =
      Pattern.compile("^\\| `([a-z-]+)` \\| `?([^|`]+)`? \\| .+ \\|$", Pattern.MULTILINE);
  private static final Pattern ROW = Pattern.compile("^\\| ([^|]+) \\| .+ \\|$", Pattern.MULTILINE);

  private static final String NAMESPACE = "default.svc.cluster.local.";
  private static final String HOST = "peat-mesh." + NAMESPACE;
  private static final String SRV = "_iroh-quic._udp." + HOST;
  private static final Absent NO_NAME = new Absent(false, true, 5);
  private static final Absent NO_RECORD = new Absent(true, true, 5);

  private final String page = read(Path.of("..", "docs", "discovery", "dns.md"));

  @Test
  void settingsTableIsThatOfTheCode() {
    assertThat(SETTING.matcher(section("## Settings")).results())
        .extracting(row -> List.of(row.group(1), row.group(2).strip()))
        .containsExactlyElementsOf(
            Arrays.stream(Setting.values())
                .map(setting -> List.of(setting.key(), setting.defaultText()))
                .toList());
  }

  @Test
  void sampleIsTheOneThatIsCompiled() {
    String source = read(Path.of("src/test/java/dev/peatmesh/discovery/dns/DnsSample.java"));
    String region =
        source.substring(
            source.indexOf("// region sample") + "// region sample".length(),
            source.indexOf("// endregion"));
    assertThat(page).contains("```java\n" + region.stripIndent().strip() + "\n```");
  }

  @Test
  void boundsAreThoseOfTheCode() {
    assertThat(section("## Settings"))
        .contains("at most " + DnsSettings.NAMES_MAX + " in all")
        .contains("at most " + DnsSettings.SERVERS_MAX + ", tried in turn");
  }

  @Test
  void everyFaultHasItsRowAndEveryRowItsFault() {
    List<String> rows =
        ROW.matcher(section("## When something is wrong"))
            .results()
            .map(row -> row.group(1))
            .filter(text -> !text.equals("what it says"))
            .toList();
    List<String> faults = faults();
    assertThat(rows)
        .allSatisfy(row -> assertThat(faults).as("what the code says").anyMatch(says(row)))
        .hasSameSizeAs(faults);
    assertThat(faults).allSatisfy(fault -> assertThat(rows).anyMatch(row -> says(row).test(fault)));
  }

  @Test
  void manifestFitsTheDefaults() {
    assertThat(section("## Kubernetes"))
        .contains("kind: Service", "kind: StatefulSet", "kind: Secret")
        .contains("clusterIP: None", "publishNotReadyAddresses: true")
        .contains("automountServiceAccountToken: false")
        .contains("name: " + Setting.SERVICE.defaultText())
        .contains("serviceName: " + Setting.SERVICE.defaultText())
        .containsPattern("- name: " + Setting.PORT_NAME.defaultText() + " +#.*\n    protocol: UDP")
        .doesNotContain("kind: Role");
  }

  /** One cause of each kind, by the settings of the page's example. */
  private static List<String> faults() {
    Addresses some = new Addresses(List.of("10.0.0.1"), true, 5);
    Target[] many =
        IntStream.range(0, 1001).mapToObj(i -> target("p-" + i, "10.0.0.1")).toArray(Target[]::new);
    return Stream.of(
            "the DNS has not answered yet",
            fault(Map.of(), Map.of(SRV, new Failed("10.96.0.10:53 does not answer", true))),
            fault(Map.of(), Map.of(SRV, new Failed("10.96.0.10:53 answers SERVFAIL", false))),
            fault(Map.of(), Map.of(SRV, NO_NAME, HOST, some)),
            fault(Map.of(), Map.of(SRV, NO_NAME, HOST, NO_NAME, NAMESPACE, NO_RECORD)),
            fault(Map.of(), Map.of(SRV, NO_RECORD, HOST, NO_RECORD, NAMESPACE, NO_RECORD)),
            fault(Map.of(), Map.of(SRV, NO_NAME, HOST, NO_NAME, NAMESPACE, NO_NAME)),
            fault(
                Map.of(),
                Map.of(
                    SRV,
                    services(
                        new Target(HOST.substring(0, HOST.length() - 1), 1, List.of("10.0.0.1"))))),
            fault(Map.of(), Map.of(SRV, services(target("10-244-0-5", "10.244.0.5")))),
            fault(Map.of(), Map.of(SRV, services(target("peat-mesh-1")))),
            fault(Map.of(), Map.of(SRV, services(many))),
            fault(Map.of("srv", "mesh.example.org"), Map.of("mesh.example.org.", NO_NAME)),
            fault(Map.of("names", "a.example:1"), Map.of()))
        .toList();
  }

  private static String fault(Map<String, String> settings, Map<String, Answer> dns) {
    HostDns host = new HostDns(List.of(), List.of(), 1, Optional.empty());
    Lookout lookout =
        new Lookout(
            DnsSettings.of(new DiscoverySettings(settings)).plan(host, 11204), id -> false, 0);
    for (Optional<Question> next = lookout.next(0); next.isPresent(); next = lookout.next(0)) {
      Answer answer = dns.getOrDefault(next.get().name(), NO_NAME);
      lookout.answered(next.get(), answer, 0, Instant.EPOCH);
    }
    lookout.events(0);
    return ((Degraded) lookout.status()).cause();
  }

  private static Services services(Target... targets) {
    return new Services(List.of(targets), true, 5);
  }

  private static Target target(String label, String... glue) {
    return new Target(label + "." + HOST.substring(0, HOST.length() - 1), 1, List.of(glue));
  }

  /** Three dots stand for anything. */
  private static Predicate<String> says(String row) {
    return Pattern.compile(
            Arrays.stream(row.split("\\.\\.\\.", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*")))
        .asMatchPredicate();
  }

  private String section(String title) {
    int start = page.indexOf(title + "\n");
    int end = page.indexOf("\n## ", start + 1);
    return page.substring(start, end < 0 ? page.length() : end);
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new AssertionError(path + " is read", e);
    }
  }
}

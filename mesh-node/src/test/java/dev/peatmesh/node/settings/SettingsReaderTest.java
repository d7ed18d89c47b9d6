package dev.peatmesh.node.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.peatmesh.discovery.DiscoverySettings;
import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.CompactionSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsReaderTest {
  private static final byte[] SECRET =
      "thirty-two bytes that are secret".getBytes(StandardCharsets.US_ASCII);
  private static final String ENCODED = Base64.getEncoder().encodeToString(SECRET);
  private static final NodeFlags NO_FLAGS =
      new NodeFlags(
          null,
          null,
          null,
          List.of(),
          DiscoveryFlags.of(null),
          null,
          null,
          null,
          CompactionFlags.NONE);

  private final Map<String, String> environment =
      new HashMap<>(Map.of("PEAT_FORMATION_SECRET", ENCODED, "HOSTNAME", "kitchen"));

  @Test
  void theSecretAloneIsEnough() {
    NodeSettings settings = read(Map.of("PEAT_FORMATION_SECRET", ENCODED));

    assertThat(settings.nodeName()).isEqualTo("peat-mesh-0");
    assertThat(settings.formationId()).isEqualTo("default");
    assertThat(settings.secret().bytes()).isEqualTo(SECRET);
    assertThat(settings.peers()).isEmpty();
    assertThat(settings.discovery()).isEmpty();
    assertThat(settings.bindHost()).isEqualTo("0.0.0.0");
    assertThat(settings.bindPort()).isEqualTo(11_204);
    assertThat(settings.dataDirectory()).isNull();
    assertThat(settings.warnings())
        .singleElement()
        .asString()
        .startsWith("no --name, POD_NAME or HOSTNAME is set: this node is peat-mesh-0");
  }

  @Test
  void everySettingCanComeFromTheEnvironment() {
    environment.putAll(
        Map.of(
            "POD_NAME", "cellar",
            "PEAT_FORMATION_ID", "home",
            "PEAT_STATIC_PEERS", "attic@127.0.0.1:7001, hall@10.0.0.2:7002",
            "PEAT_DISCOVERY", "static",
            "PEAT_BIND_HOST", "127.0.0.1",
            "PEAT_IROH_BIND_PORT", "7000",
            "PEAT_DATA_DIR", "data"));

    NodeSettings settings = read(environment);

    assertThat(settings.nodeName()).isEqualTo("cellar");
    assertThat(settings.formationId()).isEqualTo("home");
    assertThat(settings.peers()).containsExactly("attic@127.0.0.1:7001", " hall@10.0.0.2:7002");
    assertThat(settings.discovery()).isEmpty();
    assertThat(settings.bindHost()).isEqualTo("127.0.0.1");
    assertThat(settings.bindPort()).isEqualTo(7000);
    assertThat(settings.dataDirectory()).isEqualTo(Path.of("data"));
    assertThat(settings.warnings()).isEmpty();
  }

  @Test
  void aFlagBeatsItsVariable(@TempDir Path folder) throws IOException {
    byte[] other = new byte[32];
    Arrays.fill(other, (byte) 7);
    Path file = Files.write(folder.resolve("secret"), Base64.getEncoder().encode(other));
    environment.putAll(
        Map.of(
            "PEAT_FORMATION_ID", "home",
            "PEAT_STATIC_PEERS", "attic@127.0.0.1:7001",
            "PEAT_DISCOVERY", "carrier-pigeon",
            "PEAT_BIND_HOST", "127.0.0.1",
            "PEAT_BIND_PORT", "7000",
            "PEAT_DATA_DIR", "data"));
    NodeFlags flags =
        new NodeFlags(
            "cellar",
            "barn",
            file.toString(),
            List.of("hall@10.0.0.2:7002"),
            DiscoveryFlags.of("none"),
            "::1",
            "0",
            folder.toString(),
            CompactionFlags.NONE);

    NodeSettings settings = SettingsReader.read(flags, environment, new Agreeable());

    assertThat(settings.nodeName()).isEqualTo("cellar");
    assertThat(settings.formationId()).isEqualTo("barn");
    assertThat(settings.secret().bytes()).isEqualTo(other);
    assertThat(settings.peers()).containsExactly("hall@10.0.0.2:7002");
    assertThat(settings.discovery()).isEmpty();
    assertThat(settings.bindHost()).isEqualTo("::1");
    assertThat(settings.bindPort()).isZero();
    assertThat(settings.dataDirectory()).isEqualTo(folder);
  }

  @Test
  void anEmptyVariableCountsAsUnset() {
    for (Setting setting : Setting.ALL) {
      setting.variables().forEach(variable -> environment.put(variable, ""));
    }
    environment.put("PEAT_FORMATION_SECRET", ENCODED);
    environment.put("PEAT_REQUIRE_CERTIFICATES", "");
    environment.put("PEAT_UNHEARD_OF", "");

    NodeSettings settings = read(environment);

    assertThat(settings.nodeName()).isEqualTo("peat-mesh-0");
    assertThat(settings.bindPort()).isEqualTo(11_204);
    assertThat(settings.warnings()).hasSize(1);
  }

  @Test
  void theFirstOfTwoVariablesWins() {
    environment.put("POD_NAME", "pod");
    environment.put("PEAT_IROH_BIND_PORT", "1");
    environment.put("PEAT_BIND_PORT", "2");

    assertThat(read(environment).nodeName()).isEqualTo("pod");
    assertThat(read(environment).bindPort()).isEqualTo(1);
  }

  @Test
  void saysHowToGetTheSecretThatIsMissing() {
    environment.remove("PEAT_FORMATION_SECRET");

    assertThat(problems())
        .containsExactly(
            "--secret-file: is missing, and PEAT_FORMATION_SECRET is not set. Give one of them:"
                + " the secret that all nodes of the formation share, in base64. Make one: openssl"
                + " rand -base64 32");
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "-1", "65536", "1e3", "99999999999"})
  void refusesWhatIsNoPort(String text) {
    environment.put("PEAT_BIND_PORT", text);

    assertThat(problems())
        .containsExactly(
            "PEAT_BIND_PORT("
                + text
                + "): is no port. 0 to 65535; 0 takes any free one; the default is 11204.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "256.1.1.1", "1.2.3", "zz::1", "1.2.3.4.", "a:b:c"})
  void refusesABindHostThatIsNoIpAddress(String text) {
    environment.put("PEAT_BIND_HOST", text);

    assertThat(problems())
        .containsExactly(
            "PEAT_BIND_HOST("
                + text
                + "): is no IP address. Use an address of this machine, such as 127.0.0.1 or ::1;"
                + " the default 0.0.0.0 is every interface.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "0.0.0.0", "::", "::1", "fe80::1", "::ffff:10.0.0.1"})
  void takesAnIpLiteralAsBindHost(String text) {
    environment.put("PEAT_BIND_HOST", text);

    assertThat(read(environment).bindHost()).isEqualTo(text);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "'mdns,', 'has an empty name. Use none, or names with a comma between them.'",
    "'none,mdns', 'none excludes every other. Use none, or the others.'",
  })
  void refusesListsOfDiscoveryNamesThatMakeNoSense(String text, String problem) {
    environment.put("PEAT_DISCOVERY", text);

    assertThat(problems()).containsExactly("PEAT_DISCOVERY(" + text + "): " + problem);
  }

  @Test
  void handsOtherDiscoveryNamesOnInTheirOrder() {
    environment.put("PEAT_NODE_DISCOVERY_MODE", "mdns, static,dns,mdns");

    assertThat(read(environment).discovery().keySet()).containsExactly("mdns", "dns");
  }

  @Test
  void whatTheMachineRefusesIsInTheSameList() {
    environment.put("PEAT_DISCOVERY", "carrier-pigeon");
    environment.put("PEAT_DATA_DIR", "/full");
    environment.put("PEAT_BIND_PORT", "80");

    assertThat(problems(NO_FLAGS, new Contrary()))
        .containsExactly(
            "PEAT_DISCOVERY: no carrier-pigeon",
            "PEAT_DATA_DIR(/full): no",
            "PEAT_BIND_PORT: no 80");
  }

  @Test
  void aPortThatIsTakenIsNamedByItsFlagWhenNothingIsSet() {
    assertThat(problems(NO_FLAGS, new Contrary())).containsExactly("--bind-port: no 11204");
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "1", "TRUE", "yes"})
  void refusesToRunWithoutTheCertificatesThatAreAskedFor(String text) {
    environment.put("PEAT_REQUIRE_CERTIFICATES", text);

    assertThat(problems())
        .containsExactly(
            "PEAT_REQUIRE_CERTIFICATES: this version knows no certificates and would admit every"
                + " holder of the formation secret. Unset it, or use a version that has them.");
  }

  @Test
  void namesVariablesThatDoNothing() {
    environment.put("PEAT_BROKER_PORT", "8081");
    environment.put("PEAT_TTL_PRESET", "tactical");
    environment.put("PEAT_REQUIRE_CERTIFICATES", "false");
    environment.put("PEAT_DATADIR", "/data");

    assertThat(read(environment).warnings())
        .containsExactly(
            "without effect in this version: PEAT_BROKER_PORT,"
                + " PEAT_REQUIRE_CERTIFICATES, PEAT_TTL_PRESET",
            "unknown variables, ignored: PEAT_DATADIR");
  }

  @Test
  void compactionIsReadFromTheEnvironment() {
    environment.putAll(
        Map.of(
            "PEAT_COMPACTION_ENABLED", "TRUE",
            "PEAT_COMPACTION_INTERVAL_SECS", "60",
            "PEAT_COMPACTION_THRESHOLD_BYTES", "1024",
            "PEAT_COMPACTION_COLLECTIONS", "tracks, nodes"));

    assertThat(read(environment).compaction())
        .isEqualTo(
            new CompactionSettings(true, Duration.ofMinutes(1), 1_024, Set.of("tracks", "nodes")));
    assertThat(read(environment).warnings()).isEmpty();
  }

  @Test
  void everyBadSettingOfTheCompactionIsNamed() {
    environment.putAll(
        Map.of(
            "PEAT_COMPACTION_ENABLED", "maybe",
            "PEAT_COMPACTION_INTERVAL_SECS", "9",
            "PEAT_COMPACTION_THRESHOLD_BYTES", "64KB",
            "PEAT_COMPACTION_COLLECTIONS", "a,,b"));

    assertThat(problems())
        .satisfiesExactly(
            one ->
                assertThat(one)
                    .startsWith("PEAT_COMPACTION_ENABLED(maybe): is neither true nor false."),
            two ->
                assertThat(two).startsWith("PEAT_COMPACTION_INTERVAL_SECS(9): ").contains("PT10S"),
            three ->
                assertThat(three)
                    .startsWith("PEAT_COMPACTION_THRESHOLD_BYTES(64KB): is no whole number"),
            four -> assertThat(four).startsWith("PEAT_COMPACTION_COLLECTIONS(a,,b): "));
  }

  @Test
  void aLongBadValueIsCutAndStaysOnOneLine() {
    environment.put("PEAT_BIND_PORT", "1\n" + "2".repeat(500));

    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith("PEAT_BIND_PORT(1?" + "2".repeat(78) + "...): is no port.");
  }

  @Test
  void theSecretIsInNoText() {
    NodeSettings settings = read(environment);

    assertThat(settings.toString()).doesNotContain(ENCODED).contains("FormationSecret[bytes=32]");
  }

  private static NodeSettings read(Map<String, String> environment) {
    return SettingsReader.read(NO_FLAGS, environment, new Agreeable());
  }

  private List<String> problems() {
    return problems(NO_FLAGS, new Agreeable());
  }

  private List<String> problems(NodeFlags flags, Machine machine) {
    return assertThatExceptionOfType(MeshException.BadConfiguration.class)
        .isThrownBy(() -> SettingsReader.read(flags, environment, machine))
        .actual()
        .problems();
  }

  private static final class Agreeable implements Machine {
    @Override
    public Optional<String> refusesDiscovery(String name, DiscoverySettings settings) {
      return Optional.empty();
    }

    @Override
    public Optional<String> refusesDirectory(Path directory) {
      return Optional.empty();
    }

    @Override
    public Optional<String> refusesPort(String host, int port) {
      return Optional.empty();
    }
  }

  private static final class Contrary implements Machine {
    @Override
    public Optional<String> refusesDiscovery(String name, DiscoverySettings settings) {
      return Optional.of("no " + name);
    }

    @Override
    public Optional<String> refusesDirectory(Path directory) {
      return Optional.of("no");
    }

    @Override
    public Optional<String> refusesPort(String host, int port) {
      return Optional.of("no " + port);
    }
  }
}

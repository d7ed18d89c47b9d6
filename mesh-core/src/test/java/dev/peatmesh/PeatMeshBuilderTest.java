package dev.peatmesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.peatmesh.discovery.DiscoverySettings;
import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.CollectionSettings;
import dev.peatmesh.sync.StoreKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user reads when a setting cannot work. */
class PeatMeshBuilderTest {
  private static final byte[] SECRET = new byte[32];

  @Test
  void everyBadSettingIsInOneException() {
    PeatMeshBuilder builder =
        PeatMesh.builder()
            .nodeName("iroh:me")
            .formation("home", new byte[3])
            .discovery("k8s")
            .staticPeers("no-port@host")
            .bindPort(70_000)
            .keepAlive(Duration.ZERO)
            .idleTimeout(Duration.ofDays(1))
            .peersMax(0)
            .documentsMax(-1);

    List<String> problems = problems(builder);

    assertThat(problems).hasSize(9);
    assertThat(problems).anyMatch(text -> text.contains("iroh:"));
    assertThat(problems).anyMatch(text -> text.contains("3 bytes") && text.contains("16"));
    assertThat(problems)
        .contains(
            "discovery(\"k8s\"): no provider of that name is on the path. Found: [static]. Add the"
                + " mesh-discovery-k8s artifact.");
    assertThat(problems).anyMatch(text -> text.contains("no-port@host"));
    assertThat(problems)
        .contains(
            "bindPort(70000): is not a port. Use 0 (any free one) to 65535.",
            "keepAlive(PT0S): is out of bounds. Use PT0.1S to PT1M.",
            "peersMax(0): is out of bounds. Use 1 to 10000.");
  }

  @Test
  void everyBadSettingOfDocumentsIsNamed() {
    StoreKey key = StoreKey.of("one", new byte[StoreKey.BYTES]);
    assertThat(
            problems(
                valid()
                    .documentBytesMax(100)
                    .documentBytesWarn(200)
                    .openDocumentBytesMax(1)
                    .tombstoneRetention(Duration.ofSeconds(59))
                    .journalEntriesMax(0)
                    .collection("", CollectionSettings.forCollection("x"))
                    .storeKey(key, key)))
        .containsExactly(
            "documentBytesMax(100): is out of bounds. Use 1024 to 67108864.",
            "documentBytesWarn(200): is above documentBytesMax(100), so that nobody would be"
                + " warned. Lower it, or raise the other.",
            "openDocumentBytesMax(1): is out of bounds. Use 1048576 to 9223372036854775807.",
            "tombstoneRetention(PT59S): is out of bounds. Use PT1M to PT87600H.",
            "journalEntriesMax(0): is out of bounds. Use 1 to 1000000.",
            "collection(\"\"): is empty. Give it at least one character.",
            "storeKey([StoreKey(one), StoreKey(one)]): two keys have one id. Give each key an id of"
                + " its own, for good.",
            "storeKey(one): there is nothing to encrypt without dataDirectory. Set that, or no"
                + " key.");
  }

  @Test
  void aMissingNameAndSecretAreNamed() {
    assertThat(problems(PeatMesh.builder()))
        .containsExactly(
            "nodeName: is missing. Give this node a name of its own.",
            "formation: is missing. Call formation(id, secret) with a secret of 32 random bytes"
                + " that all nodes share.");
  }

  @Test
  void aHostNameIsNoBindAddress() {
    assertThat(problems(valid().bindHost("example.org")))
        .containsExactly(
            "bindHost(\"example.org\"): is not an IP address. Use a literal such as 0.0.0.0,"
                + " 127.0.0.1 or ::.");
  }

  @Test
  void aStrategyGivenTwiceIsNamed() {
    assertThat(problems(valid().discovery(new NamedStrategy()).discovery(new NamedStrategy())))
        .containsExactly(
            "discovery(\"mine\"): is given twice. Give every strategy once, under its own name.");
  }

  @Test
  void settingsThatAStrategyDoesNotKnowAreNamed() {
    assertThat(
            problems(
                valid()
                    .discovery("static", DiscoverySettings.of("peer", "a@b:1"))
                    .discoveryGrace(Duration.ofDays(1))))
        .containsExactly(
            "discovery(\"static\"): has no setting [peer]. Known: [peers]. Check the spelling.",
            "discoveryGrace: grace(PT24H): is out of bounds. Use PT0S to PT1H.");
  }

  @Test
  void settingsGivenTwiceAreNamed() {
    DiscoverySettings settings = DiscoverySettings.of("peers", "a@b:1");
    assertThat(
            problems(
                valid()
                    .discovery("static", settings)
                    .discovery("static", settings)
                    .staticPeers("c@d:1")))
        .containsExactly(
            "staticPeers: the setting \"peers\" of discovery(\"static\") names peers too. Use one"
                + " of them.",
            "discovery(\"static\"): its settings are given twice. Give them once.");
  }

  @Test
  void kubernetesIsCalledK8s() {
    assertThat(problems(valid().discovery("kubernetes", "hybrid")))
        .containsExactly(
            "discovery(\"kubernetes\"): no provider of that name is on the path. Found: [static]."
                + " Write \"k8s\", and add the mesh-discovery-k8s artifact.",
            "discovery(\"hybrid\"): no provider of that name is on the path. Found: [static]. It"
                + " needs no name: all strategies that are named are united.");
  }

  @Test
  void aDataDirectoryThatIsAFileIsNamed(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");

    Assertions.assertThatThrownBy(() -> valid().dataDirectory(file).start())
        .isInstanceOf(MeshException.StoreFailure.class)
        .hasMessageContaining(file.toString());
  }

  private static PeatMeshBuilder valid() {
    return PeatMesh.builder().nodeName("me").formation("home", SECRET).bindHost("127.0.0.1");
  }

  private static List<String> problems(PeatMeshBuilder builder) {
    return catchThrowableOfType(MeshException.BadConfiguration.class, builder::start).problems();
  }
}

package dev.peatmesh.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.discovery.DiscoveryProviders;
import dev.peatmesh.discovery.DiscoverySettings;
import dev.peatmesh.discovery.HybridSettings;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.discovery.StaticDiscovery;
import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.testkit.discovery.DiscoverySource;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/discovery shows is what is compiled, and what its tables say is so. */
class DiscoveryDocsTest {
  private static final Path MODULE = Path.of(System.getProperty("basedir", "."));
  private static final String MAIN = "src/main/java/dev/peatmesh/examples/";
  private static final String TEST = "src/test/java/dev/peatmesh/examples/";

  private static final Pattern SAMPLE = Pattern.compile("(?ms)^```java\n(.*?)\n```$");
  private static final Pattern REGION =
      Pattern.compile("(?ms)^ *// region [\\w-]+\n(.*?)\n *// endregion$");
  private static final Pattern FIRST_CELL = Pattern.compile("(?m)^\\| `([^`]+)` \\|");

  @Test
  void samplesOfWriteYourOwnAreTheCompiledOnes() throws IOException {
    assertThat(samples("write-your-own.md"))
        .containsExactly(
            region(MAIN + "FileDiscovery.java"),
            region(MAIN + "FileDiscoveryProvider.java"),
            region(TEST + "FileDiscoveryTest.java"));
  }

  @Test
  void abilitiesAreAllExplained() throws IOException {
    assertThat(firstCells("write-your-own.md"))
        .isEqualTo(Arrays.stream(DiscoverySource.Ability.values()).map(Enum::name).toList());
  }

  @Test
  void sampleOfStaticIsTheCompiledOne() throws IOException {
    assertThat(samples("static.md")).containsExactly(region(MAIN + "NamedPeers.java"));
  }

  @Test
  void settingsOfStaticAreThoseOfItsProvider() throws IOException {
    List<String> settings = firstCells("static.md");

    // The provider names all it knows when it meets a stranger.
    assertThatThrownBy(
            () ->
                DiscoveryProviders.load()
                    .create("static", DiscoverySettings.of("no-such-setting", "1")))
        .hasMessageContaining("Known: " + settings + ".");
  }

  @Test
  void boundsOfStaticAreThoseOfTheCode() throws IOException {
    assertThat(page("static.md"))
        .contains("| peers in a list | " + StaticDiscovery.PEERS_MAX + " |")
        .contains("| addresses of one peer | " + PeerInfo.ADDRESSES_MAX + " |")
        .contains("| characters of a list | " + StaticDiscovery.LIST_CHARS_MAX + " |");
  }

  @Test
  void samplesOfHybridAreTheCompiledOnes() throws IOException {
    assertThat(samples("hybrid.md")).isEqualTo(regions(MAIN + "ManyWays.java"));
  }

  @Test
  void settingsOfHybridAreThoseOfTheCode() throws Exception {
    List<String> rows = new ArrayList<>();
    for (RecordComponent setting : HybridSettings.class.getRecordComponents()) {
      Object fallback = setting.getAccessor().invoke(HybridSettings.DEFAULT);
      rows.add("| `" + setting.getName() + "` | " + fallback + " |");
    }

    assertThat(page("hybrid.md")).contains(rows);
    assertThat(firstCells("hybrid.md")).hasSameSizeAs(rows);
  }

  @Test
  void boundsOfHybridAreThoseOfTheCode() throws IOException {
    assertThat(page("hybrid.md"))
        .contains("At most " + PeerInfo.SOURCES_MAX + " strategies")
        .contains("at most " + PeerInfo.ADDRESSES_MAX + " |");
  }

  @Test
  void mixWithoutItsArtifactsSaysWhichAreMissing() {
    assertThatThrownBy(() -> ManyWays.start(new byte[32]))
        .isInstanceOf(MeshException.BadConfiguration.class)
        .hasMessageContaining("Add the mesh-discovery-k8s artifact.")
        .hasMessageContaining("Add the mesh-discovery-dns artifact.");
  }

  private static List<String> samples(String page) throws IOException {
    return SAMPLE.matcher(page(page)).results().map(found -> found.group(1)).toList();
  }

  private static List<String> firstCells(String page) throws IOException {
    return FIRST_CELL.matcher(page(page)).results().map(found -> found.group(1)).toList();
  }

  private static String region(String file) throws IOException {
    return String.join("", regions(file));
  }

  private static List<String> regions(String file) throws IOException {
    return REGION
        .matcher(Files.readString(MODULE.resolve(file)))
        .results()
        .map(found -> found.group(1).stripIndent())
        .toList();
  }

  private static String page(String name) throws IOException {
    return Files.readString(MODULE.resolve("../docs/discovery").resolve(name));
  }
}

package dev.peatmesh.discovery.mdns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.peatmesh.discovery.DiscoverySettings;
import dev.peatmesh.discovery.mdns.internal.view.Announcement;
import dev.peatmesh.discovery.mdns.internal.view.LinkChoice;
import dev.peatmesh.discovery.mdns.internal.wire.TimeToLive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/discovery/mdns.md says is what the code does. */
class MdnsDocsTest {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z0-9_-]+)` \\|(?: `?([^|`]+?)`? \\|)?");

  private final String page = read(Path.of("../docs/discovery/mdns.md"));

  @Test
  void settingsTableIsThatOfTheCode() {
    MdnsSettings defaults = MdnsSettings.defaults();

    assertThat(ROW.matcher(section("## Settings")).results())
        .extracting(row -> List.of(row.group(1), row.group(2)))
        .containsExactly(
            List.of("interfaces", "every usable one"),
            List.of("ipv4", Boolean.toString(defaults.ipv4())),
            List.of("ipv6", Boolean.toString(defaults.ipv6())),
            List.of("expiry", defaults.expiry().toSeconds() + "s"),
            List.of("metadata", "none"))
        .extracting(row -> row.get(0))
        .containsExactlyInAnyOrderElementsOf(MdnsSettings.KEYS);
  }

  @Test
  void boundsAreThoseOfTheCode() {
    assertThat(section("## Settings"))
        .contains("at most " + MdnsSettings.INTERFACES_MAX + ". Usable")
        .contains("At most " + LinkChoice.LINKS_MAX + " links")
        .contains("`10s` to `1h`");
    assertThat(page).contains("after at most " + TimeToLive.SECONDS_MAX + " s");
    for (String limit : List.of("10s", "1h")) {
      assertThatCode(() -> MdnsSettings.of(DiscoverySettings.of("expiry", limit)))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void textRecordTableNamesEveryKeyThatIsAnnounced() {
    Announcement own = new Announcement("kitchen", "home", 11204, "1", Map.of());

    assertThat(ROW.matcher(section("## What a node announces")).results())
        .extracting(row -> row.group(1))
        .containsExactlyElementsOf(
            own.strings().stream().map(text -> text.substring(0, text.indexOf('='))).toList());
    assertThat(page).contains("`" + Announcement.SERVICE + "`");
  }

  @Test
  void sampleIsTheOneThatIsCompiled() {
    String source = read(Path.of("src/test/java/dev/peatmesh/discovery/mdns/MdnsSample.java"));
    String region =
        source.substring(
            source.indexOf("// region sample") + "// region sample".length(),
            source.indexOf("// endregion"));

    assertThat(page).contains("```java\n" + region.stripIndent().strip() + "\n```");
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

package dev.peatmesh.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.FeedEvent;
import dev.peatmesh.sync.FieldPath;
import dev.peatmesh.sync.Filter;
import dev.peatmesh.sync.Query;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What docs/sync shows is what is compiled, and what its tables say is so. */
class SyncDocsTest {
  private static final Path MODULE = Path.of(System.getProperty("basedir", "."));
  private static final Path SOURCE = Path.of("src/main/java/dev/peatmesh/examples");

  private static final Pattern SAMPLE = Pattern.compile("(?ms)^```java\n(.*?)\n```$");
  private static final Pattern REGION =
      Pattern.compile("(?ms)^ *// region ([\\w-]+)\n(.*?)\n *// endregion$");

  @Test
  void samplesOfTheChangeFeedAreTheCompiledOnes() throws IOException {
    Map<String, String> regions = regions("FilteredCopy.java");

    assertThat(samples("change-feed.md"))
        .containsExactly(regions.get("subscribe"), regions.get("listener"), regions.get("resume"));
  }

  @Test
  void sampleOfQueriesIsTheCompiledOne() throws IOException {
    assertThat(samples("queries.md")).containsExactly(regions("FilteredCopy.java").get("query"));
  }

  @Test
  void everyEventIsExplained() throws IOException {
    String page = page("change-feed.md");

    assertThat(FeedEvent.class.getPermittedSubclasses())
        .allMatch(event -> page.contains("| `" + event.getSimpleName() + "("));
    assertThat(FeedEvent.Kind.values()).allMatch(kind -> page.contains("| `" + kind + "` |"));
  }

  @Test
  void boundsOfQueriesAreThoseOfTheCode() throws IOException {
    assertThat(page("queries.md"))
        .contains("(`limit`) | %s; %s when".formatted(n(Query.LIMIT_MAX), n(Query.LIMIT_DEFAULT)))
        .contains("(`offset`) | " + n(Query.OFFSET_MAX) + " |")
        .contains("| paths to sort by | " + Query.ORDER_MAX + " |")
        .contains("| %s, nested %d deep |".formatted(n(Filter.PARTS_MAX), Filter.DEPTH_MAX))
        .contains("| segments of a path | " + FieldPath.SEGMENTS_MAX + " |");
  }

  private static String n(int number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static List<String> samples(String page) throws IOException {
    return SAMPLE.matcher(page(page)).results().map(found -> found.group(1)).toList();
  }

  private static Map<String, String> regions(String file) throws IOException {
    return REGION
        .matcher(Files.readString(MODULE.resolve(SOURCE).resolve(file)))
        .results()
        .collect(
            Collectors.toMap(
                found -> found.group(1), found -> found.group(2).stripTrailing().stripIndent()));
  }

  private static String page(String name) throws IOException {
    return Files.readString(MODULE.resolve("../docs/sync").resolve(name));
  }
}

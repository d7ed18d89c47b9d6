package dev.peatmesh.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  private static final Path MODULE = Path.of(System.getProperty("basedir", "."));

  @Test
  void sampleOfTheReadmeIsTheCompiledOne() throws IOException {
    List<String> source =
        Files.readAllLines(MODULE.resolve("src/main/java/dev/peatmesh/examples/QuickStart.java"));
    String region =
        String.join("\n", between(source, "// region readme", "// endregion")).stripIndent();

    List<String> readme = Files.readAllLines(MODULE.resolve("../README.md"));

    assertThat(String.join("\n", between(readme, "```java", "```"))).isEqualTo(region);
  }

  private static List<String> between(List<String> lines, String from, String to) {
    List<String> stripped = lines.stream().map(String::strip).toList();
    int start = stripped.indexOf(from) + 1;
    assertThat(start).as("the line %s", from).isPositive();
    List<String> rest = stripped.subList(start, stripped.size());
    return lines.subList(start, start + rest.indexOf(to));
  }
}

package dev.peatmesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {
  private static final String BLOCK = "<!-- demo output -->";

  /** What the killed node wrote last. */
  private static final String LAST_WORDS = "\"last_words\":\"cedar was here\",";

  @Test
  void doesWhatTheReadmeShowsAndLeavesNothingBehind(@TempDir Path folder) throws Exception {
    Program.Run run = RunnableJar.run(folder, "demo");

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(pattern(run.out().lines())).isEqualTo(pattern(readmeOutput().stream()));
    assertThat(run.out().lines().filter(line -> line.contains(LAST_WORDS)).skip(2))
        .as("at the latest when it is back, all three have what it acknowledged")
        .isNotEmpty();
    assertThat(RunnableJar.temporary(folder)).isEmptyDirectory();
  }

  /**
   * Figures and ids differ from run to run, and whether the others had the killed node's last words
   * before it came back; the rest does not.
   */
  private static List<String> pattern(Stream<String> lines) {
    return lines
        .map(line -> line.replaceAll("\\b[0-9a-f]{12,}\\b", "#").replaceAll("[0-9]+", "#"))
        .map(line -> line.replaceAll("\\[ *", "[").replace(LAST_WORDS, ""))
        .toList();
  }

  private static List<String> readmeOutput() throws Exception {
    Path readme = Path.of(System.getProperty("mesh.project"), "README.md");
    List<String> lines = Files.readAllLines(readme);
    int marker = lines.indexOf(BLOCK);
    assertThat(marker).as("the line %s in README.md", BLOCK).isNotNegative();
    assertThat(lines.get(marker + 1)).isEqualTo("```");
    List<String> rest = lines.subList(marker + 2, lines.size());
    return rest.subList(0, rest.indexOf("```"));
  }
}

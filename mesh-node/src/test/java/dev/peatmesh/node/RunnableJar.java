package dev.peatmesh.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The jar that users run, in processes of its own. */
final class RunnableJar {
  private static final long PATIENCE_SECONDS = 120;

  private RunnableJar() {}

  /** The words that start the program. */
  static List<String> command() {
    Path jar = Path.of(System.getProperty("mesh.node.jar"));
    assertThat(jar).isRegularFile();
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-jar",
        jar.toString());
  }

  /** Runs the program to its end, without any PEAT_ variable. */
  static Program.Run run(Path folder, String... arguments) throws Exception {
    List<String> words = new ArrayList<>(command());
    words.add(1, "-Djava.io.tmpdir=" + Files.createDirectories(temporary(folder)));
    words.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().keySet().removeIf(variable -> variable.startsWith("PEAT_"));
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
          .as("ends in time; stderr: %s", read(err))
          .isTrue();
      return new Program.Run(process.exitValue(), read(out), read(err));
    } finally {
      process.destroyForcibly();
    }
  }

  /** Where a program that was run in the folder has its temporary files. */
  static Path temporary(Path folder) {
    return folder.resolve("tmp");
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, UTF_8);
  }
}

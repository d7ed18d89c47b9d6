package dev.peatmesh.sync.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whether the native core bears what the guard accepts. It runs in a child process, because what it
 * cannot bear ends the process; without the guard that happens soon, which the last tests show.
 */
class GuardFuzzIT {
  private static final int ABORTED = 134;
  private static final long MINUTES_MAX = 30;
  private static final int UNGUARDED_INPUTS = 20_000;

  private Path scratch = Path.of("target");

  @BeforeEach
  void makeScratch() throws IOException {
    scratch = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "guard-fuzz-");
  }

  /** The child leaves its copy of the native library behind when it is aborted. */
  @AfterEach
  void deleteScratch() throws IOException {
    try (Stream<Path> files = Files.walk(scratch)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void survivesHostileChanges() throws Exception {
    survives(seed(1), 20_000);
  }

  @Test
  @Tag("heavy")
  void survivesAMillionHostileChanges() throws Exception {
    survives(seed(new SplittableRandom().nextLong()), 1_000_000);
  }

  @Test
  void abortsWithoutTheGuard() throws Exception {
    aborts(seed(1), 3);
  }

  @Test
  @Tag("heavy")
  void abortsAgainAndAgainWithoutTheGuard() throws Exception {
    aborts(seed(1), 40);
  }

  private void survives(long seed, int inputs) throws Exception {
    Child child = run(seed, inputs, "guarded");
    System.out.printf("guarded: seed=%d %s%n", seed, child.lastLine());
    assertThat(child.exitCode())
        .as("-Dmesh.seed=%d ended the process; %s%n%s", seed, child.last(), child.output())
        .isZero();
    assertThat(child.output()).contains("inputs=" + inputs + " ").contains("aborts=0");
    assertThat(child.lastLine()).doesNotContain("applied=0 ");
  }

  private void aborts(long seed, int restarts) throws Exception {
    long inputs = 0;
    int aborts = 0;
    for (int i = 0; i < restarts; i++) {
      Child child = run(seed + i, UNGUARDED_INPUTS, "unguarded");
      inputs += child.last().count();
      aborts += child.exitCode() == ABORTED ? 1 : 0;
    }
    System.out.printf(
        "unguarded: seed=%d restarts=%d inputs=%d aborts=%d inputs-per-abort=%d%n",
        seed, restarts, inputs, aborts, inputs / Math.max(1, aborts));
    assertThat(aborts).as("a fuzz that cannot fail shows nothing").isPositive();
  }

  private Child run(long seed, int inputs, String mode) throws Exception {
    Path recorded = scratch.resolve("inputs");
    Path output = scratch.resolve("output");
    Files.deleteIfExists(recorded);
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx512m",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Djava.io.tmpdir=" + scratch,
                    "-cp",
                    System.getProperty("java.class.path"),
                    GuardFuzz.class.getName(),
                    Long.toString(seed),
                    Integer.toString(inputs),
                    mode,
                    recorded.toString()))
            .directory(scratch.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
      process.destroyForcibly().waitFor();
    }
    return new Child(
        process.exitValue(),
        Files.readString(output, StandardCharsets.ISO_8859_1),
        InputRecorder.Last.read(recorded));
  }

  private static long seed(long otherwise) {
    String given = System.getProperty("mesh.seed", "");
    return given.isBlank() ? otherwise : Long.parseLong(given);
  }

  private record Child(int exitCode, String output, InputRecorder.Last last) {
    String lastLine() {
      return output.strip().lines().reduce("", (before, line) -> line);
    }
  }
}

package dev.peatmesh.sync.internal.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.internal.guard.ActorId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Native memory is given back. */
class NativeMemoryTest {
  private static final Path STATUS = Path.of("/proc/self/status");

  @Test
  void aForgottenDocumentIsFreedInTheEnd() {
    long before = NativeDocument.openCount();
    NativeDocument.create(new ActorId("0a"));
    assertThat(NativeDocument.openCount()).isEqualTo(before + 1);

    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (NativeDocument.openCount() > before && System.nanoTime() - deadline < 0) {
      System.gc();
      Thread.onSpinWait();
    }

    assertThat(NativeDocument.openCount()).isEqualTo(before);
  }

  @Test
  @Tag("heavy")
  void openingEditingAndClosingForEverDoesNotGrowTheProcess() throws Exception {
    Assumptions.assumeTrue(Files.exists(STATUS), "/proc is absent: memory cannot be measured");
    // A process of its own, with a heap that cannot grow: what grows is native.
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms64m",
                "-Xmx64m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Cycles.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(child.waitFor()).as(output).isZero();
    long grown =
        Long.parseLong(output.substring(output.indexOf(Cycles.GROWN)).replaceAll("\\D", ""));
    // Unclosed they would take 1.3 GB; a lost patch log for each would take 24 MB.
    assertThat(grown).as("kilobytes over 200,000 documents").isLessThan(12_000);
  }

  /** The program of the child process. */
  static final class Cycles {
    static final String GROWN = "grown by KB: ";

    private Cycles() {}

    public static void main(String[] arguments) throws IOException {
      run(40_000);
      long before = residentKilobytes();
      run(200_000);
      System.out.println(GROWN + Math.max(0, residentKilobytes() - before));
    }

    private static void run(int count) {
      for (int i = 0; i < count; i++) {
        try (NativeDocument document = NativeDocument.create(new ActorId("0a"))) {
          // Every tenth takes the way over a copy.
          document.put(Map.of("n", i % 10 == 0 ? Long.MAX_VALUE : i));
        }
      }
    }

    private static long residentKilobytes() throws IOException {
      System.gc();
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    }
  }
}

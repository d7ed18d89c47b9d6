package dev.peatmesh.sync.internal.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.internal.guard.ActorId;
import java.io.IOException;
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
  void openingAndClosingForEverDoesNotGrowTheProcess() throws IOException {
    Assumptions.assumeTrue(Files.exists(STATUS), "/proc is absent: memory cannot be measured");
    cycles(40_000);
    long before = residentKilobytes();

    cycles(200_000);

    // Unclosed, they would take 1.3 GB.
    assertThat(residentKilobytes() - before).isLessThan(64 * 1024);
  }

  private static void cycles(int count) {
    for (int i = 0; i < count; i++) {
      try (NativeDocument document = NativeDocument.create(new ActorId("0a"))) {
        // Every tenth takes the way over a copy.
        document.put(Map.of("n", i % 10 == 0 ? Long.MAX_VALUE : i));
      }
    }
  }

  private static long residentKilobytes() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}

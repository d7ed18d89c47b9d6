package dev.peatmesh.sync.internal.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.Bytes;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.DocumentJson;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.Uint64;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Files that other implementations wrote, each imported in a process of its own. */
class FixturesIT {
  private static final String EMOJI =
      "\uD83C\uDDEC\uD83C\uDDE7\uD83D\uDC68\u200D\uD83D\uDC68\u200D\uD83D\uDC67\u200D\uD83D\uDC66"
          + "\uD83D\uDE00";

  private Path fixtures;

  @BeforeEach
  void find() {
    String folder = System.getProperty("mesh.fixtures", "");
    Assumptions.assumeFalse(folder.isBlank(), "skipped: set -Dmesh.fixtures to the fixtures");
    fixtures = Path.of(folder, "automerge");
  }

  @Test
  void everyCrasherIsRefusedAndTheProcessLives() throws Exception {
    for (String kind : List.of("crashers", "refuse")) {
      List<Path> files = files(kind);
      assertThat(files).isNotEmpty();
      for (Path file : files) {
        Outcome outcome = imported(file);
        assertThat(outcome.exit()).as("%s", outcome).isEqualTo(ImportedFile.REFUSED);
        assertThat(outcome.output())
            .startsWith("import(" + file + "): is no Automerge file that this mesh can take: ")
            .contains("Nothing was imported.");
      }
    }
  }

  @Test
  void everyValidFileImportsWithTheRightValues() throws Exception {
    assertThat(values("exemplar.automerge"))
        .isEqualTo(
            Map.of(
                "title",
                "Hello " + EMOJI,
                "notes",
                new Text(EMOJI),
                "timestamp",
                Instant.ofEpochMilli(-905182979000L),
                "location",
                "https://automerge.org/",
                "counter",
                new Counter(5),
                "int",
                -4L,
                "uint",
                Uint64.parse("18446744073709551615"),
                "fp",
                3.14159267,
                "bytes",
                Bytes.of((byte) 0x85, (byte) 0x6f, (byte) 0x4a, (byte) 0x83),
                "bool",
                true));
    assertThat(values("counter_value_is_ok.automerge")).isEqualTo(Map.of("a", new Counter(2000)));
    Map<String, Object> two = Map.of("a", Map.of("a", "b"));
    assertThat(values("two_change_chunks.automerge")).isEqualTo(two);
    assertThat(values("two_change_chunks_compressed.automerge")).isEqualTo(two);
    assertThat(values("two_change_chunks_out_of_order.automerge")).isEqualTo(two);
    // Their operation counters are beyond what the core holds, and are lowered.
    Map<String, Object> large = Map.of("a", Map.of());
    assertThat(values("64bit_obj_id_change.automerge")).isEqualTo(large);
    assertThat(values("64bit_obj_id_doc.automerge")).isEqualTo(large);
    assertThat(files("valid")).hasSize(7);
  }

  @Test
  @Tag("heavy")
  void aWholeBookImports() {
    Path book = fixtures.resolve("traffic/moby-dick.automerge");
    long start = System.nanoTime();
    List<ChangeChunk> changes = AutomergeFile.changes(book, FileLimits.DEFAULT);
    long read = System.nanoTime();
    try (NativeDocument document = NativeDocument.create(new ActorId("0f"))) {
      changes.forEach(change -> document.apply(change.bytes()));
      long applied = System.nanoTime();
      Runtime runtime = Runtime.getRuntime();
      System.out.printf(
          "moby-dick.automerge: %,d changes, %,d operations, %,d bytes of chunks; read in %,d ms,"
              + " applied in %,d ms; heap in use %,d MB%n",
          changes.size(),
          changes.stream().mapToLong(ChangeChunk::ops).sum(),
          changes.stream().mapToLong(ChangeChunk::size).sum(),
          (read - start) / 1_000_000,
          (applied - read) / 1_000_000,
          (runtime.totalMemory() - runtime.freeMemory()) >> 20);
      assertThat(document.value().toString()).contains("Call me Ishmael");
      assertThat(AutomergeFile.changes(document.save(), FileLimits.DEFAULT)).hasSameSizeAs(changes);
    }
  }

  private Map<String, Object> values(String file) throws Exception {
    Outcome outcome = imported(fixtures.resolve("valid").resolve(file));
    assertThat(outcome.exit()).as("%s", outcome).isZero();
    return DocumentJson.fromJson(outcome.output());
  }

  private List<Path> files(String kind) throws IOException {
    try (Stream<Path> files = Files.list(fixtures.resolve(kind))) {
      return files.sorted().toList();
    }
  }

  private record Outcome(int exit, String output) {}

  private static Outcome imported(Path file) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                ImportedFile.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output.strip());
  }
}

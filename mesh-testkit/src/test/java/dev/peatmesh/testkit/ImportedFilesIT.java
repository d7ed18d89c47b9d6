package dev.peatmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.PeatMesh;
import dev.peatmesh.sync.DocumentCollection;
import dev.peatmesh.sync.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Automerge files that others wrote, imported on one real node and read on another. */
class ImportedFilesIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final RealMeshes meshes = new RealMeshes();

  @TempDir private Path temp;
  private Path fixtures = Path.of("");

  @BeforeEach
  void find() {
    String folder = System.getProperty("mesh.fixtures", "");
    Assumptions.assumeFalse(folder.isBlank(), "skipped: set -Dmesh.fixtures to the fixtures");
    fixtures = Path.of(folder, "automerge");
  }

  @AfterEach
  void close() {
    meshes.close();
  }

  @Test
  void whatOneNodeImportsAllHave() throws IOException {
    PeatMesh near = meshes.start("near");
    PeatMesh far = meshes.start("far", near);
    List<Path> files = valid();
    assertThat(files).isNotEmpty();

    for (Path file : files) {
      String id = file.getFileName().toString();
      near.collection("imported").importAutomerge(id, file);
      Map<String, @Nullable Object> value = near.collection("imported").get(id).orElseThrow();
      RealMeshes.await(id, PATIENCE, () -> far.collection("imported").list().contains(id));
      far.awaitConverged(PATIENCE);
      assertThat(far.collection("imported").get(id)).contains(value);
    }
  }

  @Test
  @Tag("heavy")
  void aWholeBookReachesAnEmptyNode() {
    PeatMesh near = meshes.start("near", temp.resolve("near"));
    DocumentCollection books = near.collection("books");

    long start = System.nanoTime();
    books.importAutomerge("moby-dick", fixtures.resolve("traffic/moby-dick.automerge"));
    long imported = System.nanoTime();
    PeatMesh far = meshes.start("far", temp.resolve("far"), near);
    RealMeshes.await(
        "the book", PATIENCE, () -> far.collection("books").list().contains("moby-dick"));
    far.awaitConverged(PATIENCE);
    long arrived = System.nanoTime();

    Map<String, @Nullable Object> book = books.get("moby-dick").orElseThrow();
    assertThat(far.collection("books").get("moby-dick")).contains(book);
    assertThat(book.values())
        .anySatisfy(
            text ->
                assertThat(text)
                    .isInstanceOfSatisfying(
                        Text.class, whole -> assertThat(whole.value()).contains("Ishmael")));
    System.out.printf(
        "moby-dick: imported in %,d ms, on an empty node after %,d ms more; %s, both nodes in it%n",
        (imported - start) / 1_000_000, (arrived - imported) / 1_000_000, peakMemory());
  }

  private List<Path> valid() throws IOException {
    try (Stream<Path> files = Files.list(fixtures.resolve("valid"))) {
      return files.sorted().toList();
    }
  }

  private static String peakMemory() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines.filter(line -> line.startsWith("VmHWM")).findFirst().orElse("memory unknown");
    } catch (IOException notLinux) {
      return "memory unknown";
    }
  }
}

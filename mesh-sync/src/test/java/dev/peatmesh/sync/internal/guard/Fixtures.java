package dev.peatmesh.sync.internal.guard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Files of the folder that the system property {@code mesh.fixtures} names. */
final class Fixtures {
  private Fixtures() {}

  /** The files of one folder, in order; skips the calling test when there are no fixtures. */
  static List<Path> files(String folder) {
    String fixtures = System.getProperty("mesh.fixtures", "");
    Assumptions.assumeFalse(fixtures.isBlank(), "skipped: set -Dmesh.fixtures to the fixtures");
    try (Stream<Path> files = Files.list(Path.of(fixtures).resolve(folder))) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new AssertionError("cannot read the fixtures in " + folder, e);
    }
  }
}

package dev.peatmesh.sync.internal.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class AutomergeFileTest {
  @Test
  void probe() throws Exception {
    for (String dir : List.of("valid", "crashers", "refuse", "traffic")) {
      try (var files = Files.list(Path.of(System.getProperty("mesh.fixtures"), "automerge", dir))) {
        for (Path file : files.sorted().toList()) {
          long t = System.nanoTime();
          try {
            var changes = AutomergeFile.changes(file, FileLimits.DEFAULT);
            System.out.println(file.getFileName() + ": " + changes.size() + " changes, " + changes.stream().mapToLong(c -> c.ops()).sum() + " ops " + (System.nanoTime() - t) / 1000000 + " ms");
          } catch (Exception e) {
            System.out.println(file.getFileName() + ": " + e);
          }
        }
      }
    }
    assertThat(1).isEqualTo(1);
  }
}

package dev.peatmesh.sync.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.runtime.MeshException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of Automerge, in and out. */
class ImportTest {
  private final TestMesh mesh = new TestMesh();

  @TempDir Path folder;

  @AfterEach
  void everythingIsFreed() {
    mesh.close();
  }

  @Test
  void whatOneMeshExportsAnotherOneImportsWithItsHistory() throws IOException {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    for (int i = 0; i < 30; i++) {
      int value = i;
      one.lists.change("a", doc -> doc.put("k" + value % 3, value));
    }
    Path file = Files.write(folder.resolve("a.automerge"), one.lists.exportAutomerge("a"));
    TestDisk disk = new TestDisk(2);
    TestMesh.Node two = mesh.node(2, disk);
    TestMesh.Node three = mesh.node(3, new TestDisk(3));
    mesh.join(two, three);

    assertThat(two.lists.importAutomerge("a", file).changed()).isTrue();
    assertThat(two.lists.importAutomerge("a", file).changed()).isFalse();
    mesh.settle();

    assertThat(two.fingerprint()).isEqualTo(one.fingerprint()).isEqualTo(three.fingerprint());
    assertThat(three.lists.get("a")).isEqualTo(one.lists.get("a"));
    String before = two.fingerprint();
    two.stop();
    assertThat(mesh.node(2, disk).fingerprint()).isEqualTo(before);
  }

  @Test
  void anImportMergesWithWhatIsThere() throws IOException {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    one.lists.put("a", Map.of("x", 1));
    Path file = Files.write(folder.resolve("a.automerge"), one.lists.exportAutomerge("a"));
    one.lists.change("a", doc -> doc.put("y", 2));
    Path newer = Files.write(folder.resolve("b.automerge"), one.lists.exportAutomerge("a"));
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    two.lists.importAutomerge("a", file);
    two.lists.change("a", doc -> doc.put("z", 3));

    two.lists.importAutomerge("a", newer);

    assertThat(two.lists.get("a")).contains(Map.of("x", 1L, "y", 2L, "z", 3L));
  }

  @Test
  void refusesWhatIsNoFileAndCollectionsWithoutHistory() throws IOException {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    Path file = Files.write(folder.resolve("a.automerge"), new byte[] {1, 2, 3});

    assertThatThrownBy(() -> one.lists.importAutomerge("a", file))
        .isInstanceOf(MeshException.Refused.class);
    assertThatThrownBy(() -> one.collection("tracks").importAutomerge("a", file))
        .isInstanceOf(MeshException.Refused.class)
        .hasMessageContaining("keeps no history");
    assertThatThrownBy(() -> one.lists.exportAutomerge("a"))
        .isInstanceOf(MeshException.Refused.class);
  }

  @Test
  void aFailedImportLeavesNoTrace() throws IOException {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    one.lists.put("a", Map.of("x", 1));
    Path file = Files.write(folder.resolve("a.automerge"), one.lists.exportAutomerge("a"));
    TestDisk disk = new TestDisk(2);
    TestMesh.Node two = mesh.node(2, disk);
    disk.failure = new MeshException.StoreFailure("disk full", null);

    assertThatThrownBy(() -> two.lists.importAutomerge("a", file))
        .isInstanceOf(MeshException.StoreFailure.class);
    assertThat(two.lists.list()).isEmpty();

    disk.failure = null;
    two.lists.importAutomerge("a", file);
    assertThat(two.lists.get("a")).contains(Map.of("x", 1L));
  }
}

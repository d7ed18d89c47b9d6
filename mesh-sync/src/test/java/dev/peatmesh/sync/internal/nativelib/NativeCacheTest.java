package dev.peatmesh.sync.internal.nativelib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeCacheTest {
  private static final byte[] LIBRARY = {1, 2, 3, 4};

  @TempDir Path temp;

  @Test
  void placesTheLibraryUnderItsHashAndOwnName() throws IOException {
    Path placed = cache(temp.resolve("cache")).place(LIBRARY, "liba.so");

    assertThat(placed).hasBinaryContent(LIBRARY).hasFileName("liba.so");
    assertThat(placed.getParent().getParent()).isEqualTo(temp.resolve("cache").toRealPath());
    assertThat(filesUnder(temp.resolve("cache"))).containsExactly(placed);
  }

  @Test
  void writesTheSameContentOnce() throws IOException {
    Path first = cache(temp.resolve("cache")).place(LIBRARY, "liba.so");
    Files.setLastModifiedTime(first, FileTime.fromMillis(1_000));

    Path second = cache(temp.resolve("cache")).place(LIBRARY, "liba.so");

    assertThat(second).isEqualTo(first);
    assertThat(Files.getLastModifiedTime(second)).isEqualTo(FileTime.fromMillis(1_000));
  }

  @Test
  void keepsAnotherContentOfTheSameNameApart() throws IOException {
    Path first = cache(temp.resolve("cache")).place(LIBRARY, "liba.so");
    Path second = cache(temp.resolve("cache")).place(new byte[] {9}, "liba.so");

    assertThat(second).isNotEqualTo(first).hasBinaryContent(new byte[] {9});
    assertThat(first).hasBinaryContent(LIBRARY);
  }

  @Test
  void replacesAFileThatWasCutShort() throws IOException {
    Path placed = cache(temp.resolve("cache")).place(LIBRARY, "liba.so");
    Files.write(placed, new byte[] {1, 2});

    assertThat(cache(temp.resolve("cache")).place(LIBRARY, "liba.so")).hasBinaryContent(LIBRARY);
  }

  @Test
  void makesItsFoldersForTheOwnerOnly() throws IOException {
    assumePosix();
    Path placed = cache(temp.resolve("deep/cache")).place(LIBRARY, "liba.so");

    for (Path folder = placed.getParent(); !folder.equals(temp.toRealPath()); ) {
      assertThat(Files.getPosixFilePermissions(folder))
          .isEqualTo(PosixFilePermissions.fromString("rwx------"));
      folder = folder.getParent();
    }
  }

  @Test
  void refusesAFolderThatOthersMayWriteTo() throws IOException {
    assumePosix();
    Path open = Files.createDirectory(temp.resolve("open"));
    for (String permissions : List.of("rwxrwx---", "rwx----w-")) {
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString(permissions));

      assertThatThrownBy(() -> cache(open).place(LIBRARY, "liba.so"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(open + " (others may write to it; chmod go-w it)")
          .hasMessageContaining("-Dpeatmesh.native.cache");
      assertThat(filesUnder(open)).isEmpty();
    }
  }

  @Test
  void takesTheNextFolderWhenOneIsUnfit() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));

    Path placed = cache(file, temp.resolve("next")).place(LIBRARY, "liba.so");

    assertThat(placed).startsWith(temp.resolve("next").toRealPath());
  }

  @Test
  void theSystemPropertyExcludesEveryOtherFolder() {
    assertThat(candidates(Map.of("peatmesh.native.cache", "/a", "user.home", "/h"), Map.of()))
        .containsExactly(Path.of("/a"));
  }

  @Test
  void prefersTheUsersCacheAndFallsBackToTheTemporaryFolder() {
    Map<String, String> properties =
        Map.of("user.home", "/h", "java.io.tmpdir", "/t", "user.name", "?");

    assertThat(candidates(properties, Map.of("XDG_CACHE_HOME", "/x")))
        .containsExactly(
            Path.of("/x/peatmesh/native"),
            Path.of("/h/.cache/peatmesh/native"),
            Path.of("/t/peatmesh-_"));
    assertThat(candidates(properties, Map.of("XDG_CACHE_HOME", "relative")))
        .containsExactly(Path.of("/h/.cache/peatmesh/native"), Path.of("/t/peatmesh-_"));
  }

  private static List<Path> candidates(
      Map<String, String> properties, Map<String, String> environment) {
    return NativeCache.candidates(properties::get, environment::get);
  }

  private static NativeCache cache(Path... candidates) {
    return new NativeCache(List.of(candidates));
  }

  private static List<Path> filesUnder(Path folder) throws IOException {
    try (Stream<Path> found = Files.walk(folder.toRealPath())) {
      return found.filter(Files::isRegularFile).toList();
    }
  }

  private static void assumePosix() {
    assumeTrue(
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix"),
        "needs POSIX permissions");
  }
}

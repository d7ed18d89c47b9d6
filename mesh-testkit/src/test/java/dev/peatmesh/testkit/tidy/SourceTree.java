package dev.peatmesh.testkit.tidy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** Every file of the project that belongs into its history. Works where git is absent. */
final class SourceTree {
  private final Path root;
  private final List<PathMatcher> ignored = new ArrayList<>();

  SourceTree(Path root) {
    this.root = root;
    ignore(".git");
    read(root.resolve(".gitignore")).lines().map(String::strip).forEach(this::ignore);
  }

  /** The tree that this module is part of. */
  static SourceTree ofTheProject() {
    Path module = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    return new SourceTree(module.getParent());
  }

  Path root() {
    return root;
  }

  List<SourceFile> files() {
    List<SourceFile> files = new ArrayList<>();
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              return isIgnored(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (!isIgnored(file)) {
                String path = root.relativize(file).toString().replace('\\', '/');
                files.add(new SourceFile(path, read(file)));
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return files;
  }

  /** The patterns of .gitignore that are in use here: a name, or a name with stars. */
  private void ignore(String line) {
    if (!line.isEmpty() && !line.startsWith("#")) {
      String pattern = line.endsWith("/") ? line.substring(0, line.length() - 1) : line;
      ignored.add(FileSystems.getDefault().getPathMatcher("glob:" + pattern));
    }
  }

  private boolean isIgnored(Path path) {
    return !path.equals(root)
        && ignored.stream().anyMatch(pattern -> pattern.matches(path.getFileName()));
  }

  /** As UTF-8; what is none is read byte by byte, so that it can be searched all the same. */
  private static String read(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      String text = new String(bytes, UTF_8);
      return text.indexOf('\uFFFD') < 0 ? text : new String(bytes, ISO_8859_1);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}

package dev.peatmesh.sync.internal.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Copies of the files of a store that is open: what a killed process would leave. (Copying opens
 * and closes the files, which drops SQLite's own lock on them: for tests only.)
 */
final class StoreCopies {
  private int count;

  Path of(Path directory) {
    Path copy = directory.resolveSibling("copy-" + count++);
    try {
      Files.createDirectory(copy);
      for (String name : new String[] {"documents.db", "documents.db-wal"}) {
        if (Files.exists(directory.resolve(name))) {
          Files.copy(directory.resolve(name), copy.resolve(name));
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return copy;
  }
}

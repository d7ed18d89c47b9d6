package dev.peatmesh.sync.internal.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** What a test does to the files of a store behind its back. */
final class StoreFiles {
  private int copies;

  /**
   * A copy of the files of a store that is open: what a killed process would leave. (It opens and
   * closes the files, which drops SQLite's own lock on them: the copied store is not to be shared.)
   */
  Path copyOf(Path directory) {
    Path copy = directory.resolveSibling(directory.getFileName() + "-copy-" + copies++);
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

  void delete(Path copy) {
    try {
      for (String name : new String[] {"documents.db", "documents.db-wal", "documents.lock"}) {
        Files.deleteIfExists(copy.resolve(name));
      }
      Files.delete(copy);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** On a store that is closed. */
  void execute(Path directory, String... sql) throws SQLException {
    SqliteLibrary.load();
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("documents.db"));
        Statement statement = connection.createStatement()) {
      for (String one : sql) {
        statement.execute(one);
      }
    }
  }
}

package dev.peatmesh.sync.internal.store;

import dev.peatmesh.runtime.MeshException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * One connection to one database file: settings, transactions, prepared statements. Not
 * thread-safe, but for {@link #transaction}, which two threads may call: one waits for the other.
 */
final class SqliteSession implements AutoCloseable {
  /** Of this process: the one connection is through with what the other waits for before that. */
  private static final int BUSY_MILLIS = 5_000;

  private static final List<String> SETTINGS =
      List.of(
          "page_size = 4096",
          "synchronous = FULL",
          // On macOS fsync alone leaves the bytes in the drive's cache.
          "fullfsync = ON",
          "checkpoint_fullfsync = ON",
          // Negative: KiB.
          "cache_size = -8192",
          "temp_store = MEMORY",
          "cell_size_check = ON",
          "trusted_schema = OFF",
          // The log shrinks back to this many bytes after a large transaction.
          "journal_size_limit = 16777216");

  /** What the reader has of it beside; it must never write. */
  private static final List<String> READING = List.of("query_only = ON", "cache_size = -2048");

  private final Path file;
  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  private SqliteSession(Path file, Connection connection) {
    this.file = file;
    this.connection = connection;
  }

  /**
   * Opens an existing file. Nothing is written yet.
   *
   * @throws MeshException.StoreFailure when it cannot be opened
   */
  static SqliteSession open(Path file) {
    return open(file, List.of(), List.of());
  }

  /**
   * Opens an existing file so that no other session can: where there is no shared memory, because
   * the disk is full or the file system has none.
   */
  static SqliteSession openAlone(Path file) {
    return open(file, List.of("locking_mode = EXCLUSIVE"), List.of());
  }

  /** Opens a file that another session has opened, for reading alone; each read a transaction. */
  static SqliteSession openForReading(Path file) throws SQLException {
    SqliteSession session = open(file, List.of(), READING);
    session.connection.setAutoCommit(false);
    return session;
  }

  private static SqliteSession open(Path file, List<String> before, List<String> after) {
    SqliteLibrary.load();
    SQLiteConfig config = new SQLiteConfig();
    // Otherwise the driver runs a query of its own after every insert.
    config.setGetGeneratedKeys(false);
    config.setBusyTimeout(BUSY_MILLIS);
    try {
      // As a URI: in a plain path the driver would take a question mark for settings.
      Connection connection = config.createConnection("jdbc:sqlite:" + file.toUri());
      SqliteSession session = new SqliteSession(file, connection);
      session.configure(before);
      session.configure(SETTINGS);
      session.configure(after);
      return session;
    } catch (SQLException failure) {
      throw SqliteFailure.of(file, "open it", failure);
    }
  }

  private void configure(List<String> settings) throws SQLException {
    boolean done = false;
    try {
      for (String setting : settings) {
        execute("PRAGMA " + setting);
      }
      done = true;
    } finally {
      if (!done) {
        connection.close();
      }
    }
  }

  /** Turns the write-ahead log on; from now on every statement is part of a transaction. */
  void startTransactions() throws SQLException {
    execute("PRAGMA journal_mode = WAL");
    connection.setAutoCommit(false);
  }

  /** Copies the log into the database and empties it. Not within a transaction. */
  synchronized void emptyLog() throws SQLException {
    execute("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  /**
   * Free pages of a file without tables, or of one that is about to be rebuilt, can be given back.
   */
  void makeShrinkable() throws SQLException {
    execute("PRAGMA auto_vacuum = INCREMENTAL");
  }

  /** Writes the whole file anew. Not within a transaction. */
  void rebuild() throws SQLException {
    connection.setAutoCommit(true);
    try {
      makeShrinkable();
      execute("VACUUM");
    } finally {
      connection.setAutoCommit(false);
    }
  }

  /**
   * Runs the work in one transaction: all of it is durable on return, or nothing of it was kept.
   *
   * @param task what it does, for the error message "could not ..."
   * @throws MeshException.StoreFailure when it failed; the session can be used further
   */
  synchronized <T extends @Nullable Object> T transaction(String task, Work<T> work) {
    boolean committed = false;
    try {
      T result = work.run();
      connection.commit();
      committed = true;
      return result;
    } catch (SQLException failure) {
      throw SqliteFailure.of(file, task, failure);
    } finally {
      if (!committed) {
        rollBack();
      }
    }
  }

  private void rollBack() {
    // The driver closes a statement that failed: all are prepared anew.
    forgetStatements();
    try {
      connection.rollback();
    } catch (SQLException rolledBackAlready) {
      // SQLite does that by itself when the disk is full; the driver then lacks a transaction.
      try {
        execute("BEGIN");
      } catch (SQLException unusable) {
        // The next transaction says what is wrong.
      }
    }
  }

  /** A statement that is parsed once. Belongs to this session: not to be closed. */
  PreparedStatement prepare(String sql) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    return statement;
  }

  /** For rare statements. */
  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** For a statement that is a loop inside SQLite: {@link #execute} would go round once. */
  void executeToItsEnd(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  /** For rare questions: the first column of the first row as text; empty when there is none. */
  String ask(String sql) throws SQLException {
    List<String> answers = askAll(sql);
    return answers.isEmpty() ? "" : answers.get(0);
  }

  /** For rare questions with few answers: the first column of every row as text. */
  List<String> askAll(String sql) throws SQLException {
    List<String> answers = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        answers.add(String.valueOf(row.getString(1)));
      }
    }
    return answers;
  }

  /** Copies the log into the database and removes it, where that is possible. Idempotent. */
  @Override
  public synchronized void close() {
    forgetStatements();
    try {
      connection.close();
    } catch (SQLException failure) {
      throw SqliteFailure.of(file, "close it", failure);
    }
  }

  private void forgetStatements() {
    for (PreparedStatement statement : prepared.values()) {
      try {
        statement.close();
      } catch (SQLException closedAlready) {
        // That is all that was wanted.
      }
    }
    prepared.clear();
  }

  /** What a transaction does. */
  @FunctionalInterface
  interface Work<T extends @Nullable Object> {
    T run() throws SQLException;
  }
}

package dev.peatmesh.sync.internal.store;

import dev.peatmesh.runtime.MeshException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of a store and their version. Not thread-safe.
 *
 * <p>Columns carry no NOT NULL and the tables are not STRICT: damage to one row is to be found by
 * its checksum and to cost that row, not by SQLite and to cost the file.
 */
final class SqliteSchema {
  /** Grows when an older program could not use the file any more. */
  static final int VERSION = 2;

  /** Stands in the file's header, for tools such as file(1): "Peat". */
  private static final int APPLICATION_ID = 0x50656174;

  /** Free pages can be given back a few at a time. Only a new or rebuilt file can have this. */
  private static final String INCREMENTAL = "2";

  // Neither is UNIQUE, so that building one anew cannot fail. An index by hash would be written all
  // over with every commit: 3 to 7 times the bytes. Recovery takes a change once instead.
  private static final String DOCUMENTS_BY_TAG = "CREATE INDEX documents_by_tag ON documents(tag)";
  private static final String CHANGES_BY_DOCUMENT =
      "CREATE INDEX changes_by_document ON changes(document)";

  static final List<String> TABLES =
      List.of(
          "CREATE TABLE documents("
              + "id INTEGER PRIMARY KEY, tag INTEGER, slot INTEGER, value BLOB, crc INTEGER)",
          "CREATE TABLE changes(seq INTEGER PRIMARY KEY, document INTEGER, sequence INTEGER,"
              + " slot INTEGER, value BLOB, crc INTEGER)",
          "CREATE TABLE parts(id INTEGER PRIMARY KEY, sequence INTEGER,"
              + " slot INTEGER, value BLOB, crc INTEGER)",
          "CREATE TABLE journal("
              + "sequence INTEGER PRIMARY KEY, slot INTEGER, value BLOB, crc INTEGER)",
          "CREATE TABLE notes(id INTEGER PRIMARY KEY, slot INTEGER, value BLOB, crc INTEGER)",
          DOCUMENTS_BY_TAG,
          CHANGES_BY_DOCUMENT);

  private static final Logger LOG = LoggerFactory.getLogger(SqliteSchema.class);

  private final Path file;
  private final SqliteSession session;
  private final SqliteMeta meta;
  private boolean empty;
  private int version = VERSION;
  private boolean indexesDamaged;

  SqliteSchema(Path file, SqliteSession session, SqliteMeta meta) {
    this.file = file;
    this.session = session;
    this.meta = meta;
  }

  /** Refuses what is damaged, foreign or newer. Reads only. */
  void check() throws SQLException {
    empty = session.ask("SELECT count(*) FROM sqlite_master").equals("0");
    if (empty) {
      return;
    }
    if (Integer.parseInt(session.ask("PRAGMA application_id")) != APPLICATION_ID) {
      throw new MeshException.StoreFailure(
          "store("
              + file
              + "): is the database of another application. Choose another data directory; it was"
              + " not touched.",
          null);
    }
    checkPages();
    checkVersion();
  }

  /** Whether there are no tables yet. */
  boolean isEmpty() {
    return empty;
  }

  /** Whether the tables are those of an older program. */
  boolean isOld() {
    return version < VERSION;
  }

  /**
   * A wrong page number somewhere could hide rows without any error, and a replica that misses
   * changes of its own would number new ones like them. So every page is looked at.
   */
  private void checkPages() throws SQLException {
    for (String finding : session.askAll("PRAGMA quick_check(10)")) {
      if (finding.startsWith("wrong # of entries in index")) {
        indexesDamaged = true;
      } else if (!finding.equals("ok")) {
        throw SqliteFailure.damaged(file, finding.replace('\n', ' '));
      }
    }
  }

  private void checkVersion() throws SQLException {
    String stored = meta.get("schema");
    if (stored == null) {
      throw SqliteFailure.damaged(file, "its version cannot be read");
    }
    version = Integer.parseInt(stored);
    if (version > VERSION) {
      throw new MeshException.StoreFailure(
          "store("
              + file
              + "): is of version "
              + version
              + "; this program knows versions up to "
              + VERSION
              + ". Run the newer program, or choose another data directory.",
          null);
    }
  }

  /** Part of a transaction: the tables of a new file. */
  int createTables() throws SQLException {
    session.execute("PRAGMA application_id = " + APPLICATION_ID);
    session.execute(SqliteMeta.TABLE);
    for (String statement : TABLES) {
      session.execute(statement);
    }
    meta.set("schema", Integer.toString(VERSION));
    meta.set("clean", "1");
    return TABLES.size();
  }

  /** Builds indexes that are damaged. */
  void repairIndexes() {
    if (indexesDamaged && !isOld()) {
      LOG.atWarn().addKeyValue("file", file).log("indexes damaged, built anew");
      session.transaction("build its indexes", () -> withoutIndexes(() -> 0));
    }
  }

  /**
   * Rebuilds a file that cannot give free pages back, so that it can. Not within a transaction.
   * Takes as much room again for a while; where there is none, the file stays as it is.
   */
  void makeShrinkable() throws SQLException {
    if (session.ask("PRAGMA auto_vacuum").equals(INCREMENTAL)) {
      return;
    }
    try {
      session.rebuild();
    } catch (SQLException failure) {
      LOG.atWarn()
          .addKeyValue("file", file)
          .setCause(failure)
          .log("file not rebuilt; it cannot shrink until a start with more room");
    }
  }

  /**
   * Part of a transaction: takes the indexes away, lets the work delete rows whose index entries
   * may be wrong, and builds them again.
   */
  int withoutIndexes(SqliteSession.Work<Integer> work) throws SQLException {
    session.execute("DROP INDEX IF EXISTS documents_by_tag");
    session.execute("DROP INDEX IF EXISTS changes_by_document");
    int deleted = work.run();
    session.execute(DOCUMENTS_BY_TAG);
    session.execute(CHANGES_BY_DOCUMENT);
    return deleted;
  }
}

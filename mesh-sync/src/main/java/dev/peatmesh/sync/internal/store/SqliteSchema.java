package dev.peatmesh.sync.internal.store;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.internal.guard.ActorId;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of a store, the checksum of each kind of row, and the meta table: version, actor,
 * incarnation, how the last user stopped. Not thread-safe.
 *
 * <p>Columns carry no NOT NULL and the tables are not STRICT: damage to one row is to be found by
 * its checksum and to cost that row, not by SQLite and to cost the file.
 */
final class SqliteSchema {
  /** Grows when an older program could not use the file any more. */
  static final int VERSION = 1;

  /** Stands in the file's header, for tools such as file(1): "Peat". */
  private static final int APPLICATION_ID = 0x50656174;

  // Neither is UNIQUE, so that building one anew cannot fail. An index by hash would be written all
  // over with every commit: 3 to 7 times the bytes. Recovery hands a change over once instead.
  private static final String DOCUMENTS_BY_NAME =
      "CREATE INDEX documents_by_name ON documents(collection, name)";
  private static final String CHANGES_BY_DOCUMENT =
      "CREATE INDEX changes_by_document ON changes(document)";

  private static final List<String> TABLES =
      List.of(
          "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT, crc INTEGER) WITHOUT ROWID",
          "CREATE TABLE documents(id INTEGER PRIMARY KEY, collection TEXT, name TEXT, crc INTEGER)",
          "CREATE TABLE changes("
              + "seq INTEGER PRIMARY KEY, document INTEGER, hash BLOB, chunk BLOB, crc INTEGER)",
          "CREATE TABLE snapshots(document INTEGER PRIMARY KEY, saved BLOB, crc INTEGER)",
          DOCUMENTS_BY_NAME,
          CHANGES_BY_DOCUMENT);

  private static final Logger LOG = LoggerFactory.getLogger(SqliteSchema.class);

  private final Path file;
  private final SqliteSession session;
  private final StoreSettings settings;
  private final RandomGenerator random;
  private final InstantSource clock;
  private boolean indexesDamaged;

  SqliteSchema(
      Path file,
      SqliteSession session,
      StoreSettings settings,
      RandomGenerator random,
      InstantSource clock) {
    this.settings = settings;
    this.file = file;
    this.session = session;
    this.random = random;
    this.clock = clock;
  }

  static long documentChecksum(long id, String collection, String name) {
    return new RowChecksum().with(id).with(collection).with(name).value();
  }

  static long changeChecksum(long seq, long document, byte[] hash, byte[] chunk) {
    return new RowChecksum().with(seq).with(document).with(hash).with(chunk).value();
  }

  static long snapshotChecksum(long document, byte[] saved) {
    return new RowChecksum().with(document).with(saved).value();
  }

  /** Refuses what is damaged, foreign or newer. Reads only. */
  void check() throws SQLException {
    if (isEmpty()) {
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
    String stored = meta("schema");
    if (stored == null) {
      throw SqliteFailure.damaged(file, "its version cannot be read");
    }
    int version = Integer.parseInt(stored);
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

  /** Creates what a new file lacks, and indexes that are damaged. */
  void create() throws SQLException {
    if (isEmpty()) {
      session.transaction("create its tables", this::createTables);
    } else if (indexesDamaged) {
      LOG.atWarn().addKeyValue("file", file).log("indexes damaged, built anew");
      session.transaction("build its indexes", () -> withoutIndexes(() -> 0));
    }
  }

  private int createTables() throws SQLException {
    session.execute("PRAGMA application_id = " + APPLICATION_ID);
    for (String statement : TABLES) {
      session.execute(statement);
    }
    setMeta("schema", Integer.toString(VERSION));
    setMeta("clean", "1");
    return TABLES.size();
  }

  private boolean isEmpty() throws SQLException {
    return session.ask("SELECT count(*) FROM sqlite_master").equals("0");
  }

  /**
   * Notes durably that this store is in use, with a new incarnation and, after an unclean stop, a
   * new actor.
   */
  ReplicaState startReplica() {
    return session.transaction(
        "note that it is in use",
        () -> {
          boolean clean = "1".equals(meta("clean"));
          String actor = meta("actor");
          String incarnation = meta("incarnation");
          ReplicaState state =
              new ReplicaState(
                  clean && actor != null ? new ActorId(actor) : newActor(),
                  Math.max(
                      clock.millis(), incarnation == null ? 0 : Long.parseLong(incarnation) + 1),
                  clean,
                  "00".repeat(16),
                  1);
          setMeta("clean", "0");
          setMeta("actor", state.actor().hex());
          setMeta("incarnation", Long.toString(state.incarnation()));
          return state;
        });
  }

  /** Part of a transaction: the next opening keeps the actor. */
  boolean markCleanStop() throws SQLException {
    setMeta("clean", "1");
    return true;
  }

  /** Part of a transaction: a new actor for a replica that may have lost changes of the old one. */
  ReplicaState renewActor(ReplicaState replica) throws SQLException {
    ReplicaState renewed = replica.with(newActor());
    setMeta("actor", renewed.actor().hex());
    return renewed;
  }

  /**
   * Part of a transaction: takes the indexes away, lets the work delete rows whose index entries
   * may be wrong, and builds them again.
   */
  int withoutIndexes(SqliteSession.Work<Integer> work) throws SQLException {
    session.execute("DROP INDEX IF EXISTS documents_by_name");
    session.execute("DROP INDEX IF EXISTS changes_by_document");
    int deleted = work.run();
    session.execute(DOCUMENTS_BY_NAME);
    session.execute(CHANGES_BY_DOCUMENT);
    return deleted;
  }

  /** The highest number in a column; zero when the table is empty. */
  long highest(String table, String column) throws SQLException {
    return Long.parseLong(session.ask("SELECT coalesce(max(" + column + "), 0) FROM " + table));
  }

  private ActorId newActor() {
    return Actors.create(settings.device(), random);
  }

  /** Null when it is absent or its checksum does not hold. */
  private @Nullable String meta(String name) throws SQLException {
    PreparedStatement select = session.prepare("SELECT value, crc FROM meta WHERE name = ?");
    select.setString(1, name);
    try (ResultSet row = select.executeQuery()) {
      if (!row.next()) {
        return null;
      }
      String value = row.getString(1);
      return value != null && row.getLong(2) == metaChecksum(name, value) ? value : null;
    }
  }

  private void setMeta(String name, String value) throws SQLException {
    PreparedStatement replace =
        session.prepare("INSERT OR REPLACE INTO meta(name, value, crc) VALUES(?, ?, ?)");
    replace.setString(1, name);
    replace.setString(2, value);
    replace.setLong(3, metaChecksum(name, value));
    replace.executeUpdate();
  }

  private static long metaChecksum(String name, String value) {
    return new RowChecksum().with(name).with(value).value();
  }
}

package dev.peatmesh.sync.internal.store;

import dev.peatmesh.runtime.MeshException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store's files, checked and brought to the present version, before anybody uses them.
 *
 * @param tailBytesCut bytes at the end of the log that no commit covered
 */
record SqliteOpening(
    StoreDirectory directory,
    Path file,
    SqliteSession session,
    SqliteSchema schema,
    Keyring keys,
    RowSeal seal,
    SqliteReplica replicas,
    StoreSettings settings,
    long tailBytesCut) {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteOpening.class);

  /**
   * Takes the directory and opens the file.
   *
   * @throws MeshException.StoreFailure when that cannot be; the file is as it was, and free
   */
  static SqliteOpening open(
      Path chosen, StoreSettings settings, RandomGenerator random, InstantSource clock) {
    StoreDirectory directory = StoreDirectory.claim(chosen);
    SqliteSession session = null;
    SqliteOpening opening = null;
    Path file = directory.path();
    try {
      file = directory.database();
      long tail = WalTail.bytes(directory.writeAheadLog());
      session = openSession(file);
      SqliteMeta meta = new SqliteMeta(session);
      SqliteSchema schema = new SqliteSchema(file, session, meta);
      schema.check();
      Keyring keys = Keyring.load(file, meta, random, settings.keys(), schema.isEmpty());
      SqliteReplica replicas = new SqliteReplica(meta, settings, random, clock);
      RowSeal seal = new RowSeal(keys, random);
      opening =
          new SqliteOpening(directory, file, session, schema, keys, seal, replicas, settings, tail);
      opening.prepare(meta);
      return opening;
    } catch (SQLException failure) {
      throw SqliteFailure.of(file, "open it", failure);
    } catch (IOException failure) {
      throw new MeshException.StoreFailure(
          "store(" + file + "): could not read its log; " + failure + ". Check the disk.", failure);
    } finally {
      if (opening == null) {
        release(session, directory);
      }
    }
  }

  /** Opens a second connection, for reading; where there cannot be one, reads take their turn. */
  SqliteReader openReader(RandomGenerator random) throws SQLException {
    boolean shared = session.ask("PRAGMA locking_mode").equals("normal");
    return new SqliteReader(
        shared ? SqliteSession.openForReading(file) : session, new RowSeal(keys, random));
  }

  private static SqliteSession openSession(Path file) {
    try {
      return SqliteSession.open(file);
    } catch (MeshException.StoreFailure failure) {
      if (!SqliteFailure.lacksSharedMemory(failure)) {
        throw failure;
      }
      LOG.atWarn()
          .addKeyValue("file", file)
          .setCause(failure)
          .log("no shared memory beside the store; reads wait for commits until the next start");
      return SqliteSession.openAlone(file);
    }
  }

  private void prepare(SqliteMeta meta) throws SQLException {
    if (keys.encrypts()) {
      // What was in plain text, or under an old key, is not to stay in free pages.
      session.execute("PRAGMA secure_delete = ON");
    }
    if (schema.isEmpty()) {
      session.makeShrinkable();
    }
    session.startTransactions();
    if (schema.isEmpty()) {
      session.transaction("create its tables", this::create);
    } else if (schema.isOld()) {
      session.transaction("bring it to the present version", () -> migrate(meta));
    } else {
      keys.names(
          session
              .transaction("read its settings", () -> Optional.ofNullable(meta.get(Keyring.SALT)))
              .orElse(null));
      schema.repairIndexes();
    }
    schema.makeShrinkable();
  }

  private boolean create() throws SQLException {
    schema.createTables();
    keys.makeNames();
    return true;
  }

  private boolean migrate(SqliteMeta meta) throws SQLException {
    keys.makeNames();
    keys.start();
    new SqliteMigration(session, meta, seal).run();
    return true;
  }

  private static void release(@Nullable SqliteSession session, StoreDirectory directory) {
    try (directory;
        session) {
      LOG.atDebug().addKeyValue("directory", directory.path()).log("store not opened");
    } catch (MeshException.StoreFailure failure) {
      LOG.atWarn().setCause(failure).log("store files not closed");
    }
  }
}

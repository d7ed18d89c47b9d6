package dev.peatmesh.sync.internal.store;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps documents in one SQLite file, {@code documents.db}, which any SQLite tool can open while
 * the mesh is down. Not thread-safe, as every {@link DocumentStore}.
 *
 * <p>A commit is one transaction in the write-ahead log and one fsync. The directory belongs to one
 * store at a time; files are created for their owner only. Documents are read on a second
 * connection.
 *
 * <p>On a disk that is full or read-only an existing store opens all the same and can be read:
 * every commit first tries to note that the store is in use, and fails as long as that does.
 */
public final class SqliteStore implements DocumentStore {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteStore.class);

  private final StoreDirectory directory;
  private final Path file;
  private final SqliteSession session;
  private final SqliteReader reader;
  private final Keyring keys;
  private final SqliteSchema schema;
  private final SqliteReplica replicas;
  private final RowSeal seal;
  private final SqliteJournal journal;
  private final SqliteNotes notes;
  private final SqliteWriter writer;
  private final SqliteCompaction compaction;
  private final long tailBytesCut;

  private volatile ReplicaState replica;
  private boolean noted;
  private boolean closed;

  private SqliteStore(SqliteOpening opening, SqliteReader reader) throws SQLException {
    directory = opening.directory();
    file = opening.file();
    session = opening.session();
    this.reader = reader;
    keys = opening.keys();
    schema = opening.schema();
    replicas = opening.replicas();
    tailBytesCut = opening.tailBytesCut();
    seal = opening.seal();
    journal = new SqliteJournal(session, seal, opening.settings().limits());
    notes = new SqliteNotes(session, seal, opening.settings().limits());
    writer = new SqliteWriter(session, seal, replicas, journal, notes);
    compaction = new SqliteCompaction(session, seal, keys);
    replica = replicas.next();
  }

  /**
   * Opens the store in the directory; creates what is missing.
   *
   * @param random where actors and nonces come from; a {@link java.security.SecureRandom} in
   *     production
   * @param clock lower bound of the incarnation
   * @throws MeshException.StoreFailure when the directory cannot be used or is in use, the file is
   *     damaged, foreign, or of a newer version, or a key is missing or wrong; the file is then as
   *     it was
   */
  public static SqliteStore open(
      Path directory, StoreSettings settings, RandomGenerator random, InstantSource clock) {
    return open(directory, settings, random, clock, List.of());
  }

  /** For tests: with settings of the connection that make it fail. */
  static SqliteStore open(
      Path directory,
      StoreSettings settings,
      RandomGenerator random,
      InstantSource clock,
      List<String> pragmas) {
    SqliteOpening opening = SqliteOpening.open(directory, settings, random, clock);
    SqliteReader reader = null;
    SqliteStore store = null;
    try {
      for (String pragma : pragmas) {
        opening.session().execute("PRAGMA " + pragma);
      }
      reader = opening.openReader(random);
      SqliteStore opened = new SqliteStore(opening, reader);
      opened.start();
      store = opened;
      return store;
    } catch (SQLException failure) {
      throw SqliteFailure.of(opening.file(), "open it", failure);
    } finally {
      if (store == null) {
        release(reader, opening.session(), opening.directory());
      }
    }
  }

  private void start() throws SQLException {
    try {
      note();
    } catch (MeshException.StoreFailure failure) {
      if (!SqliteFailure.mayPass(failure)) {
        throw failure;
      }
      forget();
      LOG.atWarn().setCause(failure).log("store opened for reading; writes fail until it passes");
    }
  }

  /** Notes durably that the store is in use, once. */
  private void note() throws SQLException {
    session.transaction(
        "note that it is in use",
        () -> {
          keys.start();
          replicas.note(replica);
          return true;
        });
    noted = true;
    // What says that the store is in use lies in the database itself: whoever deletes the log, with
    // changes in it, must not get the same actor again.
    session.emptyLog();
  }

  @Override
  public ReplicaState replica() {
    return replica;
  }

  @Override
  public Recovery recover(RecoverySink sink) {
    SqliteRecovery recovery = new SqliteRecovery(session, seal, sink);
    session.transaction("read it", () -> recovery.tell(journal, notes));
    boolean rowsRefused = recovery.refused().count() > 0;
    writer.noteSequence(recovery.lastSequence());
    ReplicaState found = replicas.after(replica, recovery.lastSequence(), rowsRefused);
    if (noted && !found.equals(replica)) {
      session.transaction(
          "remove damaged rows",
          () -> {
            if (rowsRefused) {
              schema.withoutIndexes(() -> recovery.refused().delete(session));
            }
            replicas.note(found);
            return true;
          });
    }
    replica = found;
    return recovery.result(tailBytesCut);
  }

  @Override
  public StoredDocument read(DocumentKey key) {
    return reader.read(key);
  }

  @Override
  public void commit(List<? extends StoreWrite> batch) {
    if (batch.isEmpty()) {
      return;
    }
    write("commit " + batch.size() + " changes", () -> writer.write(batch));
    for (StoreWrite write : batch) {
      if (write instanceof StoreWrite.Actor renewed) {
        replica = replica.with(renewed.actor());
      }
    }
  }

  @Override
  public void snapshot(DocumentSnapshot snapshot) {
    write("keep a snapshot", () -> writer.write(snapshot));
  }

  @Override
  public CompactionReport compact(CompactionRequest request) {
    long before = storedBytes();
    long encrypted =
        write("encrypt rows anew", () -> compaction.encryptSome(request.stepBytesMax()));
    boolean more = encrypted >= 0;
    if (!more) {
      more = write("give space back", () -> compaction.shrinkSome(request.stepBytesMax()));
    }
    if (!more) {
      try {
        session.emptyLog();
      } catch (SQLException failure) {
        throw SqliteFailure.of(file, "give space back", failure);
      }
    }
    return new CompactionReport(
        writer.takeShortened(), before, storedBytes(), Math.max(0, encrypted), !more);
  }

  @Override
  public long storedBytes() {
    return size(file) + size(directory.writeAheadLog());
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (noted) {
        session.transaction(
            "mark a clean stop", () -> replicas.noteCleanStop(writer.lastSequence()));
      }
    } catch (MeshException.StoreFailure failure) {
      LOG.atWarn().setCause(failure).log("store closed uncleanly; its actor will be renewed");
    } finally {
      release(reader, session, directory);
    }
  }

  /** For tests that need a disk which is full or read-only. */
  SqliteSession session() {
    return session;
  }

  private <T> T write(String task, SqliteSession.Work<T> work) {
    if (closed) {
      throw new MeshException.StoreFailure(
          "store(" + directory.path() + "): could not " + task + "; it is closed.", null);
    }
    boolean kept = false;
    try {
      if (!noted) {
        note();
      }
      T result = session.transaction(task, work);
      kept = true;
      return result;
    } catch (SQLException failure) {
      throw SqliteFailure.of(file, task, failure);
    } finally {
      if (!kept) {
        forget();
      }
    }
  }

  /** What is remembered of rows and notes that were rolled back. */
  private void forget() {
    writer.forget();
    keys.rolledBack();
    compaction.beginAnew();
  }

  private static long size(Path path) {
    try {
      return Files.size(path);
    } catch (IOException absent) {
      return 0;
    }
  }

  private static void release(
      @Nullable SqliteReader reader, SqliteSession session, StoreDirectory directory) {
    try (directory;
        session;
        reader) {
      LOG.atDebug().addKeyValue("directory", directory.path()).log("store closed");
    } catch (MeshException.StoreFailure failure) {
      LOG.atWarn().setCause(failure).log("store files not closed");
    }
  }
}

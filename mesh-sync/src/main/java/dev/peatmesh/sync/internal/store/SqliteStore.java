package dev.peatmesh.sync.internal.store;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps documents in one SQLite file, {@code documents.db}, which any SQLite tool can open while
 * the mesh is down. Not thread-safe, as every {@link DocumentStore}.
 *
 * <p>A commit is one transaction in the write-ahead log and one fsync. The directory belongs to one
 * store at a time; files are created for their owner only.
 */
public final class SqliteStore implements DocumentStore {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteStore.class);

  /** Row numbers of documents remembered, so that a change of one costs no look-up. */
  private static final int NUMBERS_MAX = 8_192;

  private final StoreDirectory directory;
  private final SqliteSession session;
  private final SqliteSchema schema;
  private final long tailBytesCut;
  private final StoredRecords records = new StoredRecords(StoreLimits.DEFAULT);
  private final Map<DocumentKey, Long> numbers = new LeastRecentlyUsed();

  private ReplicaState replica;
  private long lastDocument;
  private long lastChange;
  private boolean closed;

  private SqliteStore(
      StoreDirectory directory, SqliteSession session, SqliteSchema schema, long tailBytesCut)
      throws SQLException {
    this.directory = directory;
    this.session = session;
    this.schema = schema;
    this.tailBytesCut = tailBytesCut;
    replica = schema.startReplica();
    // What says that the store is in use lies in the database itself: whoever deletes the log, with
    // changes in it, must not get the same actor again.
    session.emptyLog();
    lastDocument = schema.highest("documents", "id");
    lastChange = schema.highest("changes", "seq");
  }

  /**
   * Opens the store in the directory; creates what is missing.
   *
   * @param random where new actors come from; a {@link java.security.SecureRandom} in production
   * @param clock lower bound of the incarnation
   * @throws MeshException.StoreFailure when the directory cannot be used or is in use, or the file
   *     is damaged, foreign, or of a newer version; the file is then as it was
   */
  public static SqliteStore open(
      Path directory, StoreSettings settings, RandomGenerator random, InstantSource clock) {
    StoreDirectory claimed = StoreDirectory.claim(directory);
    SqliteSession session = null;
    SqliteStore store = null;
    Path file = claimed.path();
    try {
      file = claimed.database();
      long tail = WalTail.bytes(claimed.writeAheadLog());
      session = SqliteSession.open(file);
      SqliteSchema schema = new SqliteSchema(file, session, settings, random, clock);
      schema.check();
      session.startTransactions();
      schema.create();
      store = new SqliteStore(claimed, session, schema, tail);
      return store;
    } catch (SQLException failure) {
      throw SqliteFailure.of(file, "open it", failure);
    } catch (IOException failure) {
      throw new MeshException.StoreFailure(
          "store(" + file + "): could not read its log; " + failure + ". Check the disk.", failure);
    } finally {
      if (store == null) {
        release(session, claimed);
      }
    }
  }

  @Override
  public ReplicaState replica() {
    return replica;
  }

  @Override
  public Recovery recover(RecoverySink sink) {
    SqliteRecovery recovery = new SqliteRecovery(session, schema);
    session.transaction(
        "read it",
        () ->
            recovery.handOver(
                new SqliteRecovery.Rows() {
                  @Override
                  public void snapshot(DocumentKey key, byte[] saved) {
                    records.add(
                        new DocumentSnapshot(
                            key, java.nio.ByteBuffer.wrap(saved), List.of(), List.of(), 0));
                  }

                  @Override
                  public void change(DocumentKey key, byte[] encoded) {
                    records.add(
                        new StoreWrite.Change(
                            key,
                            dev.peatmesh.sync.internal.guard.ChunkReader.read(
                                java.nio.ByteBuffer.wrap(encoded),
                                dev.peatmesh.sync.internal.guard.GuardLimits.DEFAULT),
                            0));
                  }
                }));
    records.tell(sink);
    if (recovery.rowsRefused() > 0) {
      replica = session.transaction("remove damaged rows", () -> recovery.repair(replica));
    }
    return recovery.result(tailBytesCut);
  }

  @Override
  public synchronized StoredDocument read(DocumentKey key) {
    return records.read(key);
  }

  @Override
  public synchronized void commit(List<? extends StoreWrite> batch) {
    List<StoreWrite.Change> changes =
        batch.stream()
            .filter(StoreWrite.Change.class::isInstance)
            .map(StoreWrite.Change.class::cast)
            .toList();
    if (!changes.isEmpty()) {
      write("commit " + batch.size() + " changes", () -> insert(changes));
    }
    batch.forEach(records::add);
  }

  @Override
  public CompactionReport compact(CompactionRequest request) {
    return new CompactionReport(0, storedBytes(), storedBytes(), 0, true);
  }

  @Override
  public long storedBytes() {
    return records.bytes();
  }

  @Override
  public synchronized void snapshot(DocumentSnapshot snapshot) {
    byte[] saved = new byte[snapshot.saved().remaining()];
    snapshot.saved().get(saved);
    write("keep a snapshot", () -> replace(snapshot.key(), saved, snapshot.covered()));
    records.add(snapshot);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      session.transaction("mark a clean stop", schema::markCleanStop);
      session.close();
    } catch (MeshException.StoreFailure failure) {
      LOG.atWarn().setCause(failure).log("store closed uncleanly; its actor will be renewed");
    } finally {
      release(session, directory);
    }
  }

  /** For tests that need a disk which is full or read-only. */
  SqliteSession session() {
    return session;
  }

  private void write(String task, SqliteSession.Work<?> work) {
    if (closed) {
      throw new MeshException.StoreFailure(
          "store(" + directory.path() + "): could not " + task + "; it is closed.", null);
    }
    boolean kept = false;
    try {
      session.transaction(task, work);
      kept = true;
    } finally {
      if (!kept) {
        // Some of these rows were rolled back.
        numbers.clear();
      }
    }
  }

  private int insert(List<StoreWrite.Change> batch) throws SQLException {
    PreparedStatement insert =
        session.prepare(
            "INSERT INTO changes(seq, document, hash, chunk, crc) VALUES(?, ?, ?, ?, ?)");
    for (StoreWrite.Change change : batch) {
      long document = number(change.key());
      byte[] hash = change.chunk().hash().bytes();
      byte[] chunk = change.chunk().bytes();
      long seq = ++lastChange;
      insert.setLong(1, seq);
      insert.setLong(2, document);
      insert.setBytes(3, hash);
      insert.setBytes(4, chunk);
      insert.setLong(5, SqliteSchema.changeChecksum(seq, document, hash, chunk));
      insert.addBatch();
    }
    return insert.executeBatch().length;
  }

  private int replace(DocumentKey key, byte[] saved, List<ChangeHash> covered) throws SQLException {
    long document = number(key);
    PreparedStatement replace =
        session.prepare("INSERT OR REPLACE INTO snapshots(document, saved, crc) VALUES(?, ?, ?)");
    replace.setLong(1, document);
    replace.setBytes(2, saved);
    replace.setLong(3, SqliteSchema.snapshotChecksum(document, saved));
    replace.executeUpdate();

    PreparedStatement delete = session.prepare("DELETE FROM changes WHERE seq = ?");
    for (long seq : rowsOf(document, new HashSet<>(covered))) {
      delete.setLong(1, seq);
      delete.addBatch();
    }
    return delete.executeBatch().length;
  }

  /** Looks at the rows there are, not at the hashes given: those are all of a document's life. */
  private List<Long> rowsOf(long document, Set<ChangeHash> covered) throws SQLException {
    List<Long> rows = new ArrayList<>();
    PreparedStatement select = session.prepare("SELECT seq, hash FROM changes WHERE document = ?");
    select.setLong(1, document);
    try (ResultSet found = select.executeQuery()) {
      while (found.next()) {
        byte[] hash = found.getBytes(2);
        if (hash != null
            && hash.length == ChangeHash.BYTES
            && covered.contains(ChangeHash.of(hash))) {
          rows.add(found.getLong(1));
        }
      }
    }
    return rows;
  }

  private long number(DocumentKey key) throws SQLException {
    Long known = numbers.get(key);
    if (known != null) {
      return known;
    }
    long number = stored(key);
    if (number == 0) {
      number = create(key);
    }
    numbers.put(key, number);
    return number;
  }

  private long stored(DocumentKey key) throws SQLException {
    PreparedStatement select =
        session.prepare(
            "SELECT id FROM documents WHERE collection = ? AND name = ? ORDER BY id LIMIT 1");
    select.setString(1, key.collection());
    select.setString(2, key.id());
    try (ResultSet row = select.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  private long create(DocumentKey key) throws SQLException {
    long number = ++lastDocument;
    PreparedStatement insert =
        session.prepare("INSERT INTO documents(id, collection, name, crc) VALUES(?, ?, ?, ?)");
    insert.setLong(1, number);
    insert.setString(2, key.collection());
    insert.setString(3, key.id());
    insert.setLong(4, SqliteSchema.documentChecksum(number, key.collection(), key.id()));
    insert.executeUpdate();
    return number;
  }

  private static void release(@Nullable SqliteSession session, StoreDirectory directory) {
    try (directory) {
      if (session != null) {
        session.close();
      }
    } catch (MeshException.StoreFailure failure) {
      LOG.atWarn().setCause(failure).log("store files not closed");
    }
  }

  private static final class LeastRecentlyUsed extends LinkedHashMap<DocumentKey, Long> {
    private static final long serialVersionUID = 1;

    LeastRecentlyUsed() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<DocumentKey, Long> eldest) {
      return size() > NUMBERS_MAX;
    }
  }
}

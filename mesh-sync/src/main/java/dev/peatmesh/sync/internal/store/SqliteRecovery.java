package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One pass over everything a store holds: hands over what is whole, remembers what is not. Runs
 * once, within a transaction. Not thread-safe.
 *
 * <p>Never trusts an index: the rows are read by their tables alone, so that a damaged index cannot
 * hide a change.
 */
final class SqliteRecovery {
  /**
   * Rows in the order of document and commit. The inner query sorts numbers only, not chunks; its
   * LIMIT keeps SQLite from dissolving it into the outer one. LEFT JOIN, because a row that cannot
   * be found again by its number is to be counted, not skipped.
   */
  private static final String CHANGES =
      "SELECT o.document, o.seq, c.hash, c.chunk, c.crc FROM"
          + " (SELECT document, seq FROM changes NOT INDEXED ORDER BY document, seq LIMIT -1) o"
          + " LEFT JOIN changes c ON c.seq = o.seq";

  private final SqliteSession session;
  private final SqliteSchema schema;

  private final List<Long> documentsRefused = new ArrayList<>();
  private final List<Long> changesRefused = new ArrayList<>();
  private final List<Long> snapshotsRefused = new ArrayList<>();

  /** Changes of the document at hand: one that was committed twice is handed over once. */
  private final Set<ChangeHash> seen = new HashSet<>();

  private long documents;
  private long changes;

  SqliteRecovery(SqliteSession session, SqliteSchema schema) {
    this.session = session;
    this.schema = schema;
  }

  long rowsRefused() {
    return (long) documentsRefused.size() + changesRefused.size() + snapshotsRefused.size();
  }

  Recovery result(long tailBytesCut) {
    return new Recovery(documents, changes, rowsRefused(), tailBytesCut);
  }

  /** Part of a transaction. */
  Recovery handOver(Rows sink) throws SQLException {
    PreparedStatement select =
        session.prepare("SELECT id, collection, name, crc FROM documents NOT INDEXED ORDER BY id");
    try (ResultSet document = select.executeQuery();
        ResultSet change = session.prepare(CHANGES).executeQuery()) {
      boolean more = change.next();
      while (document.next()) {
        long id = document.getLong(1);
        DocumentKey key = key(document, id);
        if (key == null) {
          documentsRefused.add(id);
        }
        boolean any = snapshot(id, key, sink);
        seen.clear();
        while (more && change.getLong(1) <= id) {
          any |= change(change, change.getLong(1) == id ? key : null, sink);
          more = change.next();
        }
        documents += any ? 1 : 0;
      }
      while (more) {
        change(change, null, sink);
        more = change.next();
      }
    }
    refuseSnapshotsOfNoDocument();
    return result(0);
  }

  /**
   * Part of a transaction: deletes what was refused and renews the actor, whose own changes may be
   * among them: their sequence numbers must not be given out again.
   */
  ReplicaState repair(ReplicaState replica) throws SQLException {
    schema.withoutIndexes(
        () ->
            delete("DELETE FROM changes WHERE seq = ?", changesRefused)
                + delete("DELETE FROM snapshots WHERE document = ?", snapshotsRefused)
                + delete("DELETE FROM documents WHERE id = ?", documentsRefused));
    return schema.renewActor(replica);
  }

  /** Null when the row's checksum does not hold. */
  private static @Nullable DocumentKey key(ResultSet row, long id) throws SQLException {
    String collection = row.getString(2);
    String name = row.getString(3);
    return collection != null
            && name != null
            && row.getLong(4) == SqliteSchema.documentChecksum(id, collection, name)
        ? new DocumentKey(collection, name)
        : null;
  }

  private boolean snapshot(long id, @Nullable DocumentKey key, Rows sink) throws SQLException {
    PreparedStatement select =
        session.prepare("SELECT saved, crc FROM snapshots WHERE document = ?");
    select.setLong(1, id);
    try (ResultSet row = select.executeQuery()) {
      if (!row.next()) {
        return false;
      }
      byte[] saved = row.getBytes(1);
      if (key == null
          || saved == null
          || row.getLong(2) != SqliteSchema.snapshotChecksum(id, saved)) {
        snapshotsRefused.add(id);
        return false;
      }
      sink.snapshot(key, saved);
      return true;
    }
  }

  private boolean change(ResultSet row, @Nullable DocumentKey key, Rows sink) throws SQLException {
    long seq = row.getLong(2);
    byte[] hash = row.getBytes(3);
    byte[] chunk = row.getBytes(4);
    if (key == null
        || hash == null
        || chunk == null
        || row.getLong(5) != SqliteSchema.changeChecksum(seq, row.getLong(1), hash, chunk)) {
      changesRefused.add(seq);
      return false;
    }
    if (seen.add(ChangeHash.of(hash))) {
      sink.change(key, chunk);
      changes++;
    }
    return true;
  }

  private void refuseSnapshotsOfNoDocument() throws SQLException {
    PreparedStatement select =
        session.prepare(
            "SELECT document FROM snapshots WHERE document NOT IN (SELECT id FROM documents)");
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        snapshotsRefused.add(row.getLong(1));
      }
    }
  }

  private int delete(String sql, List<Long> numbers) throws SQLException {
    PreparedStatement delete = session.prepare(sql);
    for (long number : numbers) {
      delete.setLong(1, number);
      delete.addBatch();
    }
    return delete.executeBatch().length;
  }

  /** Takes content. */
  interface Rows {
    void snapshot(DocumentKey key, byte[] saved);

    void change(DocumentKey key, byte[] encoded);
  }
}

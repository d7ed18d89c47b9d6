package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one document at a time, on a connection of its own: in the log's order, a reader sees the
 * last commit before it and makes no writer wait. Thread-safe.
 */
final class SqliteReader implements AutoCloseable {
  private final SqliteSession session;
  private final RowSeal seal;
  private final DocumentRows documents;

  SqliteReader(SqliteSession session, RowSeal seal) {
    this.session = session;
    this.seal = seal;
    documents = new DocumentRows(session, seal);
  }

  synchronized StoredDocument read(DocumentKey key) {
    // One transaction: a snapshot must not take the place of chunks between two statements.
    return session.transaction("read " + key, () -> find(key));
  }

  @Override
  public synchronized void close() {
    session.close();
  }

  private StoredDocument find(DocumentKey key) throws SQLException {
    long document = documents.find(key);
    if (document == DocumentRows.NONE) {
      return StoredDocument.NONE;
    }
    Found found = new Found();
    parts(document, found);
    changes(document, found);
    return new StoredDocument(found.snapshot, found.chunks, found.state, found.refused);
  }

  private void parts(long document, Found found) throws SQLException {
    PreparedStatement select =
        session.prepare(
            "SELECT id, sequence, slot, value, crc FROM parts WHERE id BETWEEN ? AND ?");
    select.setLong(1, RowKind.SNAPSHOT.part(document));
    select.setLong(2, RowKind.STATE.part(document));
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        RowKind kind = RowKind.ofPart(row.getLong(1));
        byte[] value = seal.open(row, 3, kind, row.getLong(1), document, row.getLong(2));
        RowValues.Content content =
            value == null ? null : Refused.orNull(() -> RowValues.content(value));
        if (content == null) {
          found.refused++;
        } else if (kind == RowKind.SNAPSHOT) {
          found.snapshot = content.bytes();
        } else {
          found.state = content.bytes();
        }
      }
    }
  }

  private void changes(long document, Found found) throws SQLException {
    PreparedStatement select =
        session.prepare(
            "SELECT seq, sequence, slot, value, crc FROM changes WHERE document = ? ORDER BY seq");
    select.setLong(1, document);
    Set<ChangeHash> seen = new HashSet<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        long seq = row.getLong(1);
        byte[] value = seal.open(row, 3, RowKind.CHANGE, seq, document, row.getLong(2));
        RowValues.Change change =
            value == null ? null : Refused.orNull(() -> RowValues.change(value));
        if (change == null) {
          found.refused++;
        } else if (seen.add(change.head().hash())) {
          found.chunks.add(change.chunk());
        }
      }
    }
  }

  /** What was found so far. */
  private static final class Found {
    private final List<ByteBuffer> chunks = new ArrayList<>();
    private @Nullable ByteBuffer snapshot;
    private @Nullable ByteBuffer state;
    private int refused;
  }
}

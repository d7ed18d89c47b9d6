package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.DocumentKey;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/** Finds the number of a document by its name, which may be encrypted. Not thread-safe. */
final class DocumentRows {
  /** In place of a number: there is no such document. */
  static final long NONE = 0;

  private final SqliteSession session;
  private final RowSeal seal;

  DocumentRows(SqliteSession session, RowSeal seal) {
    this.session = session;
    this.seal = seal;
  }

  /** {@link #NONE} when there is no such document. */
  long find(DocumentKey key) throws SQLException {
    byte[] name = RowValues.name(key);
    for (long tag : seal.tags(name)) {
      long found = find(tag, name);
      if (found != NONE) {
        return found;
      }
    }
    return NONE;
  }

  /** Part of a transaction. */
  void create(long number, DocumentKey key) throws SQLException {
    byte[] name = RowValues.name(key);
    PreparedStatement insert =
        session.prepare("INSERT INTO documents(id, tag, slot, value, crc) VALUES(?, ?, ?, ?, ?)");
    long tag = seal.tags(name).get(0);
    insert.setLong(1, number);
    insert.setLong(2, tag);
    seal.seal(insert, 3, RowKind.DOCUMENT, number, tag, 0, name);
    insert.executeUpdate();
  }

  /** Two names may share a tag, so the name itself decides. */
  private long find(long tag, byte[] name) throws SQLException {
    PreparedStatement select =
        session.prepare("SELECT id, slot, value, crc FROM documents WHERE tag = ? ORDER BY id");
    select.setLong(1, tag);
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        long id = row.getLong(1);
        byte[] stored = seal.open(row, 2, RowKind.DOCUMENT, id, tag, 0);
        if (stored != null && Arrays.equals(stored, name)) {
          return id;
        }
      }
    }
    return NONE;
  }

  /** Part of a transaction: deletes the content of a document, and its name as well if told. */
  void delete(long number, boolean nameAsWell) throws SQLException {
    delete("DELETE FROM changes WHERE document = ?", number);
    for (RowKind kind : List.of(RowKind.SNAPSHOT, RowKind.STATE, RowKind.MARK, RowKind.EXPIRY)) {
      delete("DELETE FROM parts WHERE id = ?", kind.part(number));
    }
    if (nameAsWell) {
      delete("DELETE FROM documents WHERE id = ?", number);
    }
  }

  /** Part of a transaction: false when there was no such part. */
  boolean deletePart(RowKind kind, long number) throws SQLException {
    return delete("DELETE FROM parts WHERE id = ?", kind.part(number)) > 0;
  }

  /** Part of a transaction: in place of the part of that kind before it. */
  void putPart(RowKind kind, long number, long sequence, byte[] value) throws SQLException {
    PreparedStatement replace =
        session.prepare(
            "INSERT OR REPLACE INTO parts(id, sequence, slot, value, crc) VALUES(?, ?, ?, ?, ?)");
    long id = kind.part(number);
    replace.setLong(1, id);
    replace.setLong(2, sequence);
    seal.seal(replace, 3, kind, id, number, sequence, value);
    replace.executeUpdate();
  }

  private int delete(String sql, long number) throws SQLException {
    PreparedStatement delete = session.prepare(sql);
    delete.setLong(1, number);
    return delete.executeUpdate();
  }
}

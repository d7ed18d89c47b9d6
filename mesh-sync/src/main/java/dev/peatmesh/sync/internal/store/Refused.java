package dev.peatmesh.sync.internal.store;

import java.nio.BufferUnderflowException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Numbers of the rows that a look at all of them has found damaged. Not thread-safe. */
final class Refused {
  private final List<Long> documents = new ArrayList<>();
  private final List<Long> changes = new ArrayList<>();
  private final List<Long> parts = new ArrayList<>();
  private final List<Long> journal = new ArrayList<>();
  private final List<Long> notes = new ArrayList<>();

  void document(long id) {
    documents.add(id);
  }

  void change(long seq) {
    changes.add(seq);
  }

  void part(long id) {
    parts.add(id);
  }

  void journal(long sequence) {
    journal.add(sequence);
  }

  void note(long id) {
    notes.add(id);
  }

  long count() {
    return (long) documents.size() + changes.size() + parts.size() + journal.size() + notes.size();
  }

  /** Part of a transaction, without indexes: deletes them all. */
  int delete(SqliteSession session) throws SQLException {
    return delete(session, "DELETE FROM changes WHERE seq = ?", changes)
        + delete(session, "DELETE FROM parts WHERE id = ?", parts)
        + delete(session, "DELETE FROM documents WHERE id = ?", documents)
        + delete(session, "DELETE FROM journal WHERE sequence = ?", journal)
        + delete(session, "DELETE FROM notes WHERE id = ?", notes);
  }

  /** What a value reads as; null when it was not written by this program. */
  static <T> @Nullable T orNull(Supplier<T> read) {
    try {
      return read.get();
    } catch (BufferUnderflowException | IllegalArgumentException malformed) {
      return null;
    }
  }

  private static int delete(SqliteSession session, String sql, List<Long> numbers)
      throws SQLException {
    PreparedStatement delete = session.prepare(sql);
    for (long number : numbers) {
      delete.setLong(1, number);
      delete.addBatch();
    }
    return delete.executeBatch().length;
  }
}

package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.internal.feed.JournalEntry;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The table of notes. Not thread-safe. Remembers the names, which are few: see StoreLimits. */
final class SqliteNotes {
  private static final RecoverySink NO_SINK =
      new RecoverySink() {
        @Override
        public void document(RecoveredDocument document) {}

        @Override
        public void journal(JournalEntry entry) {}

        @Override
        public void note(String name, String value) {}
      };

  private final SqliteSession session;
  private final RowSeal seal;
  private final int notesMax;
  private @Nullable Map<String, Long> numbers;
  private long last;

  SqliteNotes(SqliteSession session, RowSeal seal, StoreLimits limits) {
    this.session = session;
    this.seal = seal;
    notesMax = limits.notesMax();
  }

  /**
   * Part of a transaction.
   *
   * @throws SQLException when there are too many
   */
  void put(StoreWrite.Note note) throws SQLException {
    Map<String, Long> known = numbers();
    Long number = known.get(note.name());
    if (note.value().isEmpty()) {
      if (number != null) {
        PreparedStatement delete = session.prepare("DELETE FROM notes WHERE id = ?");
        delete.setLong(1, number);
        delete.executeUpdate();
        known.remove(note.name());
      }
      return;
    }
    if (number == null) {
      if (known.size() >= notesMax) {
        throw new SQLException(
            "there are " + known.size() + " notes, at most " + notesMax + " may be");
      }
      number = ++last;
      known.put(note.name(), number);
    }
    PreparedStatement replace =
        session.prepare("INSERT OR REPLACE INTO notes(id, slot, value, crc) VALUES(?, ?, ?, ?)");
    replace.setLong(1, number);
    seal.seal(replace, 2, RowKind.NOTE, number, 0, 0, RowValues.note(note));
    replace.executeUpdate();
  }

  /** To be called when a transaction was rolled back. */
  void forgetNames() {
    numbers = null;
  }

  /** Part of a transaction: tells every note. */
  void tell(RecoverySink sink, Refused refused) throws SQLException {
    Map<String, Long> found = new HashMap<>();
    PreparedStatement select =
        session.prepare("SELECT id, slot, value, crc FROM notes ORDER BY id");
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        long id = row.getLong(1);
        last = id;
        byte[] value = seal.open(row, 2, RowKind.NOTE, id, 0, 0);
        StoreWrite.Note note = value == null ? null : Refused.orNull(() -> RowValues.note(value));
        if (note == null) {
          refused.note(id);
        } else if (found.put(note.name(), id) == null) {
          sink.note(note.name(), note.value());
        }
      }
    }
    numbers = found;
  }

  private Map<String, Long> numbers() throws SQLException {
    if (numbers == null) {
      tell(NO_SINK, new Refused());
    }
    return Objects.requireNonNull(numbers);
  }
}

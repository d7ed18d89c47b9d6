package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.internal.feed.JournalEntry;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The table of events, of which the newest are kept. Not thread-safe.
 *
 * <p>Old entries go many at a time: each time costs a page at the other end of the table.
 */
final class SqliteJournal {
  private static final int UNKNOWN = -1;
  private static final int SLACK_SHARE = 16;

  private final SqliteSession session;
  private final RowSeal seal;
  private final int entriesMax;
  private long entries = UNKNOWN;

  SqliteJournal(SqliteSession session, RowSeal seal, StoreLimits limits) {
    this.session = session;
    this.seal = seal;
    entriesMax = limits.journalEntriesMax();
  }

  /** Part of a transaction. */
  void add(JournalEntry entry) throws SQLException {
    if (entries == UNKNOWN) {
      entries = Long.parseLong(session.ask("SELECT count(*) FROM journal"));
    }
    PreparedStatement insert =
        session.prepare(
            "INSERT OR REPLACE INTO journal(sequence, slot, value, crc) VALUES(?, ?, ?, ?)");
    long sequence = entry.sequence();
    insert.setLong(1, sequence);
    seal.seal(insert, 2, RowKind.JOURNAL, sequence, 0, sequence, RowValues.journal(entry));
    insert.executeUpdate();
    entries++;
    if (entries > entriesMax + entriesMax / SLACK_SHARE) {
      forgetOldest();
    }
  }

  /** To be called when a transaction was rolled back. */
  void forgetCount() {
    entries = UNKNOWN;
  }

  /** Part of a transaction: tells the newest entries, oldest first. */
  long tell(RecoverySink sink, Refused refused) throws SQLException {
    long last = 0;
    entries = Long.parseLong(session.ask("SELECT count(*) FROM journal"));
    PreparedStatement select =
        session.prepare(
            "SELECT sequence, slot, value, crc FROM journal ORDER BY sequence LIMIT -1 OFFSET ?");
    select.setLong(1, Math.max(0, entries - entriesMax));
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        long sequence = row.getLong(1);
        last = sequence;
        byte[] value = seal.open(row, 2, RowKind.JOURNAL, sequence, 0, sequence);
        JournalEntry entry =
            value == null ? null : Refused.orNull(() -> RowValues.journal(sequence, value));
        if (entry == null) {
          refused.journal(sequence);
        } else {
          sink.journal(entry);
        }
      }
    }
    return last;
  }

  private void forgetOldest() throws SQLException {
    PreparedStatement delete =
        session.prepare(
            "DELETE FROM journal WHERE sequence IN"
                + " (SELECT sequence FROM journal ORDER BY sequence LIMIT ?)");
    delete.setLong(1, entries - entriesMax);
    entries -= delete.executeUpdate();
  }
}

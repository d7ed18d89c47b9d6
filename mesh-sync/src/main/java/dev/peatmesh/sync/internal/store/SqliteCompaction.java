package dev.peatmesh.sync.internal.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shrinks a store in bounded steps: first encrypts what is not under the current key, then gives
 * free pages back. Not thread-safe.
 */
final class SqliteCompaction {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteCompaction.class);
  private static final int PAGE_BYTES = 4_096;
  private static final int ROWS_MAX = 1_024;

  private final SqliteSession session;
  private final RowSeal seal;
  private final Keyring keys;

  /** Where the present pass over all tables stands. */
  private int table;

  private long lastId = Long.MIN_VALUE;
  private boolean rowsLeft;

  SqliteCompaction(SqliteSession session, RowSeal seal, Keyring keys) {
    this.session = session;
    this.seal = seal;
    this.keys = keys;
  }

  /**
   * To be called when a transaction was rolled back: its rows are as they were, and must be looked
   * at again before their key goes.
   */
  void beginAnew() {
    table = 0;
    lastId = Long.MIN_VALUE;
    rowsLeft = false;
  }

  /** Part of a transaction: one step of encryption; negative when no row is left to look at. */
  long encryptSome(int bytesMax) throws SQLException {
    if (!keys.hasOthers()) {
      return -1;
    }
    Table[] tables = Table.values();
    while (table < tables.length) {
      long before = lastId;
      List<Row> rows = next(tables[table], bytesMax);
      if (lastId != before) {
        return update(tables[table], rows);
      }
      table++;
      lastId = Long.MIN_VALUE;
    }
    table = 0;
    dropKeys();
    return -1;
  }

  /** Part of a transaction: whether there were free pages left after some were given back. */
  boolean shrinkSome(int bytesMax) throws SQLException {
    session.executeToItsEnd(
        "PRAGMA incremental_vacuum(" + Math.max(1, bytesMax / PAGE_BYTES) + ")");
    boolean canShrink = !session.ask("PRAGMA auto_vacuum").equals("0");
    return canShrink && !session.ask("PRAGMA freelist_count").equals("0");
  }

  /** Looks at a bounded number of rows, whether or not they are to be encrypted. */
  private List<Row> next(Table from, int bytesMax) throws SQLException {
    PreparedStatement select =
        session.prepare(
            "SELECT "
                + from.columns
                + ", slot, value, crc FROM "
                + from.name
                + " NOT INDEXED WHERE "
                + from.id
                + " > ? ORDER BY "
                + from.id
                + " LIMIT "
                + ROWS_MAX);
    select.setLong(1, lastId);
    List<Row> rows = new ArrayList<>();
    long bytes = 0;
    try (ResultSet row = select.executeQuery()) {
      while (bytes < bytesMax && row.next()) {
        lastId = row.getLong(1);
        if (keys.isCurrent(row.getInt(4))) {
          continue;
        }
        Row found = from.row(row);
        byte[] plain =
            seal.open(row, 4, found.kind(), found.id(), found.document(), found.sequence());
        if (plain == null) {
          rowsLeft = true; // Damaged: the next opening finds and deletes it.
        } else {
          rows.add(found.with(plain));
          bytes += plain.length;
        }
      }
    }
    return rows;
  }

  private long update(Table to, List<Row> rows) throws SQLException {
    boolean names = to == Table.DOCUMENTS;
    PreparedStatement update =
        session.prepare(
            "UPDATE "
                + to.name
                + " SET slot = ?, value = ?, crc = ?"
                + (names ? ", tag = ?" : "")
                + " WHERE "
                + to.id
                + " = ?");
    for (Row row : rows) {
      byte[] plain = row.value.bytes;
      long document = names ? seal.tags(plain).get(0) : row.document();
      seal.seal(update, 1, row.kind(), row.id(), document, row.sequence(), plain);
      if (names) {
        update.setLong(4, document);
      }
      update.setLong(names ? 5 : 4, row.id());
      update.executeUpdate();
    }
    return rows.size();
  }

  private void dropKeys() throws SQLException {
    if (rowsLeft) {
      rowsLeft = false;
      return;
    }
    for (String dropped : keys.dropOthers()) {
      LOG.atInfo()
          .addKeyValue("key", dropped)
          .log("no row is encrypted under this key any more; it may be taken away");
    }
  }

  /** A table of values, and what its rows are bound to. */
  private enum Table {
    DOCUMENTS("documents", "id", "id, tag, 0"),
    CHANGES("changes", "seq", "seq, document, sequence"),
    PARTS("parts", "id", "id, 0, sequence"),
    JOURNAL("journal", "sequence", "sequence, 0, sequence"),
    NOTES("notes", "id", "id, 0, 0");

    private final String name;
    private final String id;
    private final String columns;

    Table(String name, String id, String columns) {
      this.name = name;
      this.id = id;
      this.columns = columns;
    }

    Row row(ResultSet row) throws SQLException {
      long number = row.getLong(1);
      return switch (this) {
        case DOCUMENTS -> new Row(RowKind.DOCUMENT, number, row.getLong(2), 0, Value.NONE);
        case CHANGES -> new Row(RowKind.CHANGE, number, row.getLong(2), row.getLong(3), Value.NONE);
        case PARTS ->
            new Row(
                RowKind.ofPart(number),
                number,
                RowKind.documentOfPart(number),
                row.getLong(3),
                Value.NONE);
        case JOURNAL -> new Row(RowKind.JOURNAL, number, 0, number, Value.NONE);
        case NOTES -> new Row(RowKind.NOTE, number, 0, 0, Value.NONE);
      };
    }
  }

  private record Row(RowKind kind, long id, long document, long sequence, Value value) {
    Row with(byte[] plain) {
      return new Row(kind, id, document, sequence, new Value(plain));
    }
  }

  /** Holds an array, which a record is not to hold. */
  private static final class Value {
    static final Value NONE = new Value(new byte[0]);
    private final byte[] bytes;

    Value(byte[] bytes) {
      this.bytes = bytes;
    }
  }
}

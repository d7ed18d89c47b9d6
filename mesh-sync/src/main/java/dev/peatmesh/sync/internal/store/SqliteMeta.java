package dev.peatmesh.sync.internal.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The table of facts about the store itself: a few short texts by name, in plain text always. Not
 * thread-safe.
 */
final class SqliteMeta {
  static final String TABLE =
      "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT, crc INTEGER) WITHOUT ROWID";

  private final SqliteSession session;

  SqliteMeta(SqliteSession session) {
    this.session = session;
  }

  /** Null when it is absent or its checksum does not hold. */
  @Nullable String get(String name) throws SQLException {
    PreparedStatement select = session.prepare("SELECT value, crc FROM meta WHERE name = ?");
    select.setString(1, name);
    try (ResultSet row = select.executeQuery()) {
      return row.next() ? checked(name, row.getString(1), row.getLong(2)) : null;
    }
  }

  /** The number under that name; the other one when there is none. */
  long get(String name, long otherwise) throws SQLException {
    String text = get(name);
    return text == null ? otherwise : Long.parseLong(text);
  }

  /** All whose name begins so; those whose checksum does not hold with an empty value. */
  Map<String, String> all(String prefix) throws SQLException {
    Map<String, String> found = new TreeMap<>();
    PreparedStatement select = session.prepare("SELECT name, value, crc FROM meta");
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        String name = row.getString(1);
        if (name.startsWith(prefix)) {
          String value = checked(name, row.getString(2), row.getLong(3));
          found.put(name, value == null ? "" : value);
        }
      }
    }
    return found;
  }

  /** Part of a transaction. */
  void set(String name, String value) throws SQLException {
    PreparedStatement replace =
        session.prepare("INSERT OR REPLACE INTO meta(name, value, crc) VALUES(?, ?, ?)");
    replace.setString(1, name);
    replace.setString(2, value);
    replace.setLong(3, checksum(name, value));
    replace.executeUpdate();
  }

  /** Part of a transaction. */
  void remove(String name) throws SQLException {
    PreparedStatement delete = session.prepare("DELETE FROM meta WHERE name = ?");
    delete.setString(1, name);
    delete.executeUpdate();
  }

  private static @Nullable String checked(String name, @Nullable String value, long crc) {
    return value != null && crc == checksum(name, value) ? value : null;
  }

  private static long checksum(String name, String value) {
    return new RowChecksum().with(name).with(value).value();
  }
}

package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.guard.ChunkReader;
import dev.peatmesh.sync.internal.guard.GuardException;
import dev.peatmesh.sync.internal.guard.GuardLimits;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a file of version 1 into one of the present version, in one transaction. Rows whose
 * checksum does not hold are handed over as they are, with a checksum that does not hold either:
 * recovery finds and counts them.
 *
 * <p>Version 1 had plain names, changes with their hash, and snapshots; no journal, no notes.
 */
final class SqliteMigration {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteMigration.class);
  private static final List<String> OLD = List.of("documents", "changes", "snapshots");

  private final SqliteSession session;
  private final SqliteMeta meta;
  private final RowSeal seal;

  SqliteMigration(SqliteSession session, SqliteMeta meta, RowSeal seal) {
    this.session = session;
    this.meta = meta;
    this.seal = seal;
  }

  /** Part of a transaction. */
  void run() throws SQLException {
    session.execute("DROP INDEX IF EXISTS documents_by_name");
    session.execute("DROP INDEX IF EXISTS changes_by_document");
    for (String table : OLD) {
      session.execute("ALTER TABLE " + table + " RENAME TO old_" + table);
    }
    for (String statement : SqliteSchema.TABLES) {
      session.execute(statement);
    }
    long documents = documents();
    long changes = changes();
    snapshots();
    for (String table : OLD) {
      session.execute("DROP TABLE old_" + table);
    }
    meta.set("schema", Integer.toString(SqliteSchema.VERSION));
    LOG.atInfo()
        .addKeyValue("documents", documents)
        .addKeyValue("changes", changes)
        .addKeyValue("version", SqliteSchema.VERSION)
        .log("store brought to the present version");
  }

  private long documents() throws SQLException {
    PreparedStatement insert =
        session.prepare("INSERT INTO documents(id, tag, slot, value, crc) VALUES(?, ?, ?, ?, ?)");
    long count = 0;
    try (ResultSet row =
        session.prepare("SELECT id, collection, name, crc FROM old_documents").executeQuery()) {
      while (row.next()) {
        long id = row.getLong(1);
        DocumentKey key = key(id, row.getString(2), row.getString(3), row.getLong(4));
        byte[] name = key == null ? new byte[0] : RowValues.name(key);
        long tag = key == null ? 0 : seal.tags(name).get(0);
        insert.setLong(1, id);
        insert.setLong(2, tag);
        // A name that nobody can read is refused like a damaged one.
        seal.seal(insert, 3, RowKind.DOCUMENT, id, tag, 0, name);
        insert.executeUpdate();
        count++;
      }
    }
    return count;
  }

  private long changes() throws SQLException {
    PreparedStatement insert =
        session.prepare(
            "INSERT INTO changes(seq, document, sequence, slot, value, crc)"
                + " VALUES(?, ?, 0, ?, ?, ?)");
    long count = 0;
    try (ResultSet row =
        session
            .prepare("SELECT seq, document, hash, chunk, crc FROM old_changes NOT INDEXED")
            .executeQuery()) {
      while (row.next()) {
        long seq = row.getLong(1);
        long document = row.getLong(2);
        insert.setLong(1, seq);
        insert.setLong(2, document);
        byte[] value = change(row, seq, document);
        seal.seal(insert, 3, RowKind.CHANGE, seq, document, 0, value);
        insert.executeUpdate();
        count++;
      }
    }
    return count;
  }

  /** Empty, which is refused as damaged, when it cannot be read. */
  private static byte[] change(ResultSet row, long seq, long document) throws SQLException {
    byte[] hash = row.getBytes(3);
    byte[] chunk = row.getBytes(4);
    if (hash == null
        || chunk == null
        || row.getLong(5)
            != new RowChecksum().with(seq).with(document).with(hash).with(chunk).value()) {
      return new byte[0];
    }
    try {
      ChangeChunk read = ChunkReader.read(ByteBuffer.wrap(chunk), GuardLimits.DEFAULT);
      return read.hash().equals(ChangeHash.of(hash)) ? RowValues.change(read) : new byte[0];
    } catch (GuardException | IllegalArgumentException unreadable) {
      return new byte[0];
    }
  }

  /** The heads of a snapshot stand in its header. */
  private void snapshots() throws SQLException {
    PreparedStatement insert =
        session.prepare("INSERT INTO parts(id, sequence, slot, value, crc) VALUES(?, 0, ?, ?, ?)");
    try (ResultSet row =
        session.prepare("SELECT document, saved, crc FROM old_snapshots").executeQuery()) {
      while (row.next()) {
        long document = row.getLong(1);
        byte[] saved = row.getBytes(2);
        boolean whole =
            saved != null && row.getLong(3) == new RowChecksum().with(document).with(saved).value();
        byte[] value = whole && saved != null ? snapshot(saved) : new byte[0];
        long id = RowKind.SNAPSHOT.part(document);
        insert.setLong(1, id);
        seal.seal(insert, 2, RowKind.SNAPSHOT, id, document, 0, value);
        insert.executeUpdate();
      }
    }
  }

  private static byte[] snapshot(byte[] saved) {
    List<ChangeHash> heads = Refused.orNull(() -> SavedHeads.read(saved));
    return heads == null
        ? new byte[0]
        : RowValues.content(
            heads.stream().map(hash -> new StoredHead(hash, StoredHead.ALIVE)).toList(),
            ByteBuffer.wrap(saved));
  }

  private static @Nullable DocumentKey key(
      long id, @Nullable String collection, @Nullable String name, long crc) {
    if (collection == null
        || name == null
        || crc != new RowChecksum().with(id).with(collection).with(name).value()) {
      return null;
    }
    return Refused.orNull(() -> new DocumentKey(collection, name));
  }
}

package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns writes into rows. Every method is part of a transaction. Not thread-safe. */
final class SqliteWriter {
  /** Documents remembered, so that a change of one costs no look-up. */
  private static final int DOCUMENTS_MAX = 8_192;

  private final SqliteSession session;
  private final RowSeal seal;
  private final SqliteReplica replica;
  private final SqliteJournal journal;
  private final SqliteNotes notes;
  private final DocumentRows documents;
  private final Map<DocumentKey, Known> known = new LeastRecentlyUsed();

  private long lastDocument;
  private long lastChange;
  private long lastSequence;
  private long shortened;

  SqliteWriter(
      SqliteSession session,
      RowSeal seal,
      SqliteReplica replica,
      SqliteJournal journal,
      SqliteNotes notes)
      throws SQLException {
    this.session = session;
    this.seal = seal;
    this.replica = replica;
    this.journal = journal;
    this.notes = notes;
    documents = new DocumentRows(session, seal);
    lastDocument = highest("documents", "id");
    lastChange = highest("changes", "seq");
    lastSequence = highest("journal", "sequence");
  }

  /** The highest number of an event that was written or found. */
  long lastSequence() {
    return lastSequence;
  }

  void noteSequence(long sequence) {
    lastSequence = Math.max(lastSequence, sequence);
  }

  /** Documents whose content became shorter since this was last asked. */
  long takeShortened() {
    long count = shortened;
    shortened = 0;
    return count;
  }

  /** To be called when a transaction was rolled back: some rows that are remembered are gone. */
  void forget() {
    known.clear();
    journal.forgetCount();
    notes.forgetNames();
  }

  int write(List<? extends StoreWrite> batch) throws SQLException {
    for (StoreWrite write : batch) {
      write(write);
    }
    return batch.size();
  }

  private void write(StoreWrite write) throws SQLException {
    if (write instanceof StoreWrite.Change change) {
      insert(change);
    } else if (write instanceof StoreWrite.Journal entry) {
      journal.add(entry.entry());
      noteSequence(entry.entry().sequence());
    } else if (write instanceof StoreWrite.Latest latest) {
      byte[] value = RowValues.content(List.of(latest.head()), latest.state());
      documents.putPart(RowKind.STATE, withContent(latest.key()), latest.sequence(), value);
      noteSequence(latest.sequence());
    } else if (write instanceof StoreWrite.Forget forget) {
      forget(forget.key());
    } else if (write instanceof StoreWrite.Gone gone) {
      mark(gone);
    } else if (write instanceof StoreWrite.Expiry expiry) {
      expire(expiry);
    } else if (write instanceof StoreWrite.Note note) {
      notes.put(note);
    } else if (write instanceof StoreWrite.Actor actor) {
      replica.note(actor.actor());
    } else {
      throw new AssertionError("unhandled " + write);
    }
  }

  /** Takes the place of the changes it covers. */
  int write(DocumentSnapshot snapshot) throws SQLException {
    long document = withContent(snapshot.key());
    documents.putPart(
        RowKind.SNAPSHOT,
        document,
        snapshot.sequence(),
        RowValues.content(snapshot.heads(), snapshot.saved()));
    noteSequence(snapshot.sequence());
    shortened++;
    PreparedStatement delete = session.prepare("DELETE FROM changes WHERE seq = ?");
    for (long seq : rowsOf(document, new HashSet<>(snapshot.covered()))) {
      delete.setLong(1, seq);
      delete.addBatch();
    }
    return delete.executeBatch().length;
  }

  private void insert(StoreWrite.Change change) throws SQLException {
    long document = withContent(change.key());
    PreparedStatement insert =
        session.prepare(
            "INSERT INTO changes(seq, document, sequence, slot, value, crc)"
                + " VALUES(?, ?, ?, ?, ?, ?)");
    long seq = ++lastChange;
    insert.setLong(1, seq);
    insert.setLong(2, document);
    insert.setLong(3, change.sequence());
    byte[] value = RowValues.change(change.chunk());
    seal.seal(insert, 4, RowKind.CHANGE, seq, document, change.sequence(), value);
    insert.executeUpdate();
    noteSequence(change.sequence());
  }

  private void forget(DocumentKey key) throws SQLException {
    long document = documents.find(key);
    if (document != DocumentRows.NONE) {
      documents.delete(document, true);
      known.remove(key);
      shortened++;
    }
  }

  private void mark(StoreWrite.Gone gone) throws SQLException {
    long document = number(gone.key()).document();
    documents.delete(document, false);
    List<StoredHead> heads =
        gone.heads().stream().map(hash -> new StoredHead(hash, gone.deletedSeconds())).toList();
    byte[] value = RowValues.content(heads, ByteBuffer.allocate(0));
    documents.putPart(RowKind.MARK, document, gone.sequence(), value);
    known.put(gone.key(), new Known(document, true));
    noteSequence(gone.sequence());
    shortened++;
  }

  private void expire(StoreWrite.Expiry expiry) throws SQLException {
    long document = number(expiry.key()).document();
    if (expiry.millis() == StoreWrite.Expiry.NEVER) {
      documents.deletePart(RowKind.EXPIRY, document);
    } else {
      documents.putPart(RowKind.EXPIRY, document, 0, RowValues.millis(expiry.millis()));
    }
  }

  /** Looks at the rows there are, not at the hashes given: those are all of a document's life. */
  private List<Long> rowsOf(long document, Set<ChangeHash> covered) throws SQLException {
    List<Long> rows = new ArrayList<>();
    PreparedStatement select =
        session.prepare("SELECT seq, sequence, slot, value, crc FROM changes WHERE document = ?");
    select.setLong(1, document);
    try (ResultSet found = select.executeQuery()) {
      while (found.next()) {
        long seq = found.getLong(1);
        byte[] value = seal.open(found, 3, RowKind.CHANGE, seq, document, found.getLong(2));
        RowValues.Change change =
            value == null ? null : Refused.orNull(() -> RowValues.change(value));
        if (change != null && covered.contains(change.head().hash())) {
          rows.add(seq);
        }
      }
    }
    return rows;
  }

  /** The number of a document that is about to get content: it is gone no more. */
  private long withContent(DocumentKey key) throws SQLException {
    Known found = number(key);
    if (found.marked()) {
      documents.deletePart(RowKind.MARK, found.document());
      known.put(key, new Known(found.document(), false));
    }
    return found.document();
  }

  private Known number(DocumentKey key) throws SQLException {
    Known remembered = known.get(key);
    if (remembered != null) {
      return remembered;
    }
    long document = documents.find(key);
    // Whether an old one is marked is not known: deleting a mark that is not there costs nothing.
    boolean marked = document != DocumentRows.NONE;
    if (!marked) {
      document = ++lastDocument;
      documents.create(document, key);
    }
    Known found = new Known(document, marked);
    known.put(key, found);
    return found;
  }

  private long highest(String table, String column) throws SQLException {
    return Long.parseLong(session.ask("SELECT coalesce(max(" + column + "), 0) FROM " + table));
  }

  /** A document's number, and whether a mark may stand in place of its content. */
  private record Known(long document, boolean marked) {}

  private static final class LeastRecentlyUsed extends LinkedHashMap<DocumentKey, Known> {
    private static final long serialVersionUID = 1;

    LeastRecentlyUsed() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<DocumentKey, Known> eldest) {
      return size() > DOCUMENTS_MAX;
    }
  }
}

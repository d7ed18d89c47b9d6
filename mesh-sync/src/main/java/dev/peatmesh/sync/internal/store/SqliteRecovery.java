package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.DocumentKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One pass over everything a store holds: tells what is whole, remembers what is not. Runs once,
 * within a transaction. Holds one document at a time. Not thread-safe.
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
      "SELECT o.document, o.seq, c.sequence, c.slot, c.value, c.crc FROM"
          + " (SELECT document, seq FROM changes NOT INDEXED ORDER BY document, seq LIMIT -1) o"
          + " LEFT JOIN changes c ON c.seq = o.seq";

  private static final String PARTS =
      "SELECT id, sequence, slot, value, crc FROM parts NOT INDEXED ORDER BY id";

  private static final String DOCUMENTS =
      "SELECT id, tag, slot, value, crc FROM documents NOT INDEXED ORDER BY id";

  private final SqliteSession session;
  private final RowSeal seal;
  private final RecoverySink sink;
  private final Refused refused = new Refused();

  private long documents;
  private long changes;
  private long lastSequence;

  SqliteRecovery(SqliteSession session, RowSeal seal, RecoverySink sink) {
    this.session = session;
    this.seal = seal;
    this.sink = sink;
  }

  Refused refused() {
    return refused;
  }

  /** The highest number of an event in what was found. */
  long lastSequence() {
    return lastSequence;
  }

  Recovery result(long tailBytesCut) {
    return new Recovery(documents, changes, refused.count(), tailBytesCut);
  }

  /** Part of a transaction. */
  long tell(SqliteJournal journal, SqliteNotes notes) throws SQLException {
    try (ResultSet document = session.prepare(DOCUMENTS).executeQuery();
        ResultSet part = session.prepare(PARTS).executeQuery();
        ResultSet change = session.prepare(CHANGES).executeQuery()) {
      Rows rows = new Rows(part, change);
      while (document.next()) {
        tell(document, rows);
      }
      rows.refuseUpTo(Long.MAX_VALUE);
    }
    lastSequence = Math.max(lastSequence, journal.tell(sink, refused));
    notes.tell(sink, refused);
    return documents;
  }

  private void tell(ResultSet row, Rows rows) throws SQLException {
    long id = row.getLong(1);
    byte[] name = seal.open(row, 3, RowKind.DOCUMENT, id, row.getLong(2), 0);
    DocumentKey key = name == null ? null : Refused.orNull(() -> RowValues.name(name));
    rows.refuseUpTo(id - 1);
    if (key == null) {
      refused.document(id);
      rows.refuseUpTo(id);
      return;
    }
    DocumentFold fold = new DocumentFold(key);
    rows.parts(id, fold);
    rows.changes(id, fold);
    RecoveredDocument found = fold.result();
    if (found != null) {
      documents++;
      lastSequence = Math.max(lastSequence, found.sequence());
      sink.document(found);
    }
  }

  /** What has been found of the document at hand. */
  private static final class DocumentFold {
    private final DocumentKey key;
    private final HeadFold heads = new HeadFold();
    private RecoveredDocument.@Nullable Kind kind;
    private List<StoredHead> whole = List.of();
    private long bytes;
    private long expiresMillis = StoreWrite.Expiry.NEVER;
    private long sequence;
    private int refused;

    DocumentFold(DocumentKey key) {
      this.key = key;
    }

    void content(RowKind found, RowValues.Content content, long number) {
      bytes += content.bytes().remaining();
      sequence = Math.max(sequence, number);
      if (found == RowKind.SNAPSHOT) {
        kind = RecoveredDocument.Kind.HISTORY;
        heads.snapshot(content.heads());
      } else {
        kind = found == RowKind.STATE ? RecoveredDocument.Kind.LATEST : RecoveredDocument.Kind.GONE;
        whole = content.heads();
      }
    }

    /** False when it was there already. */
    boolean change(RowValues.Change change, long number) {
      kind = kind == null ? RecoveredDocument.Kind.HISTORY : kind;
      sequence = Math.max(sequence, number);
      if (!heads.change(change.head(), change.deps())) {
        return false;
      }
      bytes += change.chunk().remaining();
      return true;
    }

    @Nullable RecoveredDocument result() {
      if (kind == null) {
        return refused == 0 && expiresMillis == StoreWrite.Expiry.NEVER
            ? null
            : result(RecoveredDocument.Kind.HISTORY, heads);
      }
      if (kind == RecoveredDocument.Kind.HISTORY) {
        return result(kind, heads);
      }
      HeadFold fold = new HeadFold();
      fold.snapshot(whole);
      return result(kind, fold);
    }

    private RecoveredDocument result(RecoveredDocument.Kind as, HeadFold fold) {
      return fold.facts(key, as, bytes, expiresMillis, sequence, refused);
    }
  }

  /** Both tables of content, side by side, in the order of documents. */
  private final class Rows {
    private final ResultSet part;
    private final ResultSet change;
    private boolean moreParts;
    private boolean moreChanges;

    Rows(ResultSet part, ResultSet change) throws SQLException {
      this.part = part;
      this.change = change;
      moreParts = part.next();
      moreChanges = change.next();
    }

    void parts(long document, DocumentFold fold) throws SQLException {
      while (moreParts && RowKind.documentOfPart(part.getLong(1)) == document) {
        long id = part.getLong(1);
        RowKind kind = RowKind.ofPart(id);
        byte[] value = seal.open(part, 3, kind, id, document, part.getLong(2));
        if (value == null || !read(kind, value, part.getLong(2), fold)) {
          refused.part(id);
          fold.refused++;
        }
        moreParts = part.next();
      }
    }

    private boolean read(RowKind kind, byte[] value, long sequence, DocumentFold fold) {
      if (kind == RowKind.EXPIRY) {
        Long millis = Refused.orNull(() -> RowValues.millis(value));
        fold.expiresMillis = millis == null ? StoreWrite.Expiry.NEVER : millis;
        return millis != null;
      }
      RowValues.Content content = Refused.orNull(() -> RowValues.content(value));
      if (content != null) {
        fold.content(kind, content, sequence);
      }
      return content != null;
    }

    void changes(long document, DocumentFold fold) throws SQLException {
      while (moreChanges && change.getLong(1) == document) {
        long seq = change.getLong(2);
        long sequence = change.getLong(3);
        byte[] value = seal.open(change, 4, RowKind.CHANGE, seq, document, sequence);
        RowValues.Change found =
            value == null ? null : Refused.orNull(() -> RowValues.change(value));
        if (found == null) {
          refused.change(seq);
          fold.refused++;
        } else if (fold.change(found, sequence)) {
          changes++;
        }
        moreChanges = change.next();
      }
    }

    /** Content of documents up to this number that have no name. */
    void refuseUpTo(long document) throws SQLException {
      while (moreParts && RowKind.documentOfPart(part.getLong(1)) <= document) {
        refused.part(part.getLong(1));
        moreParts = part.next();
      }
      while (moreChanges && change.getLong(1) <= document) {
        refused.change(change.getLong(2));
        moreChanges = change.next();
      }
    }
  }
}

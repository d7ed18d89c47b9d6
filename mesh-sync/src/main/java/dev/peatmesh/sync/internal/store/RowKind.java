package dev.peatmesh.sync.internal.store;

/** What a row holds. Its code is part of the checksum and of what encryption binds. */
enum RowKind {
  /** The name of a document. */
  DOCUMENT(1),
  /** One change. */
  CHANGE(2),
  /** A whole document with history. */
  SNAPSHOT(3),
  /** A document without history. */
  STATE(4),
  /** What is left of a document that is gone. */
  MARK(5),
  /** When a document expires. */
  EXPIRY(6),
  /** An entry of the journal. */
  JOURNAL(7),
  /** A note. */
  NOTE(8);

  /** How many kinds share the table of parts. */
  static final int PARTS = 4;

  private final int code;

  RowKind(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /** The number of this part of a document in the table of parts. */
  long part(long document) {
    return document * PARTS + code - SNAPSHOT.code;
  }

  /** Which part a row of the table of parts is. */
  static RowKind ofPart(long id) {
    int code = SNAPSHOT.code + (int) Math.floorMod(id, (long) PARTS);
    for (RowKind kind : values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    throw new AssertionError("every part has a kind, but " + id);
  }

  /** Which document a row of the table of parts belongs to. */
  static long documentOfPart(long id) {
    return Math.floorDiv(id, (long) PARTS);
  }
}

package dev.peatmesh.sync.internal.guard;

import org.jspecify.annotations.Nullable;

/**
 * The run-length grammar of number and text columns: n > 1 repeats one value, n < 0 precedes -n
 * single values, 0 precedes a number of nulls. Says entry by entry what comes next; the column
 * reads the values. A run is never expanded, so a large count costs no memory.
 *
 * <p>Strict where the native core is lenient: it writes the one shortest form, and must read only
 * that. See {@link ByteCursor}.
 */
public final class Runs {
  /** What an entry is. */
  public enum Entry {
    /** No value. */
    NULL,
    /** The same value as the entry before. */
    SAME,
    /** A value that stands at the cursor. */
    VALUE
  }

  private enum Kind {
    NONE,
    NULLS,
    REPEAT,
    LITERAL
  }

  private final @Nullable ByteCursor cursor;
  private Kind kind = Kind.NONE;
  private boolean anyValue;
  private long left;

  /** Takes the bytes of the column, or null when the chunk has none: then every entry is null. */
  public Runs(@Nullable ByteCursor cursor) {
    this.cursor = cursor;
  }

  boolean isAbsent() {
    return cursor == null;
  }

  /** Whether no entry is left. An absent column never ends. */
  boolean atEnd() {
    return cursor != null && left == 0 && cursor.atEnd();
  }

  /** What comes next. */
  public Entry next() {
    if (cursor == null) {
      return Entry.NULL;
    }
    boolean first = left == 0;
    if (first) {
      startRun(cursor);
    }
    left--;
    if (kind == Kind.NULLS) {
      return Entry.NULL;
    }
    return first || kind == Kind.LITERAL ? Entry.VALUE : Entry.SAME;
  }

  /** Refuses a column with more entries than the change has rows, or with nothing but nulls. */
  public void finish() {
    if (cursor == null) {
      return;
    }
    if (left > 0 || !cursor.atEnd()) {
      throw new GuardException("column too long");
    }
    if (!anyValue) {
      throw new GuardException("column without values");
    }
  }

  private void startRun(ByteCursor from) {
    if (from.atEnd()) {
      throw new GuardException("column too short");
    }
    long header = from.signedLeb();
    if (header > 1) {
      kind = Kind.REPEAT;
      left = header;
    } else if (header < 0 && header > Long.MIN_VALUE && kind != Kind.LITERAL) {
      kind = Kind.LITERAL;
      left = -header;
    } else if (header == 0 && kind != Kind.NULLS) {
      kind = Kind.NULLS;
      left = from.unsignedLeb();
      if (left == 0) {
        throw new GuardException("empty run");
      }
    } else {
      throw new GuardException("run that should be part of another");
    }
    anyValue |= kind != Kind.NULLS;
  }
}

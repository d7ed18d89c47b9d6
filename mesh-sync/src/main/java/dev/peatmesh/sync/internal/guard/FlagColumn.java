package dev.peatmesh.sync.internal.guard;

import org.jspecify.annotations.Nullable;

/** A column of flags: the lengths of runs of false and true in turn, false first. */
public final class FlagColumn {
  private final @Nullable ByteCursor cursor;
  private boolean started;
  private boolean anyTrue;
  private boolean current = true;
  private long left;

  /** Takes the bytes of the column, or null when the chunk has none: then every flag is false. */
  public FlagColumn(@Nullable ByteCursor cursor) {
    this.cursor = cursor;
  }

  /** Whether the column has a true flag so far. */
  boolean anyTrue() {
    return anyTrue;
  }

  boolean isAbsent() {
    return cursor == null;
  }

  /** The next flag. */
  public boolean next() {
    if (cursor == null) {
      return false;
    }
    while (left == 0) {
      startRun(cursor);
    }
    left--;
    anyTrue |= current;
    return current;
  }

  /** Refuses flags that nobody asked for. */
  public void finish() {
    if (cursor != null && (left > 0 || !cursor.atEnd())) {
      throw new GuardException("column too long");
    }
  }

  private void startRun(ByteCursor from) {
    if (from.atEnd()) {
      throw new GuardException("column too short");
    }
    left = from.unsignedLeb();
    // Only the first run, of false, may be empty: a column has to start with true somehow.
    if (left == 0 && started) {
      throw new GuardException("empty run");
    }
    started = true;
    current = !current;
  }
}

package dev.peatmesh.sync.internal.guard;

import org.jspecify.annotations.Nullable;

/** A column of numbers from 0 to a maximum, or nulls. */
final class NumberColumn {
  /** Stands for null. */
  static final long NULL = -1;

  private final Runs runs;
  private final @Nullable ByteCursor cursor;
  private final long max;
  private long current = NULL;

  NumberColumn(@Nullable ByteCursor cursor, long max) {
    this.runs = new Runs(cursor);
    this.cursor = cursor;
    this.max = max;
  }

  boolean atEnd() {
    return runs.atEnd();
  }

  boolean isAbsent() {
    return runs.isAbsent();
  }

  /** The next entry, or {@link #NULL}. */
  long next() {
    Runs.Entry entry = runs.next();
    if (entry == Runs.Entry.NULL || cursor == null) {
      current = NULL;
    } else if (entry == Runs.Entry.VALUE) {
      long value = cursor.unsignedLeb();
      if (value > max) {
        throw new GuardException("number out of range");
      }
      if (value == current) {
        throw new GuardException("run that should be part of another");
      }
      current = value;
    }
    return current;
  }

  void finish() {
    runs.finish();
  }
}

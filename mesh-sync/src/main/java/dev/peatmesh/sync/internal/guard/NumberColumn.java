package dev.peatmesh.sync.internal.guard;

import org.jspecify.annotations.Nullable;

/** A column of numbers from 0 to a maximum, or nulls. */
public final class NumberColumn {
  /** Stands for null. */
  public static final long NULL = -1;

  private final Runs runs;
  private final @Nullable ByteCursor cursor;
  private final long max;
  private long current = NULL;

  /** Takes the bytes of the column, or null when there is none: then every entry is null. */
  public NumberColumn(@Nullable ByteCursor cursor, long max) {
    this.runs = new Runs(cursor);
    this.cursor = cursor;
    this.max = max;
  }

  /** Whether no entry is left. An absent column never ends. */
  public boolean atEnd() {
    return runs.atEnd();
  }

  /** Whether there is no such column. */
  public boolean isAbsent() {
    return runs.isAbsent();
  }

  /** The next entry, or {@link #NULL}. */
  public long next() {
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

  /** Refuses entries that nobody asked for. */
  public void finish() {
    runs.finish();
  }
}

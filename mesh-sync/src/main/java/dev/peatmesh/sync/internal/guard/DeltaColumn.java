package dev.peatmesh.sync.internal.guard;

import org.jspecify.annotations.Nullable;

/**
 * A column of operation counters, each stored as the difference to the last one that is not null.
 */
public final class DeltaColumn {
  /** Stands for null. */
  public static final long NULL = NumberColumn.NULL;

  private final Runs runs;
  private final @Nullable ByteCursor cursor;
  private boolean afterNull = true;
  private long delta;
  private long current;

  /** Takes the bytes of the column, or null when there is none: then every entry is null. */
  public DeltaColumn(@Nullable ByteCursor cursor) {
    this.runs = new Runs(cursor);
    this.cursor = cursor;
  }

  /** Whether no entry is left. An absent column never ends. */
  public boolean atEnd() {
    return runs.atEnd();
  }

  /** The next counter, 0 or more, or {@link #NULL}. */
  public long next() {
    Runs.Entry entry = runs.next();
    if (entry == Runs.Entry.NULL || cursor == null) {
      afterNull = true;
      return NULL;
    }
    if (entry == Runs.Entry.VALUE) {
      long value = cursor.signedLeb();
      if (value == delta && !afterNull) {
        throw new GuardException("run that should be part of another");
      }
      delta = value;
      afterNull = false;
    }
    // current is never negative, so only a large positive delta can overflow, and turns negative.
    current += delta;
    if (current < 0 || current > ChangeBody.COUNTER_MAX) {
      throw new GuardException("counter out of range");
    }
    return current;
  }

  /** Refuses entries that nobody asked for. */
  public void finish() {
    runs.finish();
  }
}

package dev.peatmesh.sync.internal.file;

import dev.peatmesh.sync.internal.guard.ByteCursor;
import dev.peatmesh.sync.internal.guard.DeltaColumn;
import dev.peatmesh.sync.internal.guard.GuardException;
import dev.peatmesh.sync.internal.guard.NumberColumn;
import dev.peatmesh.sync.internal.guard.Runs;
import dev.peatmesh.sync.internal.guard.TextColumn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The changes of a document, without their operations. */
final class ChangeTable {
  private static final int ACTOR = 0x01;
  private static final int SEQUENCE = 0x03;
  private static final int LAST_OP = 0x13;
  private static final int TIME = 0x23;
  private static final int MESSAGE = 0x35;
  private static final int DEPENDENCIES = 0x40;
  private static final int DEPENDENCY = 0x43;
  private static final int EXTRA_META = 0x56;
  private static final int EXTRA = 0x57;

  /** The value type of extra bytes: bytes, of which there must be none. */
  private static final int NO_EXTRA = 7;

  private final List<Change> changes = new ArrayList<>();

  private ChangeTable() {}

  /**
   * One change.
   *
   * @param actor index of its author
   * @param deps indexes of the changes it stands on
   */
  record Change(
      int actor, long sequence, long lastOp, long time, String message, List<Integer> deps) {}

  static ChangeTable read(Columns columns, int actors, int max) {
    NumberColumn actor = new NumberColumn(columns.take(ACTOR), actors - 1L);
    DeltaColumn sequence = new DeltaColumn(columns.take(SEQUENCE));
    DeltaColumn lastOp = new DeltaColumn(columns.take(LAST_OP));
    Times times = new Times(columns.take(TIME));
    ByteCursor messageBytes = columns.take(MESSAGE);
    TextColumn message = new TextColumn(messageBytes);
    NumberColumn dependencies = new NumberColumn(columns.take(DEPENDENCIES), max);
    DeltaColumn dependency = new DeltaColumn(columns.take(DEPENDENCY));
    NumberColumn extra = new NumberColumn(columns.take(EXTRA_META), Long.MAX_VALUE);
    if (columns.take(EXTRA) != null) {
      throw new GuardException("change with extra bytes");
    }
    columns.finish();

    ChangeTable table = new ChangeTable();
    int left = max;
    while (!actor.isAbsent() && !actor.atEnd()) {
      long author = actor.next();
      long last = lastOp.next();
      long seq = sequence.next();
      long count = Math.max(0, dependencies.next());
      long extraMeta = extra.next();
      left -= (int) count + 1;
      if (author == NumberColumn.NULL || seq < 1 || last < 0 || left < 0) {
        throw new GuardException("change out of range");
      }
      if (extraMeta != NumberColumn.NULL && extraMeta != NO_EXTRA) {
        throw new GuardException("change with extra bytes");
      }
      String text = message.next() ? text(message, messageBytes) : "";
      List<Integer> deps = new ArrayList<>();
      for (long i = 0; i < count; i++) {
        long index = dependency.next();
        if (index < 0 || index >= table.size()) {
          throw new GuardException("change before one it stands on");
        }
        deps.add((int) index);
      }
      table.changes.add(new Change((int) author, seq, last, times.next(), text, deps));
    }
    sequence.finish();
    lastOp.finish();
    times.finish();
    message.finish();
    dependencies.finish();
    dependency.finish();
    extra.finish();
    return table;
  }

  /** The largest counter of any operation, as the changes tell it. */
  long lastOp() {
    return changes.stream().mapToLong(Change::lastOp).max().orElse(0);
  }

  int size() {
    return changes.size();
  }

  Change get(int index) {
    return changes.get(index);
  }

  private static String text(TextColumn column, @Nullable ByteCursor bytes) {
    if (bytes == null) {
      throw new AssertionError("a text without its bytes");
    }
    // The column has seen that it is UTF-8: the string has the very same bytes.
    return new String(bytes.array(), column.from(), column.length(), StandardCharsets.UTF_8);
  }

  /** A delta column whose sums may be negative: points in time before 1970. */
  private static final class Times {
    private final Runs runs;
    private final @Nullable ByteCursor cursor;
    private long delta;
    private long time;

    Times(@Nullable ByteCursor cursor) {
      this.runs = new Runs(cursor);
      this.cursor = cursor;
    }

    long next() {
      Runs.Entry entry = runs.next();
      if (entry == Runs.Entry.NULL || cursor == null) {
        return 0;
      }
      if (entry == Runs.Entry.VALUE) {
        delta = cursor.signedLeb();
      }
      time += delta;
      return time;
    }

    void finish() {
      runs.finish();
    }
  }
}

package dev.peatmesh.sync.internal.guard;

import org.jspecify.annotations.Nullable;

/**
 * The columns of a change's operations, one row per operation (two of them: one row per replaced
 * operation). A column without values is left out of the chunk.
 */
final class OperationColumns {
  // Column ids as the chunk spells them: number << 4 | type.
  private static final int OBJECT_ACTOR = 0x01;
  private static final int OBJECT_COUNTER = 0x02;
  private static final int KEY_ACTOR = 0x11;
  private static final int KEY_COUNTER = 0x13;
  private static final int KEY_TEXT = 0x15;
  private static final int INSERT = 0x34;
  private static final int ACTION = 0x42;
  private static final int VALUE_META = 0x56;
  private static final int VALUE_BYTES = 0x57;
  private static final int PREDECESSORS = 0x70;
  private static final int PREDECESSOR_ACTOR = 0x71;
  private static final int PREDECESSOR_COUNTER = 0x73;
  private static final int EXPAND = 0x94;
  private static final int MARK_NAME = 0xa5;

  private static final int[] KNOWN = {
    OBJECT_ACTOR,
    OBJECT_COUNTER,
    KEY_ACTOR,
    KEY_COUNTER,
    KEY_TEXT,
    INSERT,
    ACTION,
    VALUE_META,
    VALUE_BYTES,
    PREDECESSORS,
    PREDECESSOR_ACTOR,
    PREDECESSOR_COUNTER,
    EXPAND,
    MARK_NAME
  };

  final NumberColumn objectActor;
  final NumberColumn objectCounter;
  final NumberColumn keyActor;
  final DeltaColumn keyCounter;
  final TextColumn keyText;
  final FlagColumn insert;
  final NumberColumn action;
  final NumberColumn valueMeta;
  final ByteCursor valueBytes;
  final NumberColumn predecessors;
  final NumberColumn predecessorActor;
  final DeltaColumn predecessorCounter;
  final FlagColumn expand;
  final TextColumn markName;
  private final boolean none;

  private OperationColumns(
      @Nullable ByteCursor[] found, int count, int actors, GuardLimits limits) {
    objectActor = new NumberColumn(in(found, OBJECT_ACTOR), actors - 1L);
    objectCounter = new NumberColumn(in(found, OBJECT_COUNTER), ChangeBody.COUNTER_MAX);
    keyActor = new NumberColumn(in(found, KEY_ACTOR), actors - 1L);
    keyCounter = new DeltaColumn(in(found, KEY_COUNTER));
    keyText = new TextColumn(in(found, KEY_TEXT));
    insert = new FlagColumn(in(found, INSERT));
    action = new NumberColumn(in(found, ACTION), Operations.ACTION_MAX);
    valueMeta = new NumberColumn(in(found, VALUE_META), Long.MAX_VALUE);
    ByteCursor values = in(found, VALUE_BYTES);
    valueBytes = values == null ? new ByteCursor(new byte[0], 0, 0) : values;
    predecessors = new NumberColumn(in(found, PREDECESSORS), limits.opsMax());
    predecessorActor = new NumberColumn(in(found, PREDECESSOR_ACTOR), actors - 1L);
    predecessorCounter = new DeltaColumn(in(found, PREDECESSOR_COUNTER));
    expand = new FlagColumn(in(found, EXPAND));
    markName = new TextColumn(in(found, MARK_NAME));
    none = count == 0;
  }

  /** Reads the directory of columns and then the columns, which fill the rest of the chunk. */
  static OperationColumns read(ByteCursor cursor, int actors, GuardLimits limits) {
    int count = cursor.count(KNOWN.length, 2, "too many columns");
    int[] places = new int[count];
    int[] lengths = new int[count];
    int before = -1;
    for (int i = 0; i < count; i++) {
      places[i] = place(cursor.unsignedLeb());
      lengths[i] = cursor.length();
      if (places[i] <= before) {
        throw new GuardException("columns out of order");
      }
      if (lengths[i] == 0) {
        throw new GuardException("empty column");
      }
      before = places[i];
    }
    @Nullable ByteCursor[] found = new ByteCursor[KNOWN.length];
    for (int i = 0; i < count; i++) {
      found[places[i]] = cursor.slice(lengths[i]);
    }
    if (!cursor.atEnd()) {
      throw new GuardException("bytes after the columns");
    }
    return new OperationColumns(found, count, actors, limits);
  }

  /**
   * Refuses rows beyond the last operation, and columns that are always written but are not here.
   */
  void finish() {
    if (insert.isAbsent() || valueMeta.isAbsent() || predecessors.isAbsent()) {
      throw new GuardException("column missing");
    }
    objectActor.finish();
    objectCounter.finish();
    keyActor.finish();
    keyCounter.finish();
    keyText.finish();
    insert.finish();
    action.finish();
    valueMeta.finish();
    predecessors.finish();
    predecessorActor.finish();
    predecessorCounter.finish();
    expand.finish();
    markName.finish();
    // The core leaves this column out when every flag in it is false; of insert it keeps them all.
    if (!expand.isAbsent() && !expand.anyTrue()) {
      throw new GuardException("column without values");
    }
    if (!valueBytes.atEnd()) {
      throw new GuardException("value bytes left over");
    }
  }

  /** Refuses columns of a change that has no operation. */
  void finishEmpty() {
    if (!none) {
      throw new GuardException("columns without an operation");
    }
  }

  private static @Nullable ByteCursor in(@Nullable ByteCursor[] found, int column) {
    return found[place(column)];
  }

  private static int place(long column) {
    for (int i = 0; i < KNOWN.length; i++) {
      if (KNOWN[i] == column) {
        return i;
      }
    }
    throw new GuardException("unknown column");
  }
}

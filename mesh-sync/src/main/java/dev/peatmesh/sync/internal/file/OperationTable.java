package dev.peatmesh.sync.internal.file;

import dev.peatmesh.sync.internal.guard.ByteCursor;
import dev.peatmesh.sync.internal.guard.DeltaColumn;
import dev.peatmesh.sync.internal.guard.DocumentGuard;
import dev.peatmesh.sync.internal.guard.FlagColumn;
import dev.peatmesh.sync.internal.guard.GuardException;
import dev.peatmesh.sync.internal.guard.NumberColumn;
import dev.peatmesh.sync.internal.guard.TextColumn;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The operations of a document, all but those that delete: of these it only says, for each
 * operation, which ones succeeded it. A column is an array here: a book has a million rows.
 *
 * <p>An operation's id is one number: the index of its author, then its counter. Numbers of one
 * author ascend with time. Counters are lowered by a shift, when the file's are large.
 */
final class OperationTable {
  /** No id: the root object, the head of a list, or a text key. */
  static final long NONE = -1;

  private static final int OBJECT_ACTOR = 0x01;
  private static final int OBJECT_COUNTER = 0x02;
  private static final int KEY_ACTOR = 0x11;
  private static final int KEY_COUNTER = 0x13;
  private static final int KEY_TEXT = 0x15;
  private static final int ID_ACTOR = 0x21;
  private static final int ID_COUNTER = 0x23;
  private static final int INSERT = 0x34;
  private static final int ACTION = 0x42;
  private static final int VALUE_META = 0x56;
  private static final int VALUE = 0x57;
  private static final int SUCCESSORS = 0x80;
  private static final int SUCCESSOR_ACTOR = 0x81;
  private static final int SUCCESSOR_COUNTER = 0x83;
  private static final int EXPAND = 0x94;
  private static final int MARK_NAME = 0xa5;
  private static final int ACTION_MAX = 7;

  private static final byte FLAG_INSERT = 1;
  private static final byte FLAG_EXPAND = 2;

  int size;
  long[] ids = new long[16];
  long[] objects = new long[16];

  /** The element that the key names; {@link #NONE} for a text key. The head of a list is 0. */
  long[] elements = new long[16];

  byte[] actions = new byte[16];
  private byte[] flags = new byte[16];
  long[] valueMetas = new long[16];
  int[] valueFroms = new int[16];
  int[] keyFroms = new int[16];
  int[] keyLengths = new int[16];
  int[] markFroms = new int[16];
  int[] markLengths = new int[16];

  /** The successors of row i are those from this index up to that of row i + 1. */
  int[] successorsFrom = new int[17];

  long[] successors = new long[16];

  byte[] keys = new byte[0];
  byte[] marks = new byte[0];
  byte[] values = new byte[0];

  private OperationTable() {}

  static long id(long actor, long counter) {
    return actor << Integer.SIZE | counter;
  }

  static int actor(long id) {
    return (int) (id >>> Integer.SIZE);
  }

  static int counter(long id) {
    return (int) id;
  }

  boolean insert(int row) {
    return (flags[row] & FLAG_INSERT) != 0;
  }

  boolean expand(int row) {
    return (flags[row] & FLAG_EXPAND) != 0;
  }

  /** What to lower the counters by, so that the smallest becomes 1. */
  static long shift(Columns columns) {
    DeltaColumn counters = new DeltaColumn(columns.peek(ID_COUNTER));
    long smallest = Long.MAX_VALUE;
    while (!counters.atEnd()) {
      long counter = counters.next();
      smallest = counter < 1 ? smallest : Math.min(smallest, counter);
    }
    return smallest == Long.MAX_VALUE ? 0 : smallest - 1;
  }

  static OperationTable read(Columns columns, int actors, int max, long shift) {
    return new Reader(columns, actors, max, shift).read();
  }

  private void grow() {
    int capacity = size * 2;
    ids = Arrays.copyOf(ids, capacity);
    objects = Arrays.copyOf(objects, capacity);
    elements = Arrays.copyOf(elements, capacity);
    actions = Arrays.copyOf(actions, capacity);
    flags = Arrays.copyOf(flags, capacity);
    valueMetas = Arrays.copyOf(valueMetas, capacity);
    valueFroms = Arrays.copyOf(valueFroms, capacity);
    keyFroms = Arrays.copyOf(keyFroms, capacity);
    keyLengths = Arrays.copyOf(keyLengths, capacity);
    markFroms = Arrays.copyOf(markFroms, capacity);
    markLengths = Arrays.copyOf(markLengths, capacity);
    successorsFrom = Arrays.copyOf(successorsFrom, capacity + 1);
  }

  /** Reads the columns side by side. */
  private static final class Reader {
    private final OperationTable table = new OperationTable();
    private final int max;
    private final long shift;
    private final NumberColumn objectActor;
    private final NumberColumn objectCounter;
    private final NumberColumn keyActor;
    private final DeltaColumn keyCounter;
    private final TextColumn key;
    private final NumberColumn idActor;
    private final DeltaColumn idCounter;
    private final FlagColumn insert;
    private final NumberColumn action;
    private final NumberColumn valueMeta;
    private final ByteCursor value;
    private final NumberColumn successors;
    private final NumberColumn successorActor;
    private final DeltaColumn successorCounter;
    private final FlagColumn expand;
    private final TextColumn mark;

    Reader(Columns columns, int actors, int max, long shift) {
      this.max = max;
      this.shift = shift;
      long actorMax = actors - 1L;
      objectActor = new NumberColumn(columns.take(OBJECT_ACTOR), actorMax);
      objectCounter = new NumberColumn(columns.take(OBJECT_COUNTER), Long.MAX_VALUE);
      keyActor = new NumberColumn(columns.take(KEY_ACTOR), actorMax);
      keyCounter = new DeltaColumn(columns.take(KEY_COUNTER));
      ByteCursor keys = columns.take(KEY_TEXT);
      key = new TextColumn(keys);
      idActor = new NumberColumn(columns.take(ID_ACTOR), actorMax);
      idCounter = new DeltaColumn(columns.take(ID_COUNTER));
      insert = new FlagColumn(columns.take(INSERT));
      action = new NumberColumn(columns.take(ACTION), ACTION_MAX);
      valueMeta = new NumberColumn(columns.take(VALUE_META), Long.MAX_VALUE);
      value = columns.takeBytes(VALUE);
      successors = new NumberColumn(columns.take(SUCCESSORS), max);
      successorActor = new NumberColumn(columns.take(SUCCESSOR_ACTOR), actorMax);
      successorCounter = new DeltaColumn(columns.take(SUCCESSOR_COUNTER));
      expand = new FlagColumn(columns.take(EXPAND));
      ByteCursor marks = columns.take(MARK_NAME);
      mark = new TextColumn(marks);
      columns.finish();
      table.keys = array(keys);
      table.marks = array(marks);
      table.values = value.array();
    }

    OperationTable read() {
      while (!action.isAbsent() && !action.atEnd()) {
        if (table.size == max) {
          throw new GuardException("too many operations");
        }
        if (table.size == table.ids.length) {
          table.grow();
        }
        row(table.size++);
      }
      finish();
      return table;
    }

    private void row(int row) {
      table.actions[row] = (byte) required(action.next());
      table.ids[row] = element(idActor.next(), idCounter.next(), "operation without an id");
      long object = objectCounter.next();
      table.objects[row] = optional(objectActor.next(), object, "half an object id");
      long author = keyActor.next();
      long counter = keyCounter.next();
      // The head of a list is the counter 0 without an actor.
      table.elements[row] =
          counter == 0 && author == NumberColumn.NULL
              ? 0
              : optional(author, counter, "half an element id");
      boolean named = key.next();
      if (named == (table.elements[row] != NONE)) {
        throw new GuardException("operation without one key");
      }
      table.keyFroms[row] = key.from();
      table.keyLengths[row] = named ? key.length() : -1;
      boolean marked = mark.next();
      table.markFroms[row] = mark.from();
      table.markLengths[row] = marked ? mark.length() : -1;
      table.flags[row] =
          (byte) ((insert.next() ? FLAG_INSERT : 0) | (expand.next() ? FLAG_EXPAND : 0));
      long meta = required(valueMeta.next());
      if (meta >>> 4 > value.remaining()) {
        throw new GuardException("value beyond the end");
      }
      table.valueMetas[row] = meta;
      table.valueFroms[row] = value.skip((int) (meta >>> 4));
      successors(row);
    }

    private void successors(int row) {
      int at = table.successorsFrom[row];
      long count = required(successors.next());
      if (count > max - at) {
        throw new GuardException("too many operations");
      }
      for (long i = 0; i < count; i++) {
        if (at == table.successors.length) {
          table.successors = Arrays.copyOf(table.successors, at * 2);
        }
        table.successors[at++] =
            element(successorActor.next(), successorCounter.next(), "half a successor");
      }
      table.successorsFrom[row + 1] = at;
    }

    private void finish() {
      objectActor.finish();
      objectCounter.finish();
      keyActor.finish();
      keyCounter.finish();
      key.finish();
      idActor.finish();
      idCounter.finish();
      insert.finish();
      valueMeta.finish();
      successors.finish();
      successorActor.finish();
      successorCounter.finish();
      expand.finish();
      mark.finish();
      if (!value.atEnd()) {
        throw new GuardException("value bytes left over");
      }
    }

    private static long required(long number) {
      if (number == NumberColumn.NULL) {
        throw new GuardException("operation without one of its parts");
      }
      return number;
    }

    private long optional(long actor, long counter, String half) {
      return actor == NumberColumn.NULL && counter == NumberColumn.NULL
          ? NONE
          : element(actor, counter, half);
    }

    private long element(long actor, long counter, String half) {
      if (actor == NumberColumn.NULL || counter <= shift) {
        throw new GuardException(half);
      }
      if (counter - shift > DocumentGuard.COUNTER_MAX) {
        throw new GuardException("operation counter beyond 31 bits");
      }
      return id(actor, counter - shift);
    }

    private static byte[] array(@Nullable ByteCursor cursor) {
      return cursor == null ? new byte[0] : cursor.array();
    }
  }
}

package dev.peatmesh.sync.internal.guard;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The authors that a change names: index 0 is its own author, the others follow in ascending order
 * of their bytes.
 */
final class ActorTable {
  private final byte[] author;
  private final byte[] array;

  /** Where each of the other actors starts in the array. */
  private final int[] from;

  /** Where each of the other actors ends in the array. */
  private final int[] end;

  /** The ids asked for so far. */
  private final @Nullable ActorId[] ids;

  private final BitSet used = new BitSet();
  private int authorRank;

  private ActorTable(byte[] author, byte[] array, int others) {
    this.author = author;
    this.array = array;
    this.from = new int[others];
    this.end = new int[others];
    this.ids = new ActorId[others + 1];
    used.set(0);
  }

  /** Reads the other authors of a change. */
  static ActorTable read(ByteCursor cursor, byte[] author, GuardLimits limits) {
    int others = cursor.count(limits.actorsMax(), 2, "too many actors");
    ActorTable table = new ActorTable(author, cursor.array(), others);
    for (int i = 0; i < others; i++) {
      int length = readLength(cursor);
      table.add(i, cursor.skip(length), cursor.position());
    }
    return table;
  }

  /** Reads the length of an actor id. */
  static int readLength(ByteCursor cursor) {
    int length = cursor.length();
    if (length == 0 || length > ActorId.BYTES_MAX) {
      throw new GuardException("actor id of a wrong length");
    }
    return length;
  }

  /** How many authors there are, the change's own included. */
  int size() {
    return from.length + 1;
  }

  /** The author's place among all authors of the change in byte order. */
  long rank(long index) {
    if (index == 0) {
      return authorRank;
    }
    return index <= authorRank ? index - 1 : index;
  }

  ActorId id(long index) {
    int at = (int) index;
    ActorId id = ids[at];
    if (id == null) {
      id = ActorId.of(at == 0 ? author : Arrays.copyOfRange(array, from[at - 1], end[at - 1]));
      ids[at] = id;
    }
    return id;
  }

  void use(long index) {
    used.set((int) index);
  }

  /** Refuses authors that no operation refers to: the native core would not write them again. */
  void finish() {
    if (used.cardinality() != size()) {
      throw new GuardException("unused actor");
    }
  }

  private void add(int i, int start, int stop) {
    if (i > 0 && Arrays.compareUnsigned(array, from[i - 1], end[i - 1], array, start, stop) >= 0) {
      throw new GuardException("actors out of order");
    }
    int order = Arrays.compareUnsigned(array, start, stop, author, 0, author.length);
    if (order == 0) {
      throw new GuardException("author among the other actors");
    }
    if (order < 0) {
      authorRank++;
    }
    from[i] = start;
    end[i] = stop;
  }
}

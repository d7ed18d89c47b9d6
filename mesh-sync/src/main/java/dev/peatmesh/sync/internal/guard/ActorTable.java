package dev.peatmesh.sync.internal.guard;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The authors that a change names: index 0 is its own author, the others follow in ascending order
 * of their bytes.
 */
final class ActorTable {
  private final int size;
  private final int authorRank;
  private final BitSet used = new BitSet();

  private ActorTable(int size, int authorRank) {
    this.size = size;
    this.authorRank = authorRank;
    used.set(0);
  }

  /** Reads the other authors of a change. */
  static ActorTable read(ByteCursor cursor, byte[] author, GuardLimits limits) {
    int others = cursor.count(limits.actorsMax(), 2, "too many actors");
    byte[] array = cursor.array();
    int authorRank = 0;
    int beforeFrom = 0;
    int beforeEnd = 0;
    for (int i = 0; i < others; i++) {
      int length = readLength(cursor);
      int from = cursor.skip(length);
      int end = from + length;
      if (i > 0 && Arrays.compareUnsigned(array, beforeFrom, beforeEnd, array, from, end) >= 0) {
        throw new GuardException("actors out of order");
      }
      int order = Arrays.compareUnsigned(array, from, end, author, 0, author.length);
      if (order == 0) {
        throw new GuardException("author among the other actors");
      }
      if (order < 0) {
        authorRank++;
      }
      beforeFrom = from;
      beforeEnd = end;
    }
    return new ActorTable(others + 1, authorRank);
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
    return size;
  }

  /** The author's place among all authors of the change in byte order. */
  long rank(long index) {
    if (index == 0) {
      return authorRank;
    }
    return index <= authorRank ? index - 1 : index;
  }

  void use(long index) {
    used.set((int) index);
  }

  /** Refuses authors that no operation refers to: the native core would not write them again. */
  void finish() {
    if (used.cardinality() != size) {
      throw new GuardException("unused actor");
    }
  }
}

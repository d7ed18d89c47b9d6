package dev.peatmesh.sync.internal.reconcile;

import dev.peatmesh.sync.DocumentKey;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A node of the {@link PositionTree}: a leaf with documents, or 16 children; and their sum. */
final class Node {
  static final int DIGIT_BITS = 4;
  static final int CHILDREN = 1 << DIGIT_BITS;

  /** The most documents of a leaf; half of it is where children become a leaf again. */
  static final int LEAF_MAX = 32;

  private static final int DEPTH_MAX = Long.SIZE / DIGIT_BITS;
  private static final int ROOM_STEP = 4;
  private static final DocumentEntry[] NONE = {};

  private int count;
  private long high;
  private long low;
  private DocumentEntry[] entries = NONE;
  private @Nullable Node @Nullable [] children;

  /** The digit that chooses the child at this depth. */
  static int digit(long position, int depth) {
    return (int) (position >>> (Long.SIZE - DIGIT_BITS * (depth + 1))) & (CHILDREN - 1);
  }

  /** The lowest position below the child of that digit, on the way to the given position. */
  static long lowest(long position, int digit, int depth) {
    int shift = Long.SIZE - DIGIT_BITS * (depth + 1);
    long above = depth == 0 ? 0 : position & -1L << (shift + DIGIT_BITS);
    return above | (long) digit << shift;
  }

  boolean isLeaf() {
    return children == null;
  }

  RangeSum sum() {
    return count == 0 ? RangeSum.NOTHING : new RangeSum(count, new Fingerprint(high, low));
  }

  void count(int more, Fingerprint plus, Fingerprint minus) {
    Fingerprint sum = new Fingerprint(high, low).minus(minus).plus(plus);
    count += more;
    high = sum.high();
    low = sum.low();
  }

  @Nullable Node child(int digit) {
    Node[] all = children;
    return all == null ? null : all[digit];
  }

  /** The child on the way to the position, made if there is none. */
  Node childFor(long position, int depth) {
    Node[] all = children;
    if (all == null) {
      throw new AssertionError("a leaf has no children");
    }
    int digit = digit(position, depth);
    if (all[digit] == null) {
      all[digit] = new Node();
    }
    return all[digit];
  }

  /** Takes the document, which is counted already, into this leaf; a full one gets children. */
  void insert(DocumentEntry entry, int depth) {
    int used = count - 1;
    if (used >= LEAF_MAX && depth < DEPTH_MAX) {
      DocumentEntry[] before = entries;
      entries = NONE;
      children = new Node[CHILDREN];
      for (int i = 0; i < used; i++) {
        hand(before[i], depth);
      }
      hand(entry, depth);
      return;
    }
    int at = 0;
    while (at < used && isBefore(entries[at], entry.position(), entry.key())) {
      at++;
    }
    if (used == entries.length) {
      entries = Arrays.copyOf(entries, used + ROOM_STEP);
    }
    System.arraycopy(entries, at, entries, at + 1, used - at);
    entries[at] = entry;
  }

  /** Takes the document, which is no longer counted, out of this leaf. */
  void delete(DocumentEntry entry) {
    int at = indexOf(entry, count + 1);
    System.arraycopy(entries, at + 1, entries, at, count - at);
    entries[count] = null;
    if (entries.length - count > 2 * ROOM_STEP) {
      entries = Arrays.copyOf(entries, count + ROOM_STEP);
    }
  }

  void exchange(DocumentEntry before, DocumentEntry after) {
    entries[indexOf(before, count)] = after;
  }

  /** Makes a leaf of a node that has lost most of its documents. */
  void foldIfSmall() {
    if (children != null && count <= LEAF_MAX / 2) {
      DocumentEntry[] all = new DocumentEntry[count + ROOM_STEP];
      collect(all, 0);
      entries = all;
      children = null;
    }
  }

  /** What the documents of this leaf that lie within the range come to. */
  RangeSum scan(PositionRange range) {
    RangeSum sum = RangeSum.NOTHING;
    for (int i = 0; i < count; i++) {
      if (range.contains(entries[i].position())) {
        sum = sum.plus(new RangeSum(1, entries[i].digest()));
      }
    }
    return sum;
  }

  /** The sum of those children that the range names together. */
  RangeSum sumOfChildren(PositionRange range, int depth) {
    RangeSum sum = RangeSum.NOTHING;
    for (int i = digit(range.first(), depth); i <= digit(range.last(), depth); i++) {
      Node child = child(i);
      sum = child == null ? sum : sum.plus(child.sum());
    }
    return sum;
  }

  /** The first document of this leaf beyond (position, key), or from the position on. */
  @Nullable DocumentEntry next(long position, @Nullable DocumentKey key) {
    for (int i = 0; i < count; i++) {
      DocumentEntry each = entries[i];
      if (!isBefore(each, position, key) && !each.key().equals(key)) {
        return each;
      }
    }
    return null;
  }

  private void hand(DocumentEntry entry, int depth) {
    Node child = childFor(entry.position(), depth);
    child.count(1, entry.digest(), Fingerprint.EMPTY);
    child.insert(entry, depth + 1);
  }

  private int collect(DocumentEntry[] into, int from) {
    Node[] all = children;
    if (all == null) {
      System.arraycopy(entries, 0, into, from, count);
      return from + count;
    }
    int at = from;
    for (Node child : all) {
      at = child == null ? at : child.collect(into, at);
    }
    return at;
  }

  private int indexOf(DocumentEntry entry, int used) {
    for (int i = 0; i < used; i++) {
      if (entries[i].position() == entry.position() && entries[i].key().equals(entry.key())) {
        return i;
      }
    }
    throw new AssertionError(entry.key() + " is not at its position");
  }

  private static boolean isBefore(DocumentEntry entry, long position, @Nullable DocumentKey key) {
    int order = Long.compareUnsigned(entry.position(), position);
    return order < 0 || (order == 0 && key != null && entry.key().compareTo(key) < 0);
  }
}

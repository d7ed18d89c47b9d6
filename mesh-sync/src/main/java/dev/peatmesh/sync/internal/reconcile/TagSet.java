package dev.peatmesh.sync.internal.reconcile;

import java.util.Arrays;

/** Tags that are gathered, or crossed off one by one. The same tag may be in it more than once. */
final class TagSet {
  private int[] values;
  private int size;

  TagSet(Tags tags) {
    values = new int[tags.size()];
    for (int i = 0; i < values.length; i++) {
      add(tags.at(i));
    }
  }

  void add(int tag) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size + 1);
    }
    values[size++] = tag;
  }

  /** Crosses off one that equals the tag. Returns whether there was one. */
  boolean remove(int tag) {
    for (int i = 0; i < size; i++) {
      if (values[i] == tag) {
        values[i] = values[--size];
        return true;
      }
    }
    return false;
  }

  /** What is left, ascending as unsigned numbers. */
  Tags ascending() {
    int[] sorted = new int[size];
    for (int i = 0; i < size; i++) {
      sorted[i] = values[i] ^ Integer.MIN_VALUE;
    }
    Arrays.sort(sorted);
    for (int i = 0; i < size; i++) {
      sorted[i] ^= Integer.MIN_VALUE;
    }
    return Tags.of(sorted);
  }
}

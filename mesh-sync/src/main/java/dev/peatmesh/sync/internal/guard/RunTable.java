package dev.peatmesh.sync.internal.guard;

import java.util.Arrays;

/**
 * A tag for each of an author's operations that has one: 16 bytes for a run of neighbours with the
 * same tag. Filled in ascending order.
 */
final class RunTable {
  /** What an operation without a tag has. */
  static final long NONE = -1;

  private int[] firsts = new int[1];
  private int[] counts = new int[1];
  private long[] tags = new long[1];
  private int size;

  void add(long first, long count, long tag) {
    int top = size - 1;
    if (top >= 0 && tags[top] == tag && (long) firsts[top] + counts[top] == first) {
      counts[top] += (int) count;
      return;
    }
    if (size == firsts.length) {
      firsts = Arrays.copyOf(firsts, size * 2);
      counts = Arrays.copyOf(counts, size * 2);
      tags = Arrays.copyOf(tags, size * 2);
    }
    firsts[size] = (int) first;
    counts[size] = (int) count;
    tags[size] = tag;
    size++;
  }

  long tag(long counter) {
    if (counter > DocumentGuard.COUNTER_MAX) {
      return NONE;
    }
    int found = Arrays.binarySearch(firsts, 0, size, (int) counter);
    int run = found >= 0 ? found : -found - 2;
    return run >= 0 && counter - firsts[run] < counts[run] ? tags[run] : NONE;
  }
}

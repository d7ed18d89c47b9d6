package dev.peatmesh.sync.internal.guard;

import java.util.Arrays;

/**
 * The objects that one author created in one document, and which of them are sequences: 16 bytes
 * for each run of neighbours of one kind. Grows with the admitted changes, in ascending order.
 */
final class ObjectKinds {
  private long[] firsts = new long[1];

  /** The number of objects in each run, times two, plus one for sequences. */
  private long[] counts = new long[1];

  private int size;

  void add(ObjectUse.Created run) {
    int last = size - 1;
    long sequence = run.sequence() ? 1 : 0;
    if (last >= 0
        && firsts[last] + (counts[last] >>> 1) == run.first()
        && (counts[last] & 1) == sequence) {
      counts[last] += run.count() << 1;
      return;
    }
    if (size == firsts.length) {
      firsts = Arrays.copyOf(firsts, size * 2);
      counts = Arrays.copyOf(counts, size * 2);
    }
    firsts[size] = run.first();
    counts[size] = run.count() << 1 | sequence;
    size++;
  }

  /** Whether the author's operation with this counter created an object of this kind. */
  boolean holds(long counter, boolean sequence) {
    int found = Arrays.binarySearch(firsts, 0, size, counter);
    int run = found >= 0 ? found : -found - 2;
    return run >= 0
        && counter - firsts[run] < counts[run] >>> 1
        && (counts[run] & 1) == (sequence ? 1 : 0);
  }
}

package dev.peatmesh.sync.internal.file;

import dev.peatmesh.sync.internal.guard.GuardException;
import java.util.Arrays;

/**
 * All operations of a document by id, with those that delete, and what each of them replaced. The
 * table says who succeeded an operation; who is no row of it deleted.
 */
final class OperationOrder {
  /** Ids, ascending: by author, then by time. */
  final long[] ids;

  /** For each id the row of the operation, or the complement of a row that it deleted. */
  final int[] rows;

  /** The predecessors of the i-th id are those from this index up to that of i + 1. */
  final int[] predecessorsFrom;

  /** Ids, ascending by counter, then by author. */
  final long[] predecessors;

  private OperationOrder(OperationTable table, int max) {
    int successors = table.successorsFrom[table.size];
    long[] made = Arrays.copyOf(table.ids, table.size);
    Arrays.sort(made);
    long[] all = Arrays.copyOf(made, table.size + successors);
    int deletions = table.size;
    for (int i = 0; i < successors; i++) {
      if (Arrays.binarySearch(made, table.successors[i]) < 0) {
        all[deletions++] = table.successors[i];
      }
    }
    Arrays.sort(all, 0, deletions);
    ids = distinct(all, deletions, table.size);
    if (ids.length > max) {
      throw new GuardException("too many operations");
    }
    rows = new int[ids.length];
    Arrays.fill(rows, Integer.MIN_VALUE);
    for (int row = 0; row < table.size; row++) {
      int at = Arrays.binarySearch(ids, table.ids[row]);
      if (rows[at] >= 0) {
        throw new GuardException("two operations with one id");
      }
      rows[at] = row;
    }
    predecessorsFrom = new int[ids.length + 1];
    predecessors = new long[successors];
    invert(table, successors);
  }

  static OperationOrder of(OperationTable table, int max) {
    return new OperationOrder(table, max);
  }

  /** The index of the first id that is not below the given one. */
  int from(long id) {
    int found = Arrays.binarySearch(ids, id);
    return found >= 0 ? found : -found - 1;
  }

  private static long[] distinct(long[] sorted, int length, int atLeast) {
    int size = 0;
    for (int i = 0; i < length; i++) {
      if (i == 0 || sorted[i] != sorted[i - 1]) {
        sorted[size++] = sorted[i];
      }
    }
    if (size < atLeast) {
      throw new GuardException("two operations with one id");
    }
    return Arrays.copyOf(sorted, size);
  }

  /** Turns "is succeeded by" into "replaced". */
  private void invert(OperationTable table, int successors) {
    int[] targets = new int[successors];
    for (int i = 0; i < successors; i++) {
      targets[i] = Arrays.binarySearch(ids, table.successors[i]);
      predecessorsFrom[targets[i] + 1]++;
    }
    for (int i = 0; i < ids.length; i++) {
      predecessorsFrom[i + 1] += predecessorsFrom[i];
    }
    int[] next = Arrays.copyOf(predecessorsFrom, ids.length);
    for (int row = 0; row < table.size; row++) {
      for (int i = table.successorsFrom[row]; i < table.successorsFrom[row + 1]; i++) {
        int target = targets[i];
        if (rows[target] < 0) {
          rows[target] = ~row;
        }
        // By counter first, as changes list them: the halves of the id change places.
        predecessors[next[target]++] = Long.rotateLeft(table.ids[row], Integer.SIZE);
      }
    }
    for (int i = 0; i < ids.length; i++) {
      Arrays.sort(predecessors, predecessorsFrom[i], predecessorsFrom[i + 1]);
    }
    for (int i = 0; i < predecessors.length; i++) {
      predecessors[i] = Long.rotateLeft(predecessors[i], Integer.SIZE);
    }
  }
}

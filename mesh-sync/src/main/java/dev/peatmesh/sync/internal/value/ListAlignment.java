package dev.peatmesh.sync.internal.value;

import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which element of a list became which: equal ones are kept, similar ones updated in place, the
 * rest inserted or removed. Order is kept.
 *
 * <p>What is between the common beginning and the common end is aligned like a longest common
 * subsequence (dynamic programming over pairs), where a pair weighs what the two have in common.
 * Beyond {@value #PAIRS_MAX} pairs elements are matched by position instead: right, but not least.
 */
public final class ListAlignment {
  /** The most pairs looked at: 512 KB of weights, some milliseconds. */
  static final int PAIRS_MAX = 1 << 16;

  private static final int WEIGHT_EQUAL = 1_000;
  private static final int WEIGHT_SHARED_MAX = 500;
  private static final int WEIGHT_SAME_KIND = 10;
  private static final int WEIGHT_ANY = 1;

  private final List<?> present;
  private final List<?> wanted;
  private final List<Step> steps = new ArrayList<>();

  private ListAlignment(List<?> present, List<?> wanted) {
    this.present = present;
    this.wanted = wanted;
  }

  /** What becomes of an element. */
  public enum Kind {
    /** It stays as it is. */
    KEEP,
    /** It becomes another, in its place. */
    UPDATE,
    /** It is new. */
    INSERT,
    /** It goes. */
    REMOVE
  }

  /**
   * One step from left to right.
   *
   * @param from index in the present list; of no meaning for INSERT
   * @param to index in the wanted list; of no meaning for REMOVE
   */
  public record Step(Kind kind, int from, int to) {}

  /** The steps from one list to the other. */
  public static List<Step> align(List<?> present, List<?> wanted) {
    ListAlignment alignment = new ListAlignment(present, wanted);
    alignment.run();
    return alignment.steps;
  }

  private void run() {
    int shorter = Math.min(present.size(), wanted.size());
    int start = 0;
    while (start < shorter && alike(present.get(start), wanted.get(start))) {
      steps.add(new Step(Kind.KEEP, start, start));
      start++;
    }
    int fromEnd = present.size();
    int toEnd = wanted.size();
    while (fromEnd > start
        && toEnd > start
        && alike(present.get(fromEnd - 1), wanted.get(toEnd - 1))) {
      fromEnd--;
      toEnd--;
    }
    if ((long) (fromEnd - start) * (toEnd - start) <= PAIRS_MAX) {
      byWeight(start, fromEnd, toEnd);
    } else {
      byPosition(start, fromEnd, toEnd);
    }
    while (fromEnd < present.size()) {
      steps.add(new Step(Kind.KEEP, fromEnd++, toEnd++));
    }
  }

  private void byWeight(int start, int fromEnd, int toEnd) {
    int rows = fromEnd - start;
    int columns = toEnd - start;
    // best[i][j]: the most weight that the elements from i and from j on can have together.
    int[][] best = new int[rows + 1][columns + 1];
    int[][] weights = new int[rows][columns];
    for (int i = rows - 1; i >= 0; i--) {
      for (int j = columns - 1; j >= 0; j--) {
        weights[i][j] = weight(present.get(start + i), wanted.get(start + j));
        best[i][j] =
            Math.max(best[i + 1][j + 1] + weights[i][j], Math.max(best[i + 1][j], best[i][j + 1]));
      }
    }
    int i = 0;
    int j = 0;
    while (i < rows && j < columns) {
      if (best[i][j] == best[i + 1][j + 1] + weights[i][j]) {
        steps.add(
            new Step(
                weights[i][j] == WEIGHT_EQUAL ? Kind.KEEP : Kind.UPDATE, start + i++, start + j++));
      } else if (best[i][j] == best[i + 1][j]) {
        steps.add(new Step(Kind.REMOVE, start + i++, -1));
      } else {
        steps.add(new Step(Kind.INSERT, -1, start + j++));
      }
    }
    rest(start + i, fromEnd, start + j, toEnd);
  }

  private void byPosition(int start, int fromEnd, int toEnd) {
    int end = Math.min(fromEnd, toEnd);
    for (int index = start; index < end; index++) {
      boolean alike = alike(present.get(index), wanted.get(index));
      steps.add(new Step(alike ? Kind.KEEP : Kind.UPDATE, index, index));
    }
    rest(end, fromEnd, end, toEnd);
  }

  private void rest(int from, int fromEnd, int to, int toEnd) {
    for (int i = from; i < fromEnd; i++) {
      steps.add(new Step(Kind.REMOVE, i, -1));
    }
    for (int j = to; j < toEnd; j++) {
      steps.add(new Step(Kind.INSERT, -1, j));
    }
  }

  private static int weight(@Nullable Object present, @Nullable Object wanted) {
    if (alike(present, wanted)) {
      return WEIGHT_EQUAL;
    }
    if (present instanceof Map<?, ?> old && wanted instanceof Map<?, ?> map) {
      return WEIGHT_SAME_KIND + shared(old, map);
    }
    boolean sameKind =
        (present instanceof List && wanted instanceof List)
            || (present instanceof Text && (wanted instanceof Text || wanted instanceof String))
            || (present instanceof Counter && wanted instanceof Counter);
    return sameKind ? WEIGHT_SAME_KIND : WEIGHT_ANY;
  }

  private static int shared(Map<?, ?> present, Map<?, ?> wanted) {
    int all = Math.max(present.size(), wanted.size());
    int shared = 0;
    for (Map.Entry<?, ?> entry : wanted.entrySet()) {
      if (present.containsKey(entry.getKey())
          && alike(present.get(entry.getKey()), entry.getValue())) {
        shared++;
      }
    }
    return all == 0 ? 0 : WEIGHT_SHARED_MAX * shared / all;
  }

  /** Equal, where a String that is wanted in the place of a Text counts as that text. */
  private static boolean alike(@Nullable Object present, @Nullable Object wanted) {
    if (present instanceof Text text && wanted instanceof String string) {
      return text.value().equals(string);
    }
    if (present instanceof Map<?, ?> old && wanted instanceof Map<?, ?> map) {
      if (old.size() != map.size()) {
        return false;
      }
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        if (!old.containsKey(entry.getKey()) || !alike(old.get(entry.getKey()), entry.getValue())) {
          return false;
        }
      }
      return true;
    }
    if (present instanceof List<?> old && wanted instanceof List<?> list) {
      if (old.size() != list.size()) {
        return false;
      }
      for (int i = 0; i < list.size(); i++) {
        if (!alike(old.get(i), list.get(i))) {
          return false;
        }
      }
      return true;
    }
    return Objects.equals(present, wanted);
  }
}

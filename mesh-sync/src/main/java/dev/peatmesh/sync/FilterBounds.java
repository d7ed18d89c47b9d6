package dev.peatmesh.sync;

import java.util.List;

/** Keeps filters small enough to be walked without a thought. */
final class FilterBounds {
  private FilterBounds() {}

  /** Checks a filter that consists of the given ones, each of which was checked before. */
  static void check(List<Filter> parts) {
    int size = 1;
    int depth = 1;
    for (Filter part : parts) {
      size += size(part);
      depth = Math.max(depth, 1 + depth(part));
      check(size, depth);
    }
  }

  static void check(int size, int depth) {
    if (size > Filter.PARTS_MAX) {
      throw new IllegalArgumentException(
          "filter: has more than %d parts and values. Ask in several queries."
              .formatted(Filter.PARTS_MAX));
    }
    if (depth > Filter.DEPTH_MAX) {
      throw new IllegalArgumentException(
          "filter: is nested deeper than %d. Flatten it: and(a, and(b, c)) is and(a, b, c)."
              .formatted(Filter.DEPTH_MAX));
    }
  }

  private static int size(Filter filter) {
    if (filter instanceof Filter.Comparison comparison) {
      return 1 + FilterValues.parts(comparison.value());
    }
    if (filter instanceof Filter.In in) {
      return 1 + in.values().stream().mapToInt(FilterValues::parts).sum();
    }
    return 1 + children(filter).stream().mapToInt(FilterBounds::size).sum();
  }

  private static int depth(Filter filter) {
    return 1 + children(filter).stream().mapToInt(FilterBounds::depth).max().orElse(0);
  }

  private static List<Filter> children(Filter filter) {
    if (filter instanceof Filter.And and) {
      return and.parts();
    }
    if (filter instanceof Filter.Or or) {
      return or.parts();
    }
    return filter instanceof Filter.Not not ? List.of(not.part()) : List.of();
  }
}

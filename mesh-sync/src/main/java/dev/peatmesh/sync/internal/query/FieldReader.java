package dev.peatmesh.sync.internal.query;

import dev.peatmesh.sync.FieldPath;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Follows a path into a document. Pure. */
final class FieldReader {
  /** No list is longer than an index of so many digits can say. */
  private static final int INDEX_DIGITS_MAX = 9;

  private FieldReader() {}

  /** The value at the path, or {@link ValueOrder#ABSENT}. */
  static @Nullable Object read(Map<String, @Nullable Object> document, FieldPath path) {
    Object value = document;
    for (String segment : path.segments()) {
      value = step(value, segment);
    }
    return value;
  }

  private static @Nullable Object step(@Nullable Object from, String segment) {
    if (from instanceof Map<?, ?> map) {
      Object value = map.get(segment);
      return value != null || map.containsKey(segment) ? value : ValueOrder.ABSENT;
    }
    if (from instanceof List<?> list) {
      int index = index(segment);
      return index >= 0 && index < list.size() ? list.get(index) : ValueOrder.ABSENT;
    }
    return ValueOrder.ABSENT;
  }

  /** The number that the segment spells without superfluous zeros; else -1. */
  private static int index(String segment) {
    boolean number =
        segment.length() <= INDEX_DIGITS_MAX
            && segment.chars().allMatch(c -> c >= '0' && c <= '9')
            && (segment.length() == 1 || segment.charAt(0) != '0');
    return number ? Integer.parseInt(segment) : -1;
  }
}

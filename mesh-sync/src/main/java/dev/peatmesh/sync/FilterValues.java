package dev.peatmesh.sync;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The values of filters: brought into the classes that documents read back as, and copied. */
final class FilterValues {
  private FilterValues() {}

  static @Nullable Object copied(FieldPath path, @Nullable Object value) {
    return copied(path, value, 0);
  }

  /** How many values it consists of, itself included. */
  static int parts(@Nullable Object value) {
    Collection<?> elements =
        value instanceof Map<?, ?> map
            ? map.values()
            : value instanceof List<?> list ? list : List.of();
    int parts = 1;
    for (Object element : elements) {
      parts += parts(element);
    }
    return parts;
  }

  private static @Nullable Object copied(FieldPath path, @Nullable Object value, int depth) {
    if (depth > Filter.DEPTH_MAX) {
      throw new IllegalArgumentException(
          "filter(%s): its value is nested deeper than %d. Compare a part of it."
              .formatted(path, Filter.DEPTH_MAX));
    }
    if (value instanceof Map<?, ?> map) {
      return map(path, map, depth);
    }
    if (value instanceof Collection<?> list) {
      FilterBounds.check(list.size(), 1);
      List<@Nullable Object> copy = new ArrayList<>(list.size());
      for (Object element : list) {
        copy.add(copied(path, element, depth + 1));
      }
      return Collections.unmodifiableList(copy);
    }
    return scalar(path, value);
  }

  private static Object map(FieldPath path, Map<?, ?> map, int depth) {
    FilterBounds.check(map.size(), 1);
    Map<String, @Nullable Object> copy = new TreeMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String key)) {
        throw new IllegalArgumentException(
            "filter(%s): a map in its value has a key that is no string. Use strings."
                .formatted(path));
      }
      copy.put(key, copied(path, entry.getValue(), depth + 1));
    }
    return Collections.unmodifiableMap(copy);
  }

  private static @Nullable Object scalar(FieldPath path, @Nullable Object value) {
    if (value == null
        || value instanceof Boolean
        || value instanceof Long
        || value instanceof Double
        || value instanceof String
        || value instanceof Instant
        || value instanceof Bytes
        || value instanceof Counter
        || value instanceof Text
        || value instanceof Uint64) {
      return value;
    }
    if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    if (value instanceof Float number) {
      return number.doubleValue();
    }
    if (value instanceof byte[] bytes) {
      return Bytes.of(bytes);
    }
    throw new IllegalArgumentException(
        "filter(%s): its value is a %s, which no document holds. Use a class that may be put."
            .formatted(path, value.getClass().getName()));
  }
}

package dev.peatmesh.sync.internal.query;

import dev.peatmesh.sync.Bytes;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.FieldPath;
import dev.peatmesh.sync.Filter;
import dev.peatmesh.sync.Query;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.Uint64;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a query means, once more and as plainly as possible: sorts everything, knows no index. */
final class NaiveQuery {
  private NaiveQuery() {}

  static List<String> ids(Query query, Map<String, Map<String, Object>> documents) {
    List<String> ids = new ArrayList<>(documents.keySet());
    ids.removeIf(id -> !matches(query.filter(), documents.get(id)));
    ids.sort(
        (x, y) -> {
          for (Query.Order by : query.order()) {
            int order = compare(at(documents.get(x), by.path()), at(documents.get(y), by.path()));
            if (order != 0) {
              return by.direction() == Query.Direction.ASCENDING ? order : -order;
            }
          }
          return x.compareTo(y);
        });
    return ids;
  }

  static boolean matches(Filter filter, Map<String, Object> document) {
    if (filter instanceof Filter.Comparison c) {
      Optional<Optional<Object>> there = at(document, c.path());
      if (there.isEmpty()) {
        return false;
      }
      Optional<Object> value = Optional.ofNullable(c.value());
      boolean equal = compare(there, Optional.of(value)) == 0;
      if (c.operator() == Filter.Operator.EQ || c.operator() == Filter.Operator.NE) {
        return equal == (c.operator() == Filter.Operator.EQ);
      }
      int order = compare(there, Optional.of(value));
      boolean comparable = rank(there.get()) == rank(value);
      boolean less = c.operator() == Filter.Operator.LT || c.operator() == Filter.Operator.LE;
      boolean orEqual = c.operator() == Filter.Operator.LE || c.operator() == Filter.Operator.GE;
      return comparable && (less ? order < 0 : order > 0) || (orEqual && equal);
    }
    if (filter instanceof Filter.In in) {
      return in.values().stream()
          .anyMatch(
              v -> compare(at(document, in.path()), Optional.of(Optional.ofNullable(v))) == 0);
    }
    if (filter instanceof Filter.Exists exists) {
      return at(document, exists.path()).isPresent();
    }
    if (filter instanceof Filter.And and) {
      return and.parts().stream().allMatch(part -> matches(part, document));
    }
    if (filter instanceof Filter.Or or) {
      return or.parts().stream().anyMatch(part -> matches(part, document));
    }
    return filter instanceof Filter.Not not ? !matches(not.part(), document) : true;
  }

  /** Empty: nothing is there. Present and empty: null is there. */
  private static Optional<Optional<Object>> at(Map<String, Object> document, FieldPath path) {
    Object value = document;
    for (String segment : path.segments()) {
      if (value instanceof Map<?, ?> map && map.containsKey(segment)) {
        value = map.get(segment);
      } else if (value instanceof List<?> list
          && segment.matches("0|[1-9]\\d{0,5}")
          && Integer.parseInt(segment) < list.size()) {
        value = list.get(Integer.parseInt(segment));
      } else {
        return Optional.empty();
      }
    }
    return Optional.of(Optional.ofNullable(value));
  }

  private static int compare(Optional<Optional<Object>> x, Optional<Optional<Object>> y) {
    return x.isPresent() && y.isPresent()
        ? compareValues(x.get().orElse(null), y.get().orElse(null))
        : Boolean.compare(x.isPresent(), y.isPresent());
  }

  private static int compareValues(Object x, Object y) {
    int rank = rank(Optional.ofNullable(x));
    int order = Integer.compare(rank, rank(Optional.ofNullable(y)));
    if (order != 0 || rank == 0 || rank == 2) {
      return order;
    }
    if (rank == 1) {
      return ((Boolean) x).compareTo((Boolean) y);
    }
    if (rank == 3) {
      return compareNumbers(x, y);
    }
    if (rank == 4) {
      return ((Instant) x).compareTo((Instant) y);
    }
    if (rank == 5) {
      return x.toString().compareTo(y.toString());
    }
    if (rank == 6) {
      return Arrays.compareUnsigned(((Bytes) x).toArray(), ((Bytes) y).toArray());
    }
    return compareLists(rank == 7 ? (List<?>) x : flat(x), rank == 7 ? (List<?>) y : flat(y));
  }

  private static int compareNumbers(Object x, Object y) {
    boolean infinite = x instanceof Double a && a.isInfinite();
    if (infinite || (y instanceof Double b && b.isInfinite())) {
      return Double.compare(sign(x), sign(y));
    }
    return exact(x).compareTo(exact(y));
  }

  private static double sign(Object number) {
    return number instanceof Double d && d.isInfinite() ? Math.signum(d) : 0;
  }

  private static BigDecimal exact(Object number) {
    if (number instanceof Counter counter) {
      return BigDecimal.valueOf(counter.value());
    }
    if (number instanceof Double d) {
      return new BigDecimal(d);
    }
    return new BigDecimal(number.toString()); // Long, Uint64
  }

  private static int compareLists(List<?> x, List<?> y) {
    for (int i = 0; i < Math.min(x.size(), y.size()); i++) {
      int order = compareValues(x.get(i), y.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(x.size(), y.size());
  }

  /** Key, value, key, value: compares as the map does. */
  private static List<Object> flat(Object map) {
    List<Object> flat = new ArrayList<>();
    new TreeMap<>((Map<?, ?>) map)
        .forEach(
            (key, value) -> {
              flat.add(key);
              flat.add(value);
            });
    return flat;
  }

  private static int rank(Optional<Object> value) {
    if (value.isEmpty()) {
      return 0;
    }
    Object v = value.get();
    if (v instanceof Boolean) {
      return 1;
    }
    if (v instanceof Double d && d.isNaN()) {
      return 2;
    }
    if (v instanceof Number || v instanceof Uint64 || v instanceof Counter) {
      return 3;
    }
    if (v instanceof Instant) {
      return 4;
    }
    if (v instanceof String || v instanceof Text) {
      return 5;
    }
    return v instanceof Bytes ? 6 : v instanceof List ? 7 : 8;
  }
}

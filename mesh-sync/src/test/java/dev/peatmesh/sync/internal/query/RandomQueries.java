package dev.peatmesh.sync.internal.query;

import dev.peatmesh.sync.Bytes;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.FieldPath;
import dev.peatmesh.sync.Filter;
import dev.peatmesh.sync.Query;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.Uint64;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Documents and queries that often have something to do with each other. */
public final class RandomQueries {
  private static final List<String> PATHS = List.of("a", "b", "m.x", "m.1", "l.0", "l.1.y");

  private static final List<Object> NUMBERS =
      List.of(
          0L,
          1L,
          -1L,
          2.5,
          -0.0,
          1e300,
          Double.NaN,
          Double.NEGATIVE_INFINITY,
          Double.POSITIVE_INFINITY,
          1L << 53,
          (1L << 53) + 1,
          0x1p53,
          0x1p63,
          Long.MAX_VALUE,
          Long.MIN_VALUE,
          new Uint64(-1),
          new Uint64(Long.MIN_VALUE),
          new Uint64(1),
          new Counter(1),
          new Counter((1L << 53) + 1));

  private final Random random;

  public RandomQueries(Random random) {
    this.random = random;
  }

  public Map<String, Object> document() {
    Map<String, Object> document = new TreeMap<>();
    for (String key : List.of("a", "b")) {
      if (random.nextInt(4) > 0) {
        document.put(key, value(1));
      }
    }
    if (random.nextBoolean()) {
      document.put("m", map(1));
    }
    if (random.nextBoolean()) {
      document.put("l", list(2));
    }
    return document;
  }

  public Filter filter(int depth) {
    int choice = random.nextInt(depth > 0 ? 14 : 10);
    String path = path();
    switch (choice) {
      case 0:
        return Filter.all();
      case 1:
        return Filter.exists(path);
      case 2:
        return Filter.in(path, Stream.generate(() -> value(1)).limit(random.nextInt(4)).toList());
      case 10:
        return Filter.not(filter(depth - 1));
      case 11:
        return Filter.or(filters(depth));
      case 12:
      case 13:
        return Filter.and(filters(depth));
      default:
        Filter.Operator[] operators = Filter.Operator.values();
        return new Filter.Comparison(
            FieldPath.parse(path), operators[random.nextInt(operators.length)], value(1));
    }
  }

  public Query query() {
    Query query = Query.where(filter(3)).limit(1 + random.nextInt(12)).offset(random.nextInt(4));
    for (int i = random.nextInt(3); i > 0; i--) {
      query = random.nextBoolean() ? query.orderBy(path()) : query.orderByDescending(path());
    }
    return query;
  }

  public CollectionIndexes indexes() {
    return new CollectionIndexes(
        IntStream.range(0, random.nextInt(4)).mapToObj(i -> FieldPath.parse(path())).toList());
  }

  private Filter[] filters(int depth) {
    return Stream.generate(() -> filter(depth - 1)).limit(random.nextInt(4)).toArray(Filter[]::new);
  }

  private String path() {
    return PATHS.get(random.nextInt(PATHS.size()));
  }

  private Object value(int depth) {
    switch (random.nextInt(depth > 0 ? 10 : 8)) {
      case 0:
        return null;
      case 1:
        return random.nextBoolean();
      case 2:
        return Instant.ofEpochMilli(random.nextInt(3));
      case 3:
        return random.nextBoolean() ? string() : new Text(string());
      case 4:
        return Bytes.of(new byte[random.nextInt(2) * SecondaryIndex.VALUE_SIZE_MAX + 1]);
      case 8:
        return map(depth - 1);
      case 9:
        return list(depth - 1);
      default:
        return NUMBERS.get(random.nextInt(NUMBERS.size()));
    }
  }

  /** Some differ only behind what an index holds of them. */
  private String string() {
    String start = random.nextBoolean() ? "" : "x".repeat(SecondaryIndex.VALUE_SIZE_MAX);
    return start + List.of("", "a", "b", "\uD83C\uDF32", "\uFFFD").get(random.nextInt(5));
  }

  private Map<String, Object> map(int depth) {
    Map<String, Object> map = new TreeMap<>();
    for (String key : List.of("x", "y", "1")) {
      if (random.nextBoolean()) {
        map.put(key, value(depth));
      }
    }
    return map;
  }

  private List<Object> list(int depth) {
    List<Object> list = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      list.add(value(depth));
    }
    return list;
  }
}

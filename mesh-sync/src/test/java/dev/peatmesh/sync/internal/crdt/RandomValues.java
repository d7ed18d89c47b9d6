package dev.peatmesh.sync.internal.crdt;

import dev.peatmesh.sync.Bytes;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.Uint64;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Document values of every kind, from few keys and few scalars, so that edits meet. */
public final class RandomValues {
  private static final List<String> KEYS = List.of("a", "b", "c", "\u00fc", "long key");
  private static final List<String> STRINGS =
      List.of("", "a", "ab", "abab", "b\uD83D\uDE00", "a\uD83D\uDE01b", "\uD83D\uDE00\uD83D\uDE00");

  private final Random random;

  public RandomValues(Random random) {
    this.random = random;
  }

  public Map<String, Object> map(int depth) {
    Map<String, Object> map = new HashMap<>();
    for (int size = random.nextInt(5); size > 0; size--) {
      map.put(KEYS.get(random.nextInt(KEYS.size())), value(depth - 1));
    }
    return map;
  }

  Object value(int depth) {
    if (depth > 0 && random.nextInt(5) < 2) {
      return random.nextBoolean() ? map(depth) : list(depth);
    }
    return scalar();
  }

  String string() {
    return STRINGS.get(random.nextInt(STRINGS.size()))
        + STRINGS.get(random.nextInt(STRINGS.size()));
  }

  private List<Object> list(int depth) {
    List<Object> list = new ArrayList<>();
    boolean flat = random.nextBoolean();
    for (int size = random.nextInt(7); size > 0; size--) {
      list.add(flat ? (Object) (long) random.nextInt(4) : value(depth - 1));
    }
    return list;
  }

  private Object scalar() {
    return switch (random.nextInt(12)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> (long) random.nextInt(3);
      case 3 -> random.nextLong() >> random.nextInt(64);
      case 4 -> new Uint64(random.nextLong() >>> random.nextInt(64));
      case 5 -> List.of(1.5, -0.0, Double.NaN, Double.MAX_VALUE).get(random.nextInt(4));
      case 6 -> new Counter(random.nextInt(7) - 3);
      case 7 -> new Text(string());
      case 8 -> Instant.ofEpochMilli(random.nextInt());
      case 9 -> Bytes.of(new byte[random.nextInt(3)]);
      default -> string();
    };
  }
}

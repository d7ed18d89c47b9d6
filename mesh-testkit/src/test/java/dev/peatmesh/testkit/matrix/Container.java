package dev.peatmesh.testkit.matrix;

import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.MapEditor;
import dev.peatmesh.sync.Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What in a document merges, at the key "it": edited in place, or written back as a whole. */
enum Container {
  NESTED_MAP {
    @Override
    Object initial() {
      return Map.of("a", Map.of("b", Map.of("first", true)));
    }

    @Override
    void edit(MapEditor root, Insertion it) {
      root.map(KEY).map("a").map("b").put(it.name(), it.choice());
    }

    @Override
    void upsert(MapEditor root, Insertion it) {
      Map<String, Object> copy = new HashMap<>(innermost(root.get(KEY).orElseThrow()));
      copy.put(it.name(), it.choice());
      root.put(KEY, Map.of("a", Map.of("b", copy)));
    }

    @Override
    boolean keeps(Object left, List<Insertion> all) {
      Map<String, Object> found = innermost(left);
      return found.size() == 1 + all.size()
          && all.stream().allMatch(it -> Long.valueOf(it.choice()).equals(found.get(it.name())));
    }
  },
  LIST {
    @Override
    Object initial() {
      return List.of("first");
    }

    @Override
    void edit(MapEditor root, Insertion it) {
      root.list(KEY).add(it.name());
    }

    @Override
    void upsert(MapEditor root, Insertion it) {
      List<Object> copy = new ArrayList<>((List<?>) root.get(KEY).orElseThrow());
      copy.add(it.name());
      root.put(KEY, copy);
    }

    @Override
    boolean keeps(Object left, List<Insertion> all) {
      List<?> found = (List<?>) left;
      return found.size() == 1 + all.size()
          && all.stream().allMatch(it -> found.contains(it.name()));
    }
  },
  COUNTER {
    @Override
    Object initial() {
      return new Counter(7);
    }

    @Override
    void edit(MapEditor root, Insertion it) {
      root.increment(KEY, by(it));
    }

    @Override
    void upsert(MapEditor root, Insertion it) {
      Counter old = (Counter) root.get(KEY).orElseThrow();
      root.put(KEY, new Counter(old.value() + by(it)));
    }

    @Override
    boolean keeps(Object left, List<Insertion> all) {
      return left.equals(new Counter(7 + all.stream().mapToLong(Container::by).sum()));
    }
  },
  TEXT {
    @Override
    Object initial() {
      return new Text("first");
    }

    @Override
    void edit(MapEditor root, Insertion it) {
      int length = root.text(KEY).length();
      root.text(KEY).splice(it.choice() % (length + 1), 0, it.letter());
    }

    @Override
    void upsert(MapEditor root, Insertion it) {
      String old = ((Text) root.get(KEY).orElseThrow()).value();
      int index = it.choice() % (old.length() + 1);
      root.put(KEY, new Text(old.substring(0, index) + it.letter() + old.substring(index)));
    }

    @Override
    boolean keeps(Object left, List<Insertion> all) {
      String found = ((Text) left).value();
      return found.length() == "first".length() + all.size()
          && all.stream().allMatch(it -> found.contains(it.letter()));
    }
  };

  private static final String KEY = "it";

  /** What is there before anybody edits. */
  abstract Object initial();

  /** Puts it in where the container is. */
  abstract void edit(MapEditor root, Insertion it);

  /** Writes a copy with it in it, in place of the container. */
  abstract void upsert(MapEditor root, Insertion it);

  /** Whether all of them are in there, and nothing else. */
  abstract boolean keeps(Object left, List<Insertion> all);

  private static long by(Insertion it) {
    return 1 + it.choice();
  }

  @SuppressWarnings("unchecked") // maps of documents have strings as keys
  private static Map<String, Object> innermost(Object nested) {
    return (Map<String, Object>) ((Map<?, ?>) ((Map<?, ?>) nested).get("a")).get("b");
  }
}

package dev.peatmesh.sync.internal.json;

import dev.peatmesh.sync.Bytes;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.Uint64;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The reserved keys. Each stands alone in an object and says what its value is; an object with more
 * keys than one is a map, whatever they are called.
 *
 * @param depthMax how deep maps, lists and texts may be nested, the document not counted
 */
record Tags(int depthMax) {
  static final String BYTES = "$bytes";
  static final String TIMESTAMP = "$timestamp";
  static final String COUNTER = "$counter";
  static final String TEXT = "$text";
  static final String UINT64 = "$uint64";
  static final String DOUBLE = "$double";

  /** Around a map that would otherwise look like one of these. */
  static final String MAP = "$map";

  private static final String ALL =
      String.join(", ", BYTES, TIMESTAMP, COUNTER, TEXT, UINT64, DOUBLE, MAP);

  /** Whether a map of this size, with this key, is to be wrapped. */
  static boolean isAmbiguous(Map<?, ?> map) {
    return map.size() == 1
        && map.keySet().iterator().next() instanceof String key
        && key.startsWith("$");
  }

  /** What a tree of maps, lists and scalars stands for. */
  Map<String, @Nullable Object> document(Map<String, @Nullable Object> tree) {
    if (!isAmbiguous(tree)) {
      return map(tree, JsonPath.ROOT);
    }
    if (tree.get(MAP) instanceof Map<?, ?> wrapped) {
      return map(wrapped, JsonPath.ROOT);
    }
    throw JsonPath.ROOT.refused(
        "is no map, but a single value with a tag. A document is {\"key\": value, ...}.");
  }

  private @Nullable Object value(@Nullable Object tree, JsonPath path) {
    if (tree instanceof List<?> list) {
      return list(list, path);
    }
    if (!(tree instanceof Map<?, ?> map)) {
      return tree;
    }
    if (!isAmbiguous(map)) {
      return map(map, path);
    }
    String tag = (String) map.keySet().iterator().next();
    Object content = map.get(tag);
    if (tag.equals(MAP) && content instanceof Map<?, ?> wrapped) {
      return map(wrapped, path);
    }
    return tagged(tag, content, path);
  }

  private Map<String, @Nullable Object> map(Map<?, ?> tree, JsonPath path) {
    checkDepth(path);
    Map<String, @Nullable Object> map = new LinkedHashMap<>(tree.size() * 2);
    tree.forEach((key, value) -> map.put((String) key, value(value, path.key((String) key))));
    return Collections.unmodifiableMap(map);
  }

  private List<@Nullable Object> list(List<?> tree, JsonPath path) {
    checkDepth(path);
    List<@Nullable Object> list = new ArrayList<>(tree.size());
    for (Object element : tree) {
      list.add(value(element, path.index(list.size())));
    }
    return Collections.unmodifiableList(list);
  }

  private Object tagged(String tag, @Nullable Object content, JsonPath path) {
    if (tag.equals(COUNTER) && content instanceof Long sum) {
      return new Counter(sum);
    }
    if (!(content instanceof String string)) {
      throw unknown(tag, path);
    }
    try {
      return switch (tag) {
        case TEXT -> text(string, path);
        case BYTES -> Bytes.of(Base64.getDecoder().decode(string));
        case TIMESTAMP -> Instant.parse(string);
        case UINT64 -> uint64(string);
        case DOUBLE -> notFinite(string, path);
        default -> throw unknown(tag, path);
      };
    } catch (DateTimeException | IllegalArgumentException malformed) {
      throw path.refused("what stands behind " + tag + " is malformed. Correct it.", malformed);
    }
  }

  private Text text(String string, JsonPath path) {
    checkDepth(path);
    return new Text(string);
  }

  /** The one spelling: digits, without a sign or a leading zero. */
  private static Uint64 uint64(String decimal) {
    Uint64 number = Uint64.parse(decimal);
    if (!number.toString().equals(decimal)) {
      throw new NumberFormatException("not the shortest spelling");
    }
    return number;
  }

  private static Double notFinite(String name, JsonPath path) {
    return switch (name) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> throw path.refused("$double is for NaN, Infinity and -Infinity. Use a number.");
    };
  }

  private void checkDepth(JsonPath path) {
    if (path.depth() > depthMax) {
      // Not the path itself: it would be a screen long.
      throw JsonPath.ROOT.refused("is nested deeper than a document may be. Flatten it.");
    }
  }

  private static RuntimeException unknown(String tag, JsonPath path) {
    return path.refused(
        "an object whose one key begins with $ is reserved, and "
            + tag
            + " does not go with what it holds. Known: "
            + ALL
            + ". Wrap a map in {\"$map\": ...}.");
  }
}

package dev.peatmesh.sync.internal.latest;

import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.internal.value.EditScope;
import dev.peatmesh.sync.internal.value.ListAlignment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The content of a document under edit, and what the edit comes to: a write of each top-level field
 * whose value is another than before. The document itself is never touched, so that an edit that
 * throws leaves no trace.
 *
 * <p>A draft is made of what {@code Values.normal} gives, with {@link DraftText} and {@link
 * DraftCounter} where they are edited, and with a {@link Field} where nobody has looked yet.
 */
final class Draft {
  private final NavigableMap<String, Field> before;
  private final Map<String, @Nullable Object> root = new TreeMap<>();
  private final EditScope scope = new EditScope();

  Draft(NavigableMap<String, Field> before) {
    this.before = before;
    before.forEach(
        (name, field) -> {
          if (!State.isHidden(name)) {
            root.put(name, field);
          }
        });
  }

  Map<String, @Nullable Object> root() {
    return root;
  }

  void checkOpen() {
    scope.check();
  }

  void end() {
    scope.end();
  }

  /** What is at the key, for editing. */
  @Nullable Object thawed(Map<String, @Nullable Object> map, String key) {
    Object value = map.get(key);
    if (!(value instanceof Field field)) {
      return value;
    }
    Object seen = field.value();
    Object thawed = seen instanceof Counter counter ? new DraftCounter(counter) : thaw(seen);
    map.put(key, thawed);
    return thawed;
  }

  /** Makes the content equal to the value, which has passed {@code Values.map}. */
  void become(Map<String, @Nullable Object> wanted) {
    root.keySet().retainAll(wanted.keySet());
    wanted.forEach(
        (key, value) -> {
          Object present = root.get(key) instanceof Field field ? field.value() : null;
          if (present instanceof Counter counter && value instanceof Counter sum) {
            DraftCounter kept = new DraftCounter(counter);
            kept.add(sum.value() - counter.value());
            root.put(key, kept);
          } else {
            root.put(key, fitted(present, value));
          }
        });
  }

  /** One write for each field that is not as before. */
  Map<String, FieldWrite> writes() {
    Map<String, FieldWrite> writes = new TreeMap<>();
    for (String name : before.keySet()) {
      if (!root.containsKey(name) && !State.isHidden(name)) {
        writes.put(name, new FieldWrite.Remove());
      }
    }
    root.forEach(
        (name, value) -> {
          FieldWrite write = write(before.get(name), value);
          if (write != null) {
            writes.put(name, write);
          }
        });
    return writes;
  }

  private static @Nullable FieldWrite write(@Nullable Field present, @Nullable Object value) {
    if (value instanceof Field) {
      return null;
    }
    if (value instanceof DraftCounter counter) {
      return counter.added() == 0 ? null : new FieldWrite.Increment(counter.added());
    }
    if (present != null && value instanceof Counter && Objects.equals(present.value(), value)) {
      return null;
    }
    EncodedValue encoded = EncodedValue.of(value);
    return present != null && present.shows(encoded) ? null : new FieldWrite.Replace(encoded);
  }

  /** A private copy that can be edited. */
  private static @Nullable Object thaw(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> copy = new TreeMap<>();
      map.forEach((key, item) -> copy.put((String) key, thaw(item)));
      return copy;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>(list.size());
      list.forEach(item -> copy.add(thaw(item)));
      return copy;
    }
    return value;
  }

  /** A deeply immutable copy. */
  static @Nullable Object frozen(@Nullable Object value) {
    if (value instanceof Field field) {
      return field.value();
    }
    if (value instanceof DraftText text) {
      return new Text(text.value());
    }
    if (value instanceof DraftCounter counter) {
      return new Counter(counter.value());
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach((key, item) -> copy.put((String) key, frozen(item)));
      return Collections.unmodifiableMap(copy);
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>(list.size());
      list.forEach(item -> copy.add(frozen(item)));
      return Collections.unmodifiableList(copy);
    }
    return value;
  }

  /** The wanted value, where a String that is wanted in the place of a Text is that text. */
  private static @Nullable Object fitted(@Nullable Object present, @Nullable Object wanted) {
    if (present instanceof Text && wanted instanceof String string) {
      return new Text(string);
    }
    if (present instanceof Map<?, ?> old && wanted instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> fitted = new TreeMap<>();
      map.forEach((key, item) -> fitted.put((String) key, fitted(old.get(key), item)));
      return fitted;
    }
    if (present instanceof List<?> old && wanted instanceof List<?> list && holdsText(old)) {
      List<@Nullable Object> fitted = new ArrayList<>(list);
      for (ListAlignment.Step step : ListAlignment.align(old, list)) {
        if (step.kind() == ListAlignment.Kind.KEEP || step.kind() == ListAlignment.Kind.UPDATE) {
          fitted.set(step.to(), fitted(old.get(step.from()), list.get(step.to())));
        }
      }
      return fitted;
    }
    return wanted;
  }

  private static boolean holdsText(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.values().stream().anyMatch(Draft::holdsText);
    }
    if (value instanceof List<?> list) {
      return list.stream().anyMatch(Draft::holdsText);
    }
    return value instanceof Text;
  }
}

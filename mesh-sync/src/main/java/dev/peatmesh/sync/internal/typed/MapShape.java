package dev.peatmesh.sync.internal.typed;

import dev.peatmesh.sync.MapEditor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A map with string keys: the same in the document. Merges by key. */
record MapShape(Shape element) implements Shape {
  @Override
  public Object read(@Nullable Object stored, ValuePath path) {
    if (!(stored instanceof Map<?, ?> entries)) {
      throw path.unexpected(stored, "a map");
    }
    Map<String, Object> values = new LinkedHashMap<>();
    entries.forEach(
        (key, value) -> values.put(key.toString(), element.read(value, path.key(key.toString()))));
    return Collections.unmodifiableMap(values);
  }

  @Override
  public Object write(Object value, ValuePath path) {
    Map<String, Object> entries = new LinkedHashMap<>();
    ((Map<?, ?>) value)
        .forEach(
            (key, entry) -> {
              if (key == null || entry == null) {
                throw path.refused("holds null, which a map of a record cannot. Leave it out.");
              }
              entries.put(key.toString(), element.write(entry, path.key(key.toString())));
            });
    return entries;
  }

  @Override
  public void update(Spot spot, @Nullable Object stored, @Nullable Object base, Object wanted) {
    if (!(stored instanceof Map<?, ?> present) || !(base instanceof Map<?, ?> before)) {
      spot.put(wanted);
      return;
    }
    Map<?, ?> after = (Map<?, ?>) wanted;
    MapEditor editor = spot.map();
    for (Object key : before.keySet()) {
      if (!after.containsKey(key)) {
        editor.remove(key.toString());
      }
    }
    after.forEach(
        (key, value) -> {
          String name = key.toString();
          if (!before.containsKey(key)) {
            editor.put(name, value);
          } else if (!value.equals(before.get(key))) {
            element.update(new Spot.Key(editor, name), present.get(key), before.get(key), value);
          }
        });
  }

  @Override
  public Object whenAbsent() {
    return Map.of();
  }
}

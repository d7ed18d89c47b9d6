package dev.peatmesh.sync.internal.typed;

import dev.peatmesh.sync.ListEditor;
import dev.peatmesh.sync.internal.value.ListAlignment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A list: one element for each of its own. Elements are kept, updated in place, or moved along. */
record ListShape(Shape element) implements Shape {
  @Override
  public Object read(@Nullable Object stored, ValuePath path) {
    if (!(stored instanceof List<?> items)) {
      throw path.unexpected(stored, "a list");
    }
    List<Object> values = new ArrayList<>(items.size());
    for (Object item : items) {
      values.add(element.read(item, path.index(values.size())));
    }
    return Collections.unmodifiableList(values);
  }

  @Override
  public Object write(Object value, ValuePath path) {
    List<Object> items = new ArrayList<>();
    for (Object item : (List<?>) value) {
      ValuePath at = path.index(items.size());
      if (item == null) {
        throw at.refused("is null, which a list of a record cannot hold. Leave it out.");
      }
      items.add(element.write(item, at));
    }
    return items;
  }

  @Override
  public void update(Spot spot, @Nullable Object stored, @Nullable Object base, Object wanted) {
    if (!(stored instanceof List<?> present) || !(base instanceof List<?> before)) {
      spot.put(wanted);
      return;
    }
    List<?> after = (List<?>) wanted;
    ListEditor editor = spot.list();
    int at = 0;
    for (ListAlignment.Step step : ListAlignment.align(before, after)) {
      switch (step.kind()) {
        case KEEP -> at++;
        case UPDATE -> {
          element.update(
              new Spot.Element(editor, at++),
              present.get(step.from()),
              before.get(step.from()),
              after.get(step.to()));
        }
        case INSERT -> editor.insert(at++, after.get(step.to()));
        case REMOVE -> editor.remove(at);
      }
    }
  }

  @Override
  public Object whenAbsent() {
    return List.of();
  }
}

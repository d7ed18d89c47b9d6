package dev.peatmesh.sync.internal.typed;

import dev.peatmesh.sync.ListEditor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A set of scalars: a list in ascending order. Two nodes that add the same element at the same time
 * make it stand there twice; it is read once, and removed at all its places.
 */
record SetShape(ScalarShape element) implements Shape {
  @Override
  public Object read(@Nullable Object stored, ValuePath path) {
    if (!(stored instanceof List<?> items)) {
      throw path.unexpected(stored, "a list, for a set");
    }
    Set<Object> values = new LinkedHashSet<>();
    int index = 0;
    for (Object item : items) {
      values.add(element.read(item, path.index(index++)));
    }
    return Collections.unmodifiableSet(values);
  }

  @Override
  public Object write(Object value, ValuePath path) {
    // Sorted, and once each: two values may have one plain form, such as points in time.
    Set<Object> items = new LinkedHashSet<>();
    for (Object item : (Set<?>) value) {
      if (item == null) {
        throw path.refused("holds null, which a set of a record cannot. Leave it out.");
      }
      items.add(element.write(item, path));
    }
    List<Object> sorted = new ArrayList<>(items);
    sorted.sort(SetShape::compare);
    return sorted;
  }

  @Override
  public void update(Spot spot, @Nullable Object stored, @Nullable Object base, Object wanted) {
    if (!(stored instanceof List<?> present) || !(base instanceof List<?>)) {
      spot.put(wanted);
      return;
    }
    List<?> after = (List<?>) wanted;
    ListEditor editor = spot.list();
    List<Object> left = new ArrayList<>();
    for (Object item : present) {
      Object plain = element.plain(item);
      if (plain != null && after.contains(plain)) {
        left.add(plain);
      } else {
        editor.remove(left.size());
      }
    }
    for (Object item : after) {
      if (!left.contains(item)) {
        int at = 0;
        while (at < left.size() && compare(left.get(at), item) < 0) {
          at++;
        }
        editor.insert(at, item);
        left.add(at, item);
      }
    }
  }

  @Override
  public Object whenAbsent() {
    return Set.of();
  }

  @SuppressWarnings("unchecked") // all elements come from one shape, whose forms are comparable
  private static int compare(Object one, Object other) {
    return ((Comparator<Object>) (Comparator<?>) Comparator.naturalOrder()).compare(one, other);
  }
}

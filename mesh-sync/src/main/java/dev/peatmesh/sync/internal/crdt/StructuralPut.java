package dev.peatmesh.sync.internal.crdt;

import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.internal.value.ListAlignment;
import dev.peatmesh.sync.internal.value.Place;
import dev.peatmesh.sync.internal.value.Values;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.automerge.AmValue;
import org.automerge.MapEntry;
import org.automerge.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * Makes what is there equal to what is wanted with few edits, so that concurrent edits of other
 * places survive: maps by key, lists by alignment ({@link ListAlignment}), texts by one splice,
 * counters by the difference.
 */
final class StructuralPut {
  private final Edit edit;

  StructuralPut(Edit edit) {
    this.edit = edit;
  }

  /** The wanted map has passed {@link Values#map}. */
  void map(ObjectId map, Map<String, @Nullable Object> wanted, Place place) {
    Map<String, AmValue> present = new HashMap<>();
    for (MapEntry entry : edit.entries(map)) {
      if (wanted.containsKey(entry.getKey())) {
        present.put(entry.getKey(), entry.getValue());
      } else if (!place.isRoot() || !Values.isReserved(entry.getKey())) {
        edit.remove(map, entry.getKey(), place);
      }
    }
    wanted.forEach(
        (key, value) -> {
          Slot.Key slot = new Slot.Key(map, key);
          AmValue old = present.get(key);
          if (old == null) {
            edit.put(slot, value);
          } else {
            update(slot, old, value, place.key(key));
          }
        });
  }

  @SuppressWarnings("unchecked") // Values.normal made it: the keys are strings
  private void update(Slot.Existing slot, AmValue present, @Nullable Object wanted, Place place) {
    if (present instanceof AmValue.Map map && wanted instanceof Map<?, ?> entries) {
      map(map.getId(), (Map<String, @Nullable Object>) entries, place);
    } else if (present instanceof AmValue.List list && wanted instanceof List<?> items) {
      list(list.getId(), items, place);
    } else if (present instanceof AmValue.Text text && wanted instanceof Text string) {
      text(text.getId(), string.value());
    } else if (present instanceof AmValue.Text text && wanted instanceof String string) {
      text(text.getId(), string);
    } else if (present instanceof AmValue.Counter counter && wanted instanceof Counter sum) {
      // Wraps like the core's own addition, so that the sum is right in any case.
      edit.increment(slot, sum.value() - counter.getValue());
    } else if (isObject(present) || !Objects.equals(edit.value(present), wanted)) {
      edit.put(slot, wanted);
    }
  }

  private void list(ObjectId list, List<?> wanted, Place place) {
    AmValue[] present = edit.items(list);
    List<@Nullable Object> values = edit.values(present);
    int at = 0;
    for (ListAlignment.Step step : ListAlignment.align(values, wanted)) {
      switch (step.kind()) {
        case KEEP -> at++;
        case UPDATE -> {
          update(
              new Slot.Element(list, at),
              present[step.from()],
              wanted.get(step.to()),
              place.index(at));
          at++;
        }
        case INSERT -> edit.put(new Slot.Insertion(list, at++), wanted.get(step.to()));
        case REMOVE -> edit.remove(list, at);
      }
    }
  }

  private void text(ObjectId text, String wanted) {
    TextSplice splice = TextSplice.between(edit.text(text), wanted);
    edit.splice(text, splice.index(), splice.deleted(), splice.inserted());
  }

  private static boolean isObject(AmValue value) {
    return value instanceof AmValue.Map
        || value instanceof AmValue.List
        || value instanceof AmValue.Text;
  }
}

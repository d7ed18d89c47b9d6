package dev.peatmesh.sync.internal.crdt;

import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.internal.value.Place;
import dev.peatmesh.sync.internal.value.Refusals;
import java.util.Locale;
import java.util.Optional;
import org.automerge.AmValue;
import org.automerge.ObjectId;
import org.automerge.ObjectType;

/** What the editors of maps and of lists do alike. */
final class NativeEditors {
  private NativeEditors() {}

  /** The object that is there, when it is of the type asked for. */
  static ObjectId child(Edit edit, AmValue present, ObjectType type, Place at) {
    if (type == ObjectType.MAP && present instanceof AmValue.Map map) {
      return map.getId();
    }
    if (type == ObjectType.LIST && present instanceof AmValue.List list) {
      return list.getId();
    }
    if (type == ObjectType.TEXT && present instanceof AmValue.Text text) {
      return text.getId();
    }
    throw Refusals.wrongKind(at, kind(edit, present), type.name().toLowerCase(Locale.ROOT));
  }

  /** Adds to the counter in the slot, which holds the given value, or a new counter. */
  static void increment(
      Edit edit, Slot.Existing slot, Optional<AmValue> present, long by, Place at) {
    long sum = 0;
    if (present.isPresent()) {
      if (!(present.get() instanceof AmValue.Counter counter)) {
        throw Refusals.notCounter(at, kind(edit, present.get()));
      }
      sum = counter.getValue();
    }
    Refusals.sum(at, sum, by);
    edit.increment(slot, by);
  }

  private static String kind(Edit edit, AmValue value) {
    if (value instanceof AmValue.Map) {
      return "a map";
    }
    if (value instanceof AmValue.List) {
      return "a list";
    }
    if (value instanceof AmValue.Text) {
      return "a text";
    }
    if (value instanceof AmValue.Null) {
      return "null";
    }
    Object scalar = edit.value(value);
    return scalar instanceof Counter || scalar == null
        ? "a counter"
        : "of type " + scalar.getClass().getSimpleName();
  }
}

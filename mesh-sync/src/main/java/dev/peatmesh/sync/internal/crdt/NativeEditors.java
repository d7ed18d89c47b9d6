package dev.peatmesh.sync.internal.crdt;

import dev.peatmesh.sync.internal.value.Place;
import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.Counter;
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
    throw new MeshException.Refused(
        at
            + ": is "
            + kind(edit, present)
            + ", not a "
            + switch (type) {
              case MAP -> "map. Put a Map there first, which replaces it.";
              case LIST -> "list. Put a List there first, which replaces it.";
              case TEXT -> "text. Put a Text there first, which replaces it.";
            });
  }

  /** Adds to the counter in the slot, which holds the given value, or a new counter. */
  static void increment(
      Edit edit, Slot.Existing slot, Optional<AmValue> present, long by, Place at) {
    long sum = 0;
    if (present.isPresent()) {
      if (!(present.get() instanceof AmValue.Counter counter)) {
        throw new MeshException.Refused(
            at
                + ": is "
                + kind(edit, present.get())
                + ", which cannot be incremented. Put a Counter there first, which replaces it.");
      }
      sum = counter.getValue();
    }
    try {
      Math.addExact(sum, by);
    } catch (ArithmeticException beyond) {
      throw new MeshException.Refused(
          at + ": " + sum + " + " + by + " leaves the range of 64 bits. Put a new Counter.",
          beyond);
    }
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

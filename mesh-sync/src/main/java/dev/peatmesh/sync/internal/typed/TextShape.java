package dev.peatmesh.sync.internal.typed;

import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.internal.crdt.TextSplice;
import org.jspecify.annotations.Nullable;

/** A text: what lies between the common beginning and the common end is replaced in place. */
enum TextShape implements Shape {
  TEXT;

  @Override
  public Object read(@Nullable Object stored, ValuePath path) {
    if (stored instanceof Text) {
      return stored;
    }
    if (stored instanceof String string) {
      return new Text(string);
    }
    throw path.unexpected(stored, "a text");
  }

  @Override
  public Object write(Object value, ValuePath path) {
    return value;
  }

  @Override
  public void update(Spot spot, @Nullable Object stored, @Nullable Object base, Object wanted) {
    if (stored instanceof Text before) {
      splice(spot, before, wanted.toString());
    } else {
      spot.put(wanted);
    }
  }

  /** Turns one text into the other. */
  static void splice(Spot spot, Text before, String after) {
    TextSplice splice = TextSplice.between(before.value(), after);
    spot.text().splice(splice.index(), splice.deleted(), splice.inserted());
  }
}

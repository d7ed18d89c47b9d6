package dev.peatmesh.sync.internal.value;

import org.jspecify.annotations.Nullable;

/** Where a value stands in a document, for messages and for the limit on depth. */
public record Place(@Nullable Place parent, Object step, int depth) {
  /** The document itself. */
  public static final Place ROOT = new Place(null, "", 0);

  /** Whether this is the document itself. */
  public boolean isRoot() {
    return parent == null;
  }

  /** The place of a key below this one. */
  public Place key(String key) {
    return new Place(this, key, depth + 1);
  }

  /** The place of an element below this one. */
  public Place index(int index) {
    return new Place(this, index, depth + 1);
  }

  /** Such as {@code items[3].name}. */
  @Override
  public String toString() {
    if (parent == null) {
      return "document";
    }
    if (step instanceof Integer index) {
      return parent + "[" + index + "]";
    }
    return parent.parent == null ? step.toString() : parent + "." + step;
  }
}

package dev.peatmesh.sync.internal.json;

import dev.peatmesh.runtime.MeshException;
import org.jspecify.annotations.Nullable;

/**
 * Where a value stands in a document.
 *
 * @param parent what holds it; null for the document
 * @param step its key or index in there
 * @param depth how many maps and lists are around it, the document not counted
 */
record JsonPath(@Nullable JsonPath parent, Object step, int depth) {
  static final JsonPath ROOT = new JsonPath(null, "", 0);

  JsonPath key(String key) {
    return new JsonPath(this, key, depth + 1);
  }

  JsonPath index(int index) {
    return new JsonPath(this, index, depth + 1);
  }

  MeshException.Refused refused(String why) {
    return new MeshException.Refused("json: " + this + ": " + why);
  }

  MeshException.Refused refused(String why, Throwable cause) {
    return new MeshException.Refused("json: " + this + ": " + why, cause);
  }

  /** Such as {@code items[3].name}. */
  @Override
  public String toString() {
    if (parent == null) {
      return "document";
    }
    if (step instanceof Integer) {
      return parent + "[" + step + "]";
    }
    return parent.parent == null ? step.toString() : parent + "." + step;
  }
}

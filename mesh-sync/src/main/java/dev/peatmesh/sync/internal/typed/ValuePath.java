package dev.peatmesh.sync.internal.typed;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.Bytes;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.Uint64;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a value stands, for messages.
 *
 * @param document the collection and id
 * @param parent what holds it; null for the document
 * @param step its key or index in there
 */
record ValuePath(String document, @Nullable ValuePath parent, Object step) {
  static ValuePath of(String document) {
    return new ValuePath(document, null, "");
  }

  ValuePath key(String key) {
    return new ValuePath(document, this, key);
  }

  ValuePath index(int index) {
    return new ValuePath(document, this, index);
  }

  /** The complaint that something else was found here. */
  MeshException.UnexpectedValue unexpected(@Nullable Object found, String expected) {
    return unexpected(kind(found), expected, null);
  }

  MeshException.UnexpectedValue unexpected(
      String found, String expected, @Nullable Throwable cause) {
    return new MeshException.UnexpectedValue(document, toString(), found, expected, cause);
  }

  /** The complaint that the value cannot be written. */
  MeshException.Refused refused(String why) {
    return new MeshException.Refused(document + ": " + this + ": " + why);
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

  /** Names the kind, and numbers; never a text, which may be a secret. */
  private static String kind(@Nullable Object found) {
    if (found == null) {
      return "null";
    }
    if (found instanceof Boolean) {
      return "a boolean";
    }
    if (found instanceof Long) {
      return "the integer " + found;
    }
    if (found instanceof Uint64) {
      return "the unsigned integer " + found;
    }
    if (found instanceof Double) {
      return "the number " + found;
    }
    if (found instanceof String) {
      return "a string";
    }
    if (found instanceof Text) {
      return "a text";
    }
    if (found instanceof Counter) {
      return "a counter";
    }
    if (found instanceof Bytes) {
      return "bytes";
    }
    if (found instanceof Instant) {
      return "a timestamp";
    }
    if (found instanceof List) {
      return "a list";
    }
    return found instanceof Map ? "a map" : found.getClass().getSimpleName();
  }
}

package dev.peatmesh.node.console;

import dev.peatmesh.sync.MapEditor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Applies a JSON merge patch (RFC 7396) in place: fields that the patch does not name are not
 * touched, so that what others do to them at the same time survives.
 */
final class MergePatch {
  private MergePatch() {}

  static void apply(MapEditor target, Map<?, ? extends @Nullable Object> patch) {
    patch.forEach((key, value) -> apply(target, (String) key, value));
  }

  private static void apply(MapEditor target, String key, @Nullable Object value) {
    if (value == null) {
      target.remove(key);
    } else if (value instanceof Map<?, ?> nested) {
      if (target.contains(key) && !(target.get(key).orElse(null) instanceof Map)) {
        target.remove(key);
      }
      apply(target.map(key), nested);
    } else {
      target.put(key, value);
    }
  }
}

package dev.peatmesh.sync.internal.typed;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A sealed interface of records: the record's map, with its simple name as a tag. */
final class VariantShape implements Shape {
  /** The key of the tag. */
  static final String TAG = "$type";

  private final Class<?> type;

  /** By tag. Filled once, after construction: a variant may hold its own kind. */
  private final Map<String, RecordShape> variants = new LinkedHashMap<>();

  VariantShape(Class<?> type) {
    this.type = type;
  }

  void complete(Map<String, RecordShape> all) {
    variants.putAll(all);
  }

  @Override
  public Object read(@Nullable Object stored, ValuePath path) {
    if (!(stored instanceof Map<?, ?> fields)) {
      throw path.unexpected(stored, "a map, for the variants of " + type.getSimpleName());
    }
    RecordShape variant = variant(fields);
    if (variant == null) {
      throw path.key(TAG)
          .unexpected("none of them", "the name of a variant: " + variants.keySet(), null);
    }
    return variant.read(fields, path);
  }

  @Override
  public Object write(Object value, ValuePath path) {
    String tag = value.getClass().getSimpleName();
    RecordShape variant = variants.get(tag);
    if (variant == null) {
      throw new AssertionError("a sealed type has no other variants than it permits: " + tag);
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(TAG, tag);
    fields.putAll(variant.write(value, path));
    return fields;
  }

  @Override
  public void update(Spot spot, @Nullable Object stored, @Nullable Object base, Object wanted) {
    Map<?, ?> after = (Map<?, ?>) wanted;
    RecordShape variant = variant(after);
    if (variant != null
        && stored instanceof Map<?, ?> fields
        && base instanceof Map<?, ?> before
        && variant == variant(fields)) {
      variant.updateFields(spot.map(), fields, before, after);
    } else {
      // Another variant is another thing: fields of two of them must not mix.
      spot.put(wanted);
    }
  }

  private @Nullable RecordShape variant(Map<?, ?> fields) {
    Object tag = fields.get(TAG);
    return tag == null ? null : variants.get(tag.toString());
  }
}

package dev.peatmesh.sync.internal.typed;

import dev.peatmesh.sync.Text;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A value that is replaced as a whole.
 *
 * @param expected what is stored, in words
 * @param reader the Java value; null when what is stored does not fit
 * @param writer the plain form
 * @param ordered whether the plain forms are comparable, so that sets of them can be sorted
 */
record ScalarShape(
    String expected,
    Function<Object, @Nullable Object> reader,
    Function<Object, Object> writer,
    boolean ordered)
    implements Shape {

  @Override
  public Object read(@Nullable Object stored, ValuePath path) {
    // Other implementations write every string as a text.
    Object scalar = stored instanceof Text text ? text.value() : stored;
    Object value = scalar == null ? null : reader.apply(scalar);
    if (value == null) {
      throw path.unexpected(stored, expected);
    }
    return value;
  }

  @Override
  public Object write(Object value, ValuePath path) {
    return writer.apply(value);
  }

  /** The plain form of what is stored; null when it does not fit. */
  @Nullable Object plain(@Nullable Object stored) {
    Object scalar = stored instanceof Text text ? text.value() : stored;
    Object value = scalar == null ? null : reader.apply(scalar);
    return value == null ? null : writer.apply(value);
  }

  @Override
  public void update(Spot spot, @Nullable Object stored, @Nullable Object base, Object wanted) {
    if (stored instanceof Text before && wanted instanceof String after) {
      TextShape.splice(spot, before, after);
    } else {
      spot.put(wanted);
    }
  }
}

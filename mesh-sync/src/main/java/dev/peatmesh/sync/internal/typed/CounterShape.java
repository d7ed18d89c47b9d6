package dev.peatmesh.sync.internal.typed;

import dev.peatmesh.sync.Counter;
import org.jspecify.annotations.Nullable;

/** A counter: another value is written as an increment by the difference. */
enum CounterShape implements Shape {
  COUNTER;

  @Override
  public Object read(@Nullable Object stored, ValuePath path) {
    if (stored instanceof Counter) {
      return stored;
    }
    throw path.unexpected(stored, "a counter");
  }

  @Override
  public Object write(Object value, ValuePath path) {
    return value;
  }

  @Override
  public void update(Spot spot, @Nullable Object stored, @Nullable Object base, Object wanted) {
    if (stored instanceof Counter before && wanted instanceof Counter after) {
      spot.increment(after.value() - before.value());
    } else {
      spot.put(wanted);
    }
  }
}

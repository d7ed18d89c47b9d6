package dev.peatmesh.sync.internal.typed;

import dev.peatmesh.sync.Bytes;
import dev.peatmesh.sync.Uint64;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** The shapes of the scalar types. */
final class Scalars {
  /** 2^53: up to here every integer has a double of its own. */
  private static final double DOUBLE_EXACT_MAX = 1L << 53;

  private static final Map<Class<?>, ScalarShape> SHAPES = new HashMap<>();

  static {
    integer(byte.class, Byte.class, Byte.MIN_VALUE, Byte.MAX_VALUE, number -> (byte) number);
    integer(short.class, Short.class, Short.MIN_VALUE, Short.MAX_VALUE, number -> (short) number);
    integer(int.class, Integer.class, Integer.MIN_VALUE, Integer.MAX_VALUE, number -> (int) number);
    integer(long.class, Long.class, Long.MIN_VALUE, Long.MAX_VALUE, number -> number);
    both(
        float.class,
        Float.class,
        new ScalarShape("a number", Scalars::single, Scalars::wide, true));
    both(
        double.class,
        Double.class,
        new ScalarShape("a number", Scalars::wide, Scalars::wide, true));
    both(boolean.class, Boolean.class, same(Boolean.class, "a boolean", true));
    SHAPES.put(String.class, same(String.class, "a string", true));
    SHAPES.put(Bytes.class, same(Bytes.class, "bytes", false));
    SHAPES.put(
        Uint64.class, new ScalarShape("an unsigned integer", Scalars::unsigned, v -> v, true));
    SHAPES.put(
        Instant.class, new ScalarShape("a timestamp", Scalars::instant, Scalars::millis, true));
    SHAPES.put(Duration.class, text("an ISO-8601 duration such as PT1.5S", Duration::parse));
    SHAPES.put(UUID.class, text("a UUID", UUID::fromString));
    SHAPES.put(BigInteger.class, text("a decimal integer as a string", BigInteger::new));
    SHAPES.put(BigDecimal.class, text("a decimal number as a string", BigDecimal::new));
  }

  private Scalars() {}

  /** The shape of the type; null when it is no scalar. */
  static @Nullable ScalarShape of(Class<?> type) {
    return type.isEnum() ? constants(type) : SHAPES.get(type);
  }

  private static ScalarShape constants(Class<?> type) {
    Map<Object, Object> byName = new HashMap<>();
    for (Object constant : type.getEnumConstants()) {
      byName.put(((Enum<?>) constant).name(), constant);
    }
    return new ScalarShape(
        "one of " + Arrays.toString(type.getEnumConstants()),
        byName::get,
        constant -> ((Enum<?>) constant).name(),
        true);
  }

  private static void integer(
      Class<?> primitive, Class<?> box, long min, long max, LongFunction<Object> narrow) {
    Function<Object, @Nullable Object> reader =
        stored -> {
          Long number = signed(stored);
          return number == null || number < min || number > max ? null : narrow.apply(number);
        };
    both(
        primitive,
        box,
        new ScalarShape(
            "an integer from " + min + " to " + max,
            reader,
            number -> ((Number) number).longValue(),
            true));
  }

  private static ScalarShape same(Class<?> type, String expected, boolean ordered) {
    return new ScalarShape(
        expected, stored -> type.isInstance(stored) ? stored : null, value -> value, ordered);
  }

  private static ScalarShape text(String expected, Function<String, Object> parser) {
    Function<Object, @Nullable Object> reader =
        stored -> {
          try {
            return stored instanceof String string ? parser.apply(string) : null;
          } catch (IllegalArgumentException | DateTimeException malformed) {
            return null;
          }
        };
    return new ScalarShape(expected, reader, Object::toString, true);
  }

  private static void both(Class<?> primitive, Class<?> box, ScalarShape shape) {
    SHAPES.put(primitive, shape);
    SHAPES.put(box, shape);
  }

  /** Other implementations write some integers as doubles: these count while they are exact. */
  private static @Nullable Long signed(Object stored) {
    if (stored instanceof Double number) {
      long integer = number.longValue();
      return Math.abs(number) <= DOUBLE_EXACT_MAX && integer == number ? integer : null;
    }
    if (stored instanceof Uint64 unsigned && unsigned.bits() >= 0) {
      return unsigned.bits();
    }
    return stored instanceof Long number ? number : null;
  }

  private static @Nullable Object unsigned(Object stored) {
    if (stored instanceof Uint64) {
      return stored;
    }
    Long number = signed(stored);
    return number != null && number >= 0 ? new Uint64(number) : null;
  }

  /** JavaScript writes 3.0 as the integer 3: integers count as numbers while they are exact. */
  private static @Nullable Object wide(Object stored) {
    if (stored instanceof Double) {
      return stored;
    }
    if (stored instanceof Float number) {
      return number.doubleValue();
    }
    Long integer = signed(stored);
    if (integer == null) {
      return null;
    }
    double number = integer;
    return (long) number == integer && integer != Long.MAX_VALUE ? number : null;
  }

  /** Rounded; null when a finite number is beyond the range. */
  private static @Nullable Object single(Object stored) {
    if (!(wide(stored) instanceof Double number)) {
      return null;
    }
    float single = number.floatValue();
    return Float.isInfinite(single) && !number.isInfinite() ? null : single;
  }

  private static @Nullable Object instant(Object stored) {
    return stored instanceof Instant ? stored : null;
  }

  /** Documents hold milliseconds: what is finer would differ for ever from what was stored. */
  private static Object millis(Object value) {
    return ((Instant) value).truncatedTo(ChronoUnit.MILLIS);
  }
}

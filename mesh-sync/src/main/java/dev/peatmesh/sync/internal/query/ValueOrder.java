package dev.peatmesh.sync.internal.query;

import dev.peatmesh.sync.Bytes;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.Uint64;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The total order over all values of documents: kind by kind, as {@link dev.peatmesh.sync.Filter}
 * lists them, and within a kind by value. Pure.
 */
final class ValueOrder implements Comparator<@Nullable Object> {
  static final ValueOrder INSTANCE = new ValueOrder();

  /** Stands for the value at a path that leads nowhere; before every value. */
  static final Object ABSENT = new Mark("absent");

  /** After every value; no value itself. */
  static final Object END = new Mark("end");

  private static final List<Kind> KINDS = List.of(Kind.values());

  /** Up to here a {@code double} holds every integer, so that conversion loses nothing. */
  private static final long EXACT_MAX = 1L << 53;

  /** What compares with each other. */
  enum Kind {
    ABSENT,
    NULL,
    BOOLEAN,
    NAN,
    NUMBER,
    INSTANT,
    STRING,
    BYTES,
    LIST,
    MAP,
    END
  }

  private record Mark(String name) {}

  private ValueOrder() {}

  static Kind kind(@Nullable Object value) {
    if (value == null) {
      return Kind.NULL;
    }
    if (value instanceof String || value instanceof Text) {
      return Kind.STRING;
    }
    if (value instanceof Double number) {
      return number.isNaN() ? Kind.NAN : Kind.NUMBER;
    }
    if (value instanceof Long || value instanceof Uint64 || value instanceof Counter) {
      return Kind.NUMBER;
    }
    if (value instanceof Boolean) {
      return Kind.BOOLEAN;
    }
    if (value instanceof Instant) {
      return Kind.INSTANT;
    }
    if (value instanceof Bytes) {
      return Kind.BYTES;
    }
    if (value instanceof List) {
      return Kind.LIST;
    }
    if (value instanceof Map) {
      return Kind.MAP;
    }
    if (value instanceof Mark) {
      return value.equals(ABSENT) ? Kind.ABSENT : Kind.END;
    }
    throw new AssertionError("unhandled " + value.getClass());
  }

  /** The least value of the kind. */
  static @Nullable Object least(Kind kind) {
    return switch (kind) {
      case ABSENT -> ABSENT;
      case NULL -> null;
      case BOOLEAN -> false;
      case NAN -> Double.NaN;
      case NUMBER -> Double.NEGATIVE_INFINITY;
      case INSTANT -> Instant.MIN;
      case STRING -> "";
      case BYTES -> Bytes.of();
      case LIST -> List.of();
      case MAP -> Map.of();
      case END -> END;
    };
  }

  /** The least value of the kind that comes after this one. */
  static @Nullable Object leastAfter(Kind kind) {
    return least(KINDS.get(KINDS.indexOf(kind) + 1));
  }

  @Override
  public int compare(@Nullable Object left, @Nullable Object right) {
    Kind kind = kind(left);
    int byKind = kind.compareTo(kind(right));
    return byKind != 0 || left == null || right == null ? byKind : within(kind, left, right);
  }

  private int within(Kind kind, Object left, Object right) {
    return switch (kind) {
      case BOOLEAN -> Boolean.compare((Boolean) left, (Boolean) right);
      case NUMBER -> numbers(left, right);
      case INSTANT -> ((Instant) left).compareTo((Instant) right);
      case STRING -> left.toString().compareTo(right.toString());
      case BYTES -> bytes((Bytes) left, (Bytes) right);
      case LIST -> lists((List<?>) left, (List<?>) right);
      case MAP -> maps((Map<?, ?>) left, (Map<?, ?>) right);
      case ABSENT, NULL, NAN, END -> 0; // Kinds of one value.
    };
  }

  private static int numbers(Object left, Object right) {
    if (left instanceof Double a) {
      return right instanceof Double b ? doubles(a, b) : -integerWithDouble(right, a);
    }
    if (right instanceof Double b) {
      return integerWithDouble(left, b);
    }
    boolean leftBig = isBeyondLong(left);
    boolean rightBig = isBeyondLong(right);
    if (leftBig != rightBig) {
      return leftBig ? 1 : -1;
    }
    // Beyond 2^63 both read negative by the same amount: their order stays.
    return Long.compare(bits(left), bits(right));
  }

  private static int doubles(double left, double right) {
    return Double.compare(left + 0.0, right + 0.0); // -0.0 + 0.0 is 0.0
  }

  private static int integerWithDouble(Object integer, double number) {
    long bits = bits(integer);
    boolean small = !isBeyondLong(integer) && bits <= EXACT_MAX && bits >= -EXACT_MAX;
    if (small || Double.isInfinite(number)) {
      return doubles((double) bits, number);
    }
    BigInteger exact =
        isBeyondLong(integer)
            ? new BigInteger(Long.toUnsignedString(bits))
            : BigInteger.valueOf(bits);
    return new BigDecimal(exact).compareTo(new BigDecimal(number));
  }

  private static boolean isBeyondLong(Object integer) {
    return integer instanceof Uint64 unsigned && unsigned.bits() < 0;
  }

  private static long bits(Object integer) {
    if (integer instanceof Counter counter) {
      return counter.value();
    }
    return integer instanceof Uint64 unsigned ? unsigned.bits() : (Long) integer;
  }

  private static int bytes(Bytes left, Bytes right) {
    return Arrays.compareUnsigned(left.toArray(), right.toArray());
  }

  private int lists(List<?> left, List<?> right) {
    Iterator<?> a = left.iterator();
    Iterator<?> b = right.iterator();
    while (a.hasNext() && b.hasNext()) {
      int order = compare(a.next(), b.next());
      if (order != 0) {
        return order;
      }
    }
    return Boolean.compare(a.hasNext(), b.hasNext());
  }

  private int maps(Map<?, ?> left, Map<?, ?> right) {
    Iterator<? extends Entry<?, ?>> a = new TreeMap<>(left).entrySet().iterator();
    Iterator<? extends Entry<?, ?>> b = new TreeMap<>(right).entrySet().iterator();
    while (a.hasNext() && b.hasNext()) {
      Entry<?, ?> x = a.next();
      Entry<?, ?> y = b.next();
      int order = x.getKey().toString().compareTo(y.getKey().toString());
      if (order == 0) {
        order = compare(x.getValue(), y.getValue());
      }
      if (order != 0) {
        return order;
      }
    }
    return Boolean.compare(a.hasNext(), b.hasNext());
  }
}

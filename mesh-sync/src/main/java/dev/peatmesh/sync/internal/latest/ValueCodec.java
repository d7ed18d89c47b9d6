package dev.peatmesh.sync.internal.latest;

import dev.peatmesh.sync.Bytes;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.Uint64;
import dev.peatmesh.sync.internal.guard.ByteCursor;
import dev.peatmesh.sync.internal.guard.GuardException;
import dev.peatmesh.sync.internal.value.Values;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values as bytes: a type, then what it says. Numbers in the shortest LEB128, keys in ascending
 * order, so that there is one spelling of each value.
 */
final class ValueCodec {
  static final int NULL = 0;
  static final int FALSE = 1;
  static final int TRUE = 2;
  static final int LONG = 3;
  static final int UINT64 = 4;
  static final int DOUBLE = 5;
  static final int STRING = 6;
  static final int BYTES = 7;
  static final int COUNTER = 8;
  static final int INSTANT = 9;
  static final int TEXT = 10;
  static final int LIST = 11;
  static final int MAP = 12;

  private ValueCodec() {}

  static void write(@Nullable Object value, StateWriter to) {
    if (value == null) {
      to.u8(NULL);
    } else if (value instanceof String string) {
      to.u8(STRING).text(string);
    } else if (value instanceof Long number) {
      to.u8(LONG).signed(number);
    } else if (value instanceof Double number) {
      // All NaN are one: Double.equals says so, and another bit pattern would be another value.
      to.u8(DOUBLE).fixed64(Double.doubleToLongBits(number));
    } else if (value instanceof Boolean bool) {
      to.u8(bool ? TRUE : FALSE);
    } else if (value instanceof Map<?, ?> map) {
      to.u8(MAP).unsigned(map.size());
      map.forEach(
          (key, item) -> {
            to.text((String) key);
            write(item, to);
          });
    } else if (value instanceof List<?> list) {
      to.u8(LIST).unsigned(list.size());
      list.forEach(item -> write(item, to));
    } else {
      writeRare(value, to);
    }
  }

  private static void writeRare(Object value, StateWriter to) {
    if (value instanceof Instant instant) {
      to.u8(INSTANT).signed(instant.toEpochMilli());
    } else if (value instanceof Text text) {
      to.u8(TEXT).text(text.value());
    } else if (value instanceof DraftText text) {
      to.u8(TEXT).text(text.value());
    } else if (value instanceof Bytes bytes) {
      to.u8(BYTES).sized(bytes.toArray());
    } else if (value instanceof Counter counter) {
      to.u8(COUNTER).signed(counter.value());
    } else if (value instanceof Uint64 number) {
      to.u8(UINT64).unsigned(number.bits());
    } else {
      throw new AssertionError("unhandled " + value.getClass());
    }
  }

  /** Steps over one value; takes no memory. */
  static void check(ByteCursor from) {
    check(from, 1);
  }

  private static void check(ByteCursor from, int depth) {
    int type = from.unsignedByte();
    switch (type) {
      case NULL, FALSE, TRUE -> {}
      case LONG, COUNTER -> from.signedLeb();
      case UINT64 -> from.unsignedLeb64();
      case DOUBLE -> checkDouble(from);
      case INSTANT -> from.signedLeb();
      case STRING -> from.skipUtf8(from.length());
      case BYTES -> from.skip(from.length());
      case TEXT -> {
        checkDepth(depth);
        from.skipUtf8(from.length());
      }
      case LIST -> {
        checkDepth(depth);
        int count = from.count(Integer.MAX_VALUE, 1, "more elements than bytes");
        for (int i = 0; i < count; i++) {
          check(from, depth + 1);
        }
      }
      case MAP -> {
        checkDepth(depth);
        checkMap(from, depth);
      }
      default -> throw new GuardException("unknown value type");
    }
  }

  private static void checkMap(ByteCursor from, int depth) {
    int count = from.count(Integer.MAX_VALUE, 3, "more keys than bytes");
    String before = "";
    for (int i = 0; i < count; i++) {
      String key = readText(from);
      checkKey(key);
      // The empty key is none, so that it comes before the first one.
      if (key.compareTo(before) <= 0) {
        throw new GuardException("keys not ascending");
      }
      check(from, depth + 1);
      before = key;
    }
  }

  /** What the editors of this version write, and no more. */
  static void checkKey(String key) {
    if (!Values.isWritableKey(key) || Values.isReserved(key)) {
      throw new GuardException("key that cannot be written");
    }
  }

  private static void checkDouble(ByteCursor from) {
    long bits = fixed64(from);
    if (Double.doubleToLongBits(Double.longBitsToDouble(bits)) != bits) {
      throw new GuardException("NaN in another spelling");
    }
  }

  private static void checkDepth(int depth) {
    if (depth > Values.DEPTH_MAX) {
      throw new GuardException("nested too deep");
    }
  }

  /** An immutable value of bytes that were checked. */
  static @Nullable Object read(ByteCursor from) {
    int type = from.unsignedByte();
    return switch (type) {
      case NULL -> null;
      case FALSE, TRUE -> type == TRUE;
      case LONG -> from.signedLeb();
      case UINT64 -> new Uint64(from.unsignedLeb64());
      case DOUBLE -> Double.longBitsToDouble(fixed64(from));
      case STRING -> readText(from);
      case BYTES -> Bytes.of(readBytes(from));
      case COUNTER -> new Counter(from.signedLeb());
      case INSTANT -> Instant.ofEpochMilli(from.signedLeb());
      case TEXT -> new Text(readText(from));
      case LIST -> readList(from);
      case MAP -> readMap(from);
      default -> throw new AssertionError("unchecked value type " + type);
    };
  }

  static String readText(ByteCursor from) {
    int length = from.length();
    return new String(from.array(), from.skipUtf8(length), length, StandardCharsets.UTF_8);
  }

  private static byte[] readBytes(ByteCursor from) {
    byte[] bytes = new byte[from.length()];
    System.arraycopy(from.array(), from.skip(bytes.length), bytes, 0, bytes.length);
    return bytes;
  }

  private static List<@Nullable Object> readList(ByteCursor from) {
    int count = (int) from.unsignedLeb();
    List<@Nullable Object> list = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      list.add(read(from));
    }
    return Collections.unmodifiableList(list);
  }

  private static Map<String, @Nullable Object> readMap(ByteCursor from) {
    int count = (int) from.unsignedLeb();
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      String key = readText(from);
      map.put(key, read(from));
    }
    return Collections.unmodifiableMap(map);
  }

  static long fixed64(ByteCursor from) {
    long bits = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      bits = bits << Byte.SIZE | from.unsignedByte();
    }
    return bits;
  }
}

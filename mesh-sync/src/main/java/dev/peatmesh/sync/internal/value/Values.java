package dev.peatmesh.sync.internal.value;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.Bytes;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.Uint64;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.DocumentGuard;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What may be stored. Turns a caller's value into a private copy of the few types that the core
 * knows, or refuses it as a whole, before anything is written.
 */
public final class Values {
  /** What peers accept: maps, lists and texts inside each other, the document not counted. */
  public static final int DEPTH_MAX = DocumentGuard.NESTING_MAX;

  private Values() {}

  /**
   * A copy made of null, Boolean, Long, Double, String, Bytes, Instant, Counter, Text, Uint64,
   * TreeMap and ArrayList only. Maps are sorted: the order of {@code Map.of} differs from process
   * to process, and equal edits shall give equal bytes.
   */
  public static @Nullable Object normal(@Nullable Object value, Place place) {
    if (value == null
        || value instanceof Boolean
        || value instanceof Long
        || value instanceof Double
        || value instanceof Counter
        || value instanceof Uint64) {
      return value;
    }
    if (value instanceof String string) {
      return text(string, place);
    }
    if (value instanceof Text text) {
      checkDepth(place);
      text(text.value(), place);
      return text;
    }
    if (value instanceof Map<?, ?> map) {
      return map(map, place);
    }
    if (value instanceof List<?> list) {
      return list(list, place);
    }
    return rareScalar(value, place);
  }

  private static Object rareScalar(Object value, Place place) {
    if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    if (value instanceof Float number) {
      return number.doubleValue();
    }
    if (value instanceof byte[] bytes) {
      return bytes(Bytes.of(bytes), place);
    }
    if (value instanceof Bytes bytes) {
      return bytes(bytes, place);
    }
    if (value instanceof Instant instant) {
      return instant(instant, place);
    }
    throw new MeshException.Refused(
        place
            + ": a "
            + value.getClass().getName()
            + " cannot be stored. Use null, Boolean, Long, Double, String, byte[], Instant,"
            + " Counter, Text, Uint64, Map or List.");
  }

  /** The same sorted copy of a map, for the place where it will stand. */
  public static Map<String, @Nullable Object> map(Map<?, ?> map, Place place) {
    checkDepth(place);
    Map<String, @Nullable Object> copy = new TreeMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String key)) {
        throw new MeshException.Refused(
            place + ": has a key that is not a String: " + entry.getKey() + ". Make it one.");
      }
      key(key, place);
      copy.put(key, normal(entry.getValue(), place.key(key)));
    }
    return copy;
  }

  private static List<@Nullable Object> list(List<?> list, Place place) {
    checkDepth(place);
    List<@Nullable Object> copy = new ArrayList<>(list.size());
    int index = 0;
    for (Object element : list) {
      copy.add(normal(element, place.index(index++)));
    }
    return copy;
  }

  /** Checks a key that is to be written. */
  public static String key(String key, Place place) {
    checkReserved(key, place);
    if (!isWritableKey(key)) {
      throw new MeshException.Refused(
          place
              + ": the key \""
              + printable(key)
              + "\" cannot be stored: Automerge takes no empty key, no U+0000 and no character"
              + " beyond U+FFFF in it. Use another, or put the name into the value.");
    }
    return key;
  }

  /** Refuses the keys by which a document says of itself that it is deleted, or expires. */
  public static void checkReserved(String key, Place place) {
    if (key.equals(ChangeChunk.DELETED_KEY)) {
      throw new MeshException.Refused(
          place + ": the key " + key + " is reserved: it marks a deleted document. Use another.");
    }
    if (key.equals(ChangeChunk.EXPIRES_KEY)) {
      throw new MeshException.Refused(
          place
              + ": the key "
              + key
              + " is reserved: it says when a document expires. Use another,"
              + " or the collection's time to live.");
    }
  }

  /** Whether the key is one by which a document speaks of itself. */
  public static boolean isReserved(String key) {
    return key.equals(ChangeChunk.DELETED_KEY) || key.equals(ChangeChunk.EXPIRES_KEY);
  }

  /** Whether the core's Java binding can take the key at all; it can read every key. */
  public static boolean isWritableKey(String key) {
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      // The binding reads keys as UTF-8, but gets Java's modified UTF-8, which differs in these.
      if (c == 0 || Character.isSurrogate(c)) {
        return false;
      }
    }
    return !key.isEmpty();
  }

  /** Checks a string that is to be written: half a surrogate pair would be altered in silence. */
  public static String text(String string, Place place) {
    int codePoint;
    for (int i = 0; i < string.length(); i += Character.charCount(codePoint)) {
      codePoint = string.codePointAt(i);
      // Whole pairs come as code points beyond these.
      if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
        throw new MeshException.Refused(
            place
                + ": the string has half a surrogate pair at index "
                + i
                + ", which no UTF-8 can hold. Cut strings between code points, or use byte[].");
      }
    }
    return string;
  }

  private static Bytes bytes(Bytes bytes, Place place) {
    if (IntegerMark.read(bytes.asByteBuffer()) != null) {
      throw new MeshException.Refused(
          place + ": these bytes begin with a mark that is reserved. Add a byte before them.");
    }
    return bytes;
  }

  private static Instant instant(Instant instant, Place place) {
    try {
      return Instant.ofEpochMilli(instant.toEpochMilli());
    } catch (ArithmeticException beyond) {
      throw new MeshException.Refused(
          place
              + ": "
              + instant
              + " does not fit into 64 bits of milliseconds. Use a nearer one, or a String.",
          beyond);
    }
  }

  /** Refuses a map, list or text that is nested too deep. */
  public static void checkDepth(Place place) {
    if (place.depth() > DEPTH_MAX) {
      // Not the place itself: it would be a screen long.
      throw new MeshException.Refused(
          "document: maps, lists and texts are nested deeper than "
              + DEPTH_MAX
              + ". Flatten them, or look for a cycle.");
    }
  }

  private static String printable(String key) {
    return key.replace("\0", "\\0");
  }
}

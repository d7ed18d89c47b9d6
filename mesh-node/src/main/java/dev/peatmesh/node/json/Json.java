package dev.peatmesh.node.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.peatmesh.sync.Bytes;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.Uint64;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes JSON (RFC 8259) as documents hold it. Thread-safe, without state.
 *
 * <p>Reading: an integer becomes a {@code Long}, any other number a {@code Double}. Refused: text
 * after the value, a key twice in one object, an integer beyond 64 bits, a number beyond the range
 * of a double, nesting deeper than {@value #DEPTH_MAX}.
 *
 * <p>Writing loses what JSON has no word for: a counter is a number, a text a string, bytes are
 * base64, an instant is ISO 8601, NaN and the infinities are strings.
 */
public final class Json {
  /** The deepest nesting of objects and arrays that is read; documents go no deeper either. */
  public static final int DEPTH_MAX = 100;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
          .build();

  private Json() {}

  /**
   * Reads one object.
   *
   * @throws IllegalArgumentException when the text is something else; says what and where
   */
  public static Map<String, @Nullable Object> object(String text) {
    if (read(text) instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> object = new LinkedHashMap<>();
      map.forEach((key, value) -> object.put((String) key, value));
      return Collections.unmodifiableMap(object);
    }
    throw new IllegalArgumentException(
        "JSON: is no object. A document is one, such as {\"milk\": 2}.");
  }

  /**
   * Reads one value.
   *
   * @throws IllegalArgumentException when the text is no JSON; says what and where
   */
  public static @Nullable Object read(String text) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new IllegalArgumentException("JSON: is missing. Write a value.");
      }
      Object value = value(parser, first);
      if (parser.nextToken() != null) {
        throw bad(parser, "something follows the value; one value is enough");
      }
      return value;
    } catch (StreamConstraintsException beyond) {
      throw new IllegalArgumentException(
          "JSON: is too large: at most " + DEPTH_MAX + " levels and 20 MB. Make it smaller.",
          beyond);
    } catch (JsonProcessingException malformed) {
      throw new IllegalArgumentException(
          "JSON: cannot be read: " + malformed.getOriginalMessage() + place(malformed), malformed);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** Writes the value on one line. */
  public static String write(@Nullable Object value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(text)) {
      write(generator, value);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text.toString();
  }

  private static @Nullable Object value(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> objectBody(parser);
      case START_ARRAY -> arrayBody(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> integer(parser);
      case VALUE_NUMBER_FLOAT -> fraction(parser);
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw bad(parser, "no value begins like this");
    };
  }

  private static Map<String, @Nullable Object> objectBody(JsonParser parser) throws IOException {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      object.put(key, value(parser, parser.nextToken()));
    }
    return Collections.unmodifiableMap(object);
  }

  private static List<@Nullable Object> arrayBody(JsonParser parser) throws IOException {
    List<@Nullable Object> array = new ArrayList<>();
    for (JsonToken next = parser.nextToken();
        next != JsonToken.END_ARRAY;
        next = parser.nextToken()) {
      array.add(value(parser, next));
    }
    return Collections.unmodifiableList(array);
  }

  private static long integer(JsonParser parser) throws IOException {
    if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw bad(parser, "the integer is beyond 64 bits; write it as a string");
    }
    return parser.getLongValue();
  }

  private static double fraction(JsonParser parser) throws IOException {
    double number = parser.getDoubleValue();
    if (Double.isInfinite(number)) {
      throw bad(parser, "the number is beyond the range of a double; write it as a string");
    }
    return number;
  }

  private static void write(JsonGenerator generator, @Nullable Object value) throws IOException {
    if (value instanceof Map<?, ?> map) {
      generator.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        generator.writeFieldName(String.valueOf(entry.getKey()));
        write(generator, entry.getValue());
      }
      generator.writeEndObject();
    } else if (value instanceof Iterable<?> values) {
      generator.writeStartArray();
      for (Object element : values) {
        write(generator, element);
      }
      generator.writeEndArray();
    } else {
      writeScalar(generator, value);
    }
  }

  private static void writeScalar(JsonGenerator generator, @Nullable Object value)
      throws IOException {
    if (value == null) {
      generator.writeNull();
    } else if (value instanceof Boolean bool) {
      generator.writeBoolean(bool);
    } else if (value instanceof Long || value instanceof Integer) {
      generator.writeNumber(((Number) value).longValue());
    } else if (value instanceof Number number) {
      generator.writeNumber(number.doubleValue());
    } else if (value instanceof Counter counter) {
      generator.writeNumber(counter.value());
    } else if (value instanceof Uint64 number) {
      generator.writeNumber(new BigInteger(number.toString()));
    } else if (value instanceof Bytes bytes) {
      generator.writeString(Base64.getEncoder().encodeToString(bytes.toArray()));
    } else {
      generator.writeString(value.toString());
    }
  }

  private static String place(JsonProcessingException malformed) {
    return malformed.getLocation() == null
        ? ""
        : ", at character " + malformed.getLocation().getColumnNr();
  }

  private static IllegalArgumentException bad(JsonParser parser, String problem) {
    return new IllegalArgumentException(
        "JSON: cannot be read: "
            + problem
            + ", at character "
            + parser.currentTokenLocation().getColumnNr());
  }
}

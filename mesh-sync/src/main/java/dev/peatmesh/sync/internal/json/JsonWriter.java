package dev.peatmesh.sync.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.peatmesh.sync.Bytes;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.Uint64;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes one document as JSON. */
public final class JsonWriter {
  private static final JsonFactory FACTORY = new JsonFactory();

  /** Deeper is a cycle, or no document. */
  private static final int DEPTH_MAX = 256;

  private final JsonGenerator out;

  private JsonWriter(JsonGenerator out) {
    this.out = out;
  }

  /** The JSON of the document. */
  public static String write(Map<String, ?> document) {
    StringWriter json = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(json)) {
      new JsonWriter(generator).map(document, JsonPath.ROOT);
    } catch (IOException impossible) {
      throw new UncheckedIOException("a string cannot fail to be written", impossible);
    }
    return json.toString();
  }

  private void value(@Nullable Object value, JsonPath path) throws IOException {
    if (value == null) {
      out.writeNull();
    } else if (value instanceof String string) {
      out.writeString(string);
    } else if (value instanceof Boolean bool) {
      out.writeBoolean(bool);
    } else if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      out.writeNumber(((Number) value).longValue());
    } else if (value instanceof Double || value instanceof Float) {
      number(((Number) value).doubleValue());
    } else if (value instanceof Map<?, ?> map) {
      map(map, path);
    } else if (value instanceof List<?> list) {
      list(list, path);
    } else {
      tagged(value, path);
    }
  }

  private void number(double number) throws IOException {
    if (Double.isFinite(number)) {
      // Always with a point: 1.0, 1.0E10. So it is never mistaken for an integer.
      out.writeNumber(Double.toString(number));
    } else {
      tagged(Tags.DOUBLE, Double.toString(number));
    }
  }

  private void tagged(Object value, JsonPath path) throws IOException {
    if (value instanceof Text text) {
      tagged(Tags.TEXT, text.value());
    } else if (value instanceof Instant instant) {
      tagged(Tags.TIMESTAMP, instant.toString());
    } else if (value instanceof Bytes bytes) {
      tagged(Tags.BYTES, Base64.getEncoder().encodeToString(bytes.toArray()));
    } else if (value instanceof byte[] bytes) {
      tagged(Tags.BYTES, Base64.getEncoder().encodeToString(bytes));
    } else if (value instanceof Uint64 number) {
      tagged(Tags.UINT64, number.toString());
    } else if (value instanceof Counter counter) {
      out.writeStartObject();
      out.writeNumberField(Tags.COUNTER, counter.value());
      out.writeEndObject();
    } else {
      throw path.refused(
          "a "
              + value.getClass().getName()
              + " is no value of a document. Use null, Boolean, Long, Double, String, Bytes,"
              + " Instant, Counter, Text, Uint64, Map or List.");
    }
  }

  private void tagged(String tag, String value) throws IOException {
    out.writeStartObject();
    out.writeStringField(tag, value);
    out.writeEndObject();
  }

  private void map(Map<?, ?> map, JsonPath path) throws IOException {
    checkDepth(path);
    boolean ambiguous = Tags.isAmbiguous(map);
    if (ambiguous) {
      out.writeStartObject();
      out.writeFieldName(Tags.MAP);
    }
    out.writeStartObject();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String key)) {
        throw path.refused("has a key that is not a String: " + entry.getKey() + ". Make it one.");
      }
      out.writeFieldName(key);
      value(entry.getValue(), path.key(key));
    }
    out.writeEndObject();
    if (ambiguous) {
      out.writeEndObject();
    }
  }

  private void list(List<?> list, JsonPath path) throws IOException {
    checkDepth(path);
    out.writeStartArray();
    int index = 0;
    for (Object element : list) {
      value(element, path.index(index++));
    }
    out.writeEndArray();
  }

  private static void checkDepth(JsonPath path) {
    if (path.depth() > DEPTH_MAX) {
      throw JsonPath.ROOT.refused(
          "is nested deeper than " + DEPTH_MAX + ". Flatten it, or look for a cycle.");
    }
  }
}

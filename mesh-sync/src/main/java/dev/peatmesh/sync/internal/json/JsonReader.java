package dev.peatmesh.sync.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.peatmesh.runtime.MeshException;
import java.io.IOException;
import java.io.Reader;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one document from JSON, strictly and within limits: first the tree that the text shows,
 * then what its tags stand for.
 */
public final class JsonReader {
  private final JsonParser in;
  private final int depthMax;

  private JsonReader(JsonParser in, int depthMax) {
    this.in = in;
    this.depthMax = depthMax;
  }

  /**
   * Reads the one object that the reader holds.
   *
   * @param charactersMax how many characters are read at most
   * @param depthMax how deep maps, lists and texts may be nested, the document not counted
   * @throws MeshException.Refused when it is anything else
   */
  public static Map<String, @Nullable Object> read(Reader json, int charactersMax, int depthMax)
      throws IOException {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    // Tags and escapes are objects, too: the depth of the document is ours to
                    // count.
                    .maxNestingDepth(2 * depthMax + 8)
                    .maxDocumentLength(charactersMax)
                    .maxStringLength(charactersMax)
                    .maxNameLength(charactersMax)
                    .build())
            .build();
    try (JsonParser parser = factory.createParser(json)) {
      parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
      return new JsonReader(parser, depthMax).document();
    } catch (JsonProcessingException malformed) {
      throw refused(malformed);
    }
  }

  private Map<String, @Nullable Object> document() throws IOException {
    if (in.nextToken() != JsonToken.START_OBJECT) {
      throw JsonPath.ROOT.refused("is no object. A document is one: {\"key\": value, ...}.");
    }
    Map<String, @Nullable Object> tree = object(JsonPath.ROOT);
    if (in.nextToken() != null) {
      throw JsonPath.ROOT.refused("has something after its end. Give one object.");
    }
    return new Tags(depthMax).document(tree);
  }

  private @Nullable Object value(JsonPath path) throws IOException {
    return switch (in.currentToken()) {
      case START_OBJECT -> object(path);
      case START_ARRAY -> list(path);
      case VALUE_STRING -> string(in.getText(), path);
      case VALUE_NUMBER_INT -> integer(path);
      case VALUE_NUMBER_FLOAT -> number(path);
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw path.refused("is no value: " + in.currentToken() + ".");
    };
  }

  private Map<String, @Nullable Object> object(JsonPath path) throws IOException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String key = string(in.currentName(), path);
      if (map.containsKey(key)) {
        throw path.refused("has the key \"" + key + "\" twice. Remove one.");
      }
      in.nextToken();
      map.put(key, value(path.key(key)));
    }
    return map;
  }

  private List<@Nullable Object> list(JsonPath path) throws IOException {
    List<@Nullable Object> list = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      list.add(value(path.index(list.size())));
    }
    return list;
  }

  private Object integer(JsonPath path) throws IOException {
    try {
      return Long.valueOf(in.getText());
    } catch (NumberFormatException beyond) {
      throw path.refused(
          "is an integer beyond 64 bits. Use {\"$uint64\": \"...\"} up to 2^64 - 1, a string, or a"
              + " number with an exponent.",
          beyond);
    }
  }

  private Object number(JsonPath path) throws IOException {
    String digits = in.getText();
    double number = Double.parseDouble(digits);
    if (Double.isInfinite(number)) {
      throw path.refused("is beyond the range of a double. Use a string.");
    }
    if (number == 0 && new BigDecimal(digits).signum() != 0) {
      throw path.refused("is nearer to 0 than a double can say. Use 0.0, or a string.");
    }
    return number;
  }

  private static String string(String string, JsonPath path) {
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < string.length()
          && Character.isLowSurrogate(string.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw path.refused(
            "has half a surrogate pair, which no document can hold. Give both halves.");
      }
    }
    return string;
  }

  private static MeshException.Refused refused(JsonProcessingException malformed) {
    JsonLocation at = malformed.getLocation();
    String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
    // Without the library's own excerpt of the source, which may hold a secret.
    return new MeshException.Refused(
        "json" + where + ": " + malformed.getOriginalMessage() + ". Correct it.");
  }
}

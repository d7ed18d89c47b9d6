package dev.peatmesh.sync;

import dev.peatmesh.sync.internal.json.JsonReader;
import dev.peatmesh.sync.internal.json.JsonWriter;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Documents as JSON (RFC 8259) and back, without loss: what {@link #toJson} writes of a document,
 * {@link #fromJson} reads as an equal one.
 *
 * <p>What JSON has a word for is that word: null, booleans, strings, lists and maps; a {@code Long}
 * is a number without fraction and exponent, a {@code Double} one with either, so that 1 and 1.0
 * stay apart. Everything else is an object with one key:
 *
 * <pre>
 * {"$bytes": "AQID"}                       Bytes, in base64
 * {"$timestamp": "2026-01-31T12:00:00Z"}   Instant
 * {"$counter": 5}                          Counter
 * {"$text": "merges by character"}         Text
 * {"$uint64": "18446744073709551615"}      Uint64
 * {"$double": "NaN"}                       NaN, Infinity and -Infinity
 * {"$map": {"$bytes": "a string"}}         a map whose one key begins with $
 * </pre>
 *
 * <p>JSON that others wrote reads as the plain values it shows, as long as it has no object whose
 * one key begins with {@code $}. docs/sync/values-and-json.md has the whole model. No state.
 */
public final class DocumentJson {
  /** The most characters of JSON that are read. */
  public static final int CHARACTERS_MAX = 32 << 20;

  /** How deep maps, lists and texts may be nested in a document: the limit of documents. */
  public static final int DEPTH_MAX = 64;

  private DocumentJson() {}

  /**
   * The JSON of a document, without white space; keys in the order of the map.
   *
   * @throws dev.peatmesh.runtime.MeshException.Refused when it holds a value that no document may
   */
  public static String toJson(Map<String, ?> document) {
    return JsonWriter.write(document);
  }

  /**
   * Reads one JSON object. The result has the types that {@link DocumentCollection#get} gives, its
   * keys the order of the text; it is deeply unmodifiable.
   *
   * @throws dev.peatmesh.runtime.MeshException.Refused with the path or the line, when it is not
   *     JSON, is not one object, has a key twice, an integer beyond 64 bits or a number beyond the
   *     range of a double, half a surrogate pair, an unknown {@code $} key alone in an object, or
   *     breaks a limit
   */
  public static Map<String, @Nullable Object> fromJson(String json) {
    try {
      return fromJson(new StringReader(json));
    } catch (IOException impossible) {
      throw new UncheckedIOException("a string cannot fail to be read", impossible);
    }
  }

  /**
   * As {@link #fromJson(String)}, from a reader, which is read to its end and not closed.
   *
   * @throws IOException what the reader throws
   */
  public static Map<String, @Nullable Object> fromJson(Reader json) throws IOException {
    return JsonReader.read(json, CHARACTERS_MAX, DEPTH_MAX);
  }
}

package dev.peatmesh.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Leads from the root of a document to one value in it: a key for each map on the way, a decimal
 * index for each list. Immutable.
 *
 * <p>As text the segments stand with dots between: {@code crew.0.name}. A dot or a backslash inside
 * a key has a backslash before it: {@code sizes.1\.5}. Whether a number is an index or a key is
 * decided by what is there: in a list it is an index, in a map a key.
 *
 * @param segments 1 to {@value #SEGMENTS_MAX} keys and indexes, none empty, in all at most {@value
 *     #CHARS_MAX} characters
 */
public record FieldPath(List<String> segments) {
  /** The most segments of a path: as deep as a document may be nested. */
  public static final int SEGMENTS_MAX = 64;

  /** The most characters of all segments. */
  public static final int CHARS_MAX = 4_096;

  public FieldPath {
    segments = List.copyOf(segments);
    if (segments.isEmpty() || segments.size() > SEGMENTS_MAX) {
      throw new IllegalArgumentException(
          "path: has %d segments; 1 to %d are possible. Name a value within the document."
              .formatted(segments.size(), SEGMENTS_MAX));
    }
    if (segments.contains("")) {
      throw new IllegalArgumentException(
          "path(\"%s\"): has an empty segment; no key is empty. Put one dot between two segments."
              .formatted(text(segments)));
    }
    int chars = segments.stream().mapToInt(String::length).sum();
    if (chars > CHARS_MAX) {
      throw new IllegalArgumentException(
          "path: has %d characters; at most %d. Shorten it.".formatted(chars, CHARS_MAX));
    }
  }

  /** Takes segments as they are: nothing is escaped in them. */
  public static FieldPath of(String... segments) {
    return new FieldPath(List.of(segments));
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException when a segment is empty, or a backslash stands before anything
   *     but a dot or a backslash
   */
  public static FieldPath parse(String text) {
    if (text.length() > 2 * CHARS_MAX) {
      throw new IllegalArgumentException(
          "path: has %d characters; at most %d. Shorten it.".formatted(text.length(), CHARS_MAX));
    }
    List<String> segments = new ArrayList<>();
    StringBuilder segment = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
        segment.append(escaped(text, i));
      } else if (c == '.') {
        segments.add(segment.toString());
        segment.setLength(0);
      } else {
        segment.append(c);
      }
    }
    segments.add(segment.toString());
    return new FieldPath(segments);
  }

  private static char escaped(String text, int at) {
    if (at < text.length() && (text.charAt(at) == '.' || text.charAt(at) == '\\')) {
      return text.charAt(at);
    }
    throw new IllegalArgumentException(
        "path(\"%s\"): a backslash stands before neither a dot nor a backslash. Double it."
            .formatted(text));
  }

  /** The text form: {@link #parse} reads it. */
  @Override
  public String toString() {
    return text(segments);
  }

  private static String text(List<String> segments) {
    return segments.stream()
        .map(segment -> segment.replace("\\", "\\\\").replace(".", "\\."))
        .collect(Collectors.joining("."));
  }
}

package dev.peatmesh.node.console;

import dev.peatmesh.node.json.Json;
import dev.peatmesh.sync.DocumentKey;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The words of one line, from left to right. A word in double quotes is a JSON string. */
final class Words {
  private final String line;
  private int position;

  Words(String line) {
    this.line = line;
  }

  /** The next word. */
  String next(String what) {
    skipSpaces();
    if (position == line.length()) {
      throw new IllegalArgumentException(what + " is missing. Type help.");
    }
    int start = position;
    if (line.charAt(start) == '"') {
      return (String) quoted(start);
    }
    while (position < line.length() && !Character.isWhitespace(line.charAt(position))) {
      position++;
    }
    return line.substring(start, position);
  }

  DocumentKey key() {
    String collection = next("a collection");
    return new DocumentKey(collection, next("an id"));
  }

  /** The rest of the line, as a JSON object. */
  Map<String, @Nullable Object> object() {
    String rest = line.substring(position);
    position = line.length();
    return Json.object(rest);
  }

  /** The last word, as a number. */
  long number() {
    String word = next("a number");
    try {
      return last(Long.parseLong(word));
    } catch (NumberFormatException notANumber) {
      throw new IllegalArgumentException("the last word is no whole number of 64 bits", notANumber);
    }
  }

  /** Refuses words that nobody asked for, then gives the result back. */
  <T> T last(T result) {
    skipSpaces();
    if (position < line.length()) {
      throw new IllegalArgumentException("there are too many words. Type help.");
    }
    return result;
  }

  private Object quoted(int start) {
    for (position = start + 1; position < line.length(); position++) {
      if (line.charAt(position) == '\\') {
        position++;
      } else if (line.charAt(position) == '"') {
        position++;
        Object string = Json.read(line.substring(start, position));
        if (string != null) {
          return string;
        }
      }
    }
    throw new IllegalArgumentException("a closing quote is missing. Type help.");
  }

  private void skipSpaces() {
    while (position < line.length() && Character.isWhitespace(line.charAt(position))) {
      position++;
    }
  }
}

package dev.peatmesh.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;

/** What is asked of every text from outside, and how it may stand in a message. */
final class Text {
  private static final int QUOTED_MAX = 80;
  private static final int ENDPOINT_ID_DIGITS = 64;

  private Text() {}

  /** Whether the text has at most so many bytes of UTF-8, and no control character. */
  static boolean isPlain(String text, int bytesMax) {
    // Every char takes at least one byte: nothing long is encoded just to be measured.
    return text.length() <= bytesMax
        && text.codePoints().allMatch(Text::isPrintable)
        && text.getBytes(UTF_8).length <= bytesMax;
  }

  /** Whether this is a transport key rather than a name. */
  static boolean isEndpointId(String nodeId) {
    return nodeId.length() == ENDPOINT_ID_DIGITS && nodeId.chars().allMatch(Text::isHexDigit);
  }

  /** One spelling for each id: names as they are, keys in lower case. */
  static String canonicalNodeId(String nodeId) {
    return isEndpointId(nodeId) ? nodeId.toLowerCase(Locale.ROOT) : nodeId;
  }

  /** The value on one line, of bounded length. */
  static String quoted(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    value
        .codePoints()
        .limit(QUOTED_MAX)
        .forEach(c -> quoted.appendCodePoint(isPrintable(c) ? c : '\uFFFD'));
    return quoted
        .append(value.codePointCount(0, value.length()) > QUOTED_MAX ? "...\"" : "\"")
        .toString();
  }

  private static boolean isPrintable(int codePoint) {
    int type = Character.getType(codePoint);
    return type != Character.CONTROL
        && type != Character.LINE_SEPARATOR
        && type != Character.PARAGRAPH_SEPARATOR
        && type != Character.SURROGATE;
  }

  private static boolean isHexDigit(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }
}

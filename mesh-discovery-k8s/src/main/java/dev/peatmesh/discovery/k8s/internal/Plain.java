package dev.peatmesh.discovery.k8s.internal;

import org.jspecify.annotations.Nullable;

/** Text from outside, made fit to be kept and shown. */
public final class Plain {
  private Plain() {}

  /** On one line, without control characters, at most so many characters; empty for null. */
  public static String text(@Nullable String text, int charsMax) {
    if (text == null) {
      return "";
    }
    StringBuilder plain = new StringBuilder(Math.min(text.length(), charsMax));
    text.codePoints().limit(charsMax).forEach(c -> plain.appendCodePoint(isPrintable(c) ? c : ' '));
    return plain.toString().strip();
  }

  private static boolean isPrintable(int codePoint) {
    int type = Character.getType(codePoint);
    return type != Character.CONTROL
        && type != Character.FORMAT
        && type != Character.LINE_SEPARATOR
        && type != Character.PARAGRAPH_SEPARATOR
        && type != Character.SURROGATE;
  }
}

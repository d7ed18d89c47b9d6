package dev.peatmesh.node.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.Optional;

/** Reads lines and holds no more than one, of bounded length. */
final class LineReader {
  /** The longest line that is read, in UTF-16 units. */
  static final int LENGTH_MAX = 1 << 20;

  private final BufferedReader in;

  LineReader(Reader in) {
    this.in = new BufferedReader(in);
  }

  /** The next line without its end; empty at the end of the input. */
  Optional<Line> next() throws IOException {
    StringBuilder text = new StringBuilder();
    boolean tooLong = false;
    boolean any = false;
    for (int c = in.read(); c >= 0; c = in.read()) {
      any = true;
      if (c == '\n') {
        break;
      }
      if (text.length() < LENGTH_MAX) {
        text.append((char) c);
      } else {
        tooLong = true;
      }
    }
    return any ? Optional.of(new Line(text.toString().strip(), tooLong)) : Optional.empty();
  }

  /**
   * One line.
   *
   * @param text without white space at its ends
   * @param tooLong whether something was cut off
   */
  record Line(String text, boolean tooLong) {}
}

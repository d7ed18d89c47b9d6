package dev.peatmesh.internal.peers;

import dev.peatmesh.PeerError;
import dev.peatmesh.internal.transport.Refusal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.event.Level;

/** The handling of one input: its time, and the effects gathered so far. */
final class Turn {
  private final Moment now;
  private final List<Effect> effects = new ArrayList<>();

  Turn(Moment now) {
    this.now = now;
  }

  Moment now() {
    return now;
  }

  long nanos() {
    return now.nanos();
  }

  void add(Effect effect) {
    effects.add(effect);
  }

  /** Adds a line for the log; the fields are keys and values in turn. */
  void report(Level level, String text, Object... keysAndValues) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      Object value = keysAndValues[i + 1];
      fields.put((String) keysAndValues[i], value instanceof String s ? oneLine(s) : value);
    }
    effects.add(new Effect.Report(level, text, Collections.unmodifiableMap(fields)));
  }

  /** The refusal as it is shown. */
  PeerError error(Refusal refusal) {
    return new PeerError(refusal.reason(), oneLine(refusal.detail()), now.wall(), refusal.remote());
  }

  List<Effect> effects() {
    return effects;
  }

  /** The other side may have chosen the text: it must not forge lines of the log. */
  private static String oneLine(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.isISOControl(c) ? '\uFFFD' : c)
        .forEach(line::appendCodePoint);
    return line.toString();
  }
}

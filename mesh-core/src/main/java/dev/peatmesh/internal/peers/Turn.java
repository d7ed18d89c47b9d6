package dev.peatmesh.internal.peers;

import java.util.ArrayList;
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
      fields.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    effects.add(new Effect.Report(level, text, fields));
  }

  List<Effect> effects() {
    return effects;
  }
}

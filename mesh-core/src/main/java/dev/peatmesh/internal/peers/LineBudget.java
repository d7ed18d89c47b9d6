package dev.peatmesh.internal.peers;

import java.time.Duration;
import java.util.Arrays;
import org.slf4j.event.Level;

/** Keeps what strangers can cause out of the log: at most so many lines in so much time. */
final class LineBudget {
  private static final int LINES_MAX = 10;
  private static final long PERIOD_NANOS = Duration.ofMinutes(1).toNanos();

  private long periodStartNanos;
  private int written;
  private int suppressed;

  /**
   * Adds the line if the budget has one left; it then says how many were left out before it.
   *
   * @see Turn#report
   */
  void report(Turn turn, Level level, String text, Object... keysAndValues) {
    if (written > 0 && turn.nanos() - periodStartNanos >= PERIOD_NANOS) {
      written = 0;
    }
    if (written == 0) {
      periodStartNanos = turn.nanos();
    }
    if (written >= LINES_MAX) {
      suppressed++;
      return;
    }
    written++;
    Object[] fields = Arrays.copyOf(keysAndValues, keysAndValues.length + 2);
    fields[keysAndValues.length] = "suppressed";
    fields[keysAndValues.length + 1] = suppressed;
    suppressed = 0;
    turn.report(level, text, fields);
  }
}

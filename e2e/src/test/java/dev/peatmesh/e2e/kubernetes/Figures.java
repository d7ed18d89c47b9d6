package dev.peatmesh.e2e.kubernetes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** How long something took, many times. */
final class Figures {
  private final String what;
  private final List<Long> nanos = new ArrayList<>();

  Figures(String what) {
    this.what = what;
  }

  void add(long tookNanos) {
    nanos.add(tookNanos);
  }

  /** So many percent of them took no longer. */
  Duration percentile(int percent) {
    List<Long> sorted = new ArrayList<>(nanos);
    Collections.sort(sorted);
    int rank = (int) Math.ceil(percent / 100.0 * sorted.size());
    return Duration.ofNanos(sorted.get(Math.max(0, rank - 1)));
  }

  /** One line for whoever reads the log of the tests. */
  void print() {
    System.out.printf(
        Locale.ROOT,
        "figure: %s: p50 %.1f ms, p99 %.1f ms, worst %.1f ms of %d%n",
        what,
        millis(50),
        millis(99),
        millis(100),
        nanos.size());
  }

  private double millis(int percent) {
    return percentile(percent).toNanos() / 1e6;
  }
}

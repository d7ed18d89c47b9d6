package dev.peatmesh.benchmarks;

import java.util.Locale;

/** What a figure counts, and which way is better. */
public enum Unit {
  /** Nanoseconds, shown as microseconds. */
  MICROS("us", 1e3, 1, false),
  /** Nanoseconds, shown as milliseconds. */
  MILLIS("ms", 1e6, 1, false),
  /** Events per second. */
  PER_SECOND("/s", 1, 0, true),
  /** Bytes, shown as mebibytes. */
  MEBIBYTES("MiB", 1 << 20, 1, false),
  /** Bytes. */
  BYTES("B", 1, 0, false);

  private final String sign;
  private final double divisor;
  private final int decimals;
  private final boolean moreIsBetter;

  Unit(String sign, double divisor, int decimals, boolean moreIsBetter) {
    this.sign = sign;
    this.divisor = divisor;
    this.decimals = decimals;
    this.moreIsBetter = moreIsBetter;
  }

  /** The median, and the range in brackets. */
  String format(Figures figures) {
    return "%s %s (%s-%s)"
        .formatted(number(figures.median()), sign, number(figures.min()), number(figures.max()));
  }

  /** How many times worse than the floor; 1 is as good. */
  double ratio(double product, double floor) {
    return moreIsBetter ? floor / product : product / floor;
  }

  private String number(double value) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value / divisor);
  }
}

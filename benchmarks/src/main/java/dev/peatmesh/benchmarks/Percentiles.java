package dev.peatmesh.benchmarks;

import java.util.Arrays;
import java.util.List;

/**
 * Where the samples of one round lie, in nanoseconds.
 *
 * @param p50 half of them took no longer
 * @param p99 one in a hundred took longer
 */
public record Percentiles(double p50, double p99) {
  /** Of at least one sample. */
  public static Percentiles of(long[] nanos) {
    if (nanos.length == 0) {
      throw new IllegalArgumentException("percentiles of no samples");
    }
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Percentiles(at(sorted, 0.50), at(sorted, 0.99));
  }

  /** For round trips that stand for two ways. */
  public Percentiles halved() {
    return new Percentiles(p50 / 2, p99 / 2);
  }

  /** One line; {@link #parse} reads it. */
  public String format() {
    return p50 + " " + p99;
  }

  /** Reads what {@link #format} wrote. */
  public static Percentiles parse(String line) {
    List<String> words = List.of(line.split(" ", -1));
    return new Percentiles(Double.parseDouble(words.get(0)), Double.parseDouble(words.get(1)));
  }

  /** The nearest rank: a sample that was there, never one between two. */
  private static double at(long[] sorted, double share) {
    return sorted[(int) Math.ceil(share * sorted.length) - 1];
  }
}

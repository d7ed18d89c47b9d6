package dev.peatmesh.discovery;

import java.util.Random;
import java.util.stream.LongStream;

/**
 * Tries a property with many random inputs, the same ones on every machine. A failure names its
 * seed; {@code -Dmesh.seed=N} runs that trial alone.
 */
final class Trials {
  /** Spreads neighbouring seeds: the first numbers that Random draws from them are alike. */
  private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

  private Trials() {}

  /** Runs the property so many times. */
  static void run(int count, Property property) {
    String wanted = System.getProperty("mesh.seed", "").strip();
    LongStream seeds =
        wanted.isEmpty() ? LongStream.rangeClosed(1, count) : LongStream.of(Long.parseLong(wanted));
    seeds.forEach(seed -> run(seed, property));
  }

  private static void run(long seed, Property property) {
    try {
      property.holds(new Random(seed * SPREAD));
    } catch (Exception | AssertionError failure) {
      throw new AssertionError("replay with -Dmesh.seed=" + seed + ": " + failure, failure);
    }
  }

  /** What must hold for every input; all of the input is drawn from the random numbers. */
  @FunctionalInterface
  interface Property {
    void holds(Random random) throws Exception;
  }
}

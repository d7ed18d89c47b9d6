package dev.peatmesh.testkit.internal;

import java.util.random.RandomGenerator;

/**
 * SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014).
 * Written out because the same seed must give the same run on every JDK. Not thread-safe.
 */
public final class SeededRandom implements RandomGenerator {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final double DOUBLE_UNIT = 0x1.0p-53;
  private static final int DOUBLE_SHIFT = 11;

  private long state;

  /** A stream that depends on the seed alone. */
  public SeededRandom(long seed) {
    state = seed;
  }

  /** A stream of its own for one purpose: what one part draws does not shift what others draw. */
  static SeededRandom of(long seed, String purpose) {
    long mixed = mix(seed + GOLDEN_GAMMA);
    for (int i = 0; i < purpose.length(); i++) {
      mixed = mix(mixed + GOLDEN_GAMMA + purpose.charAt(i));
    }
    return new SeededRandom(mixed);
  }

  @Override
  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  @Override
  public double nextDouble() {
    return (nextLong() >>> DOUBLE_SHIFT) * DOUBLE_UNIT;
  }

  /** Evenly from 0 to {@code bound} - 1; the bias of 2^-32 does not matter to a simulation. */
  @Override
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound(" + bound + "): is below 1. Give at least 1.");
    }
    return (int) (((nextLong() >>> 32) * bound) >>> 32);
  }

  /** True with the given probability. */
  public boolean chance(double probability) {
    return probability > 0 && nextDouble() < probability;
  }

  /** Evenly from 0 to {@code most}, inclusive. */
  public long upTo(long most) {
    return most == 0 ? 0 : Math.min(most, (long) (nextDouble() * (most + 1.0)));
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}

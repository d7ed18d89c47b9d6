package dev.peatmesh.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/** One figure taken in several rounds. Immutable; at least one round. */
public final class Figures {
  private final double[] rounds;

  private Figures(double[] rounds) {
    if (rounds.length == 0) {
      throw new IllegalArgumentException("figures of no rounds");
    }
    this.rounds = rounds;
  }

  /** In the order they were taken. */
  public static Figures of(List<Double> rounds) {
    return new Figures(rounds.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** The middle one; of an even number, the mean of the two in the middle. */
  public double median() {
    double[] sorted = rounds.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The least. */
  public double min() {
    return Arrays.stream(rounds).min().orElseThrow();
  }

  /** The greatest. */
  public double max() {
    return Arrays.stream(rounds).max().orElseThrow();
  }

  /** Round by round with another figure: what disturbed the machine then, disturbed both. */
  public Figures with(Figures other, DoubleBinaryOperator operator) {
    if (rounds.length != other.rounds.length) {
      throw new IllegalArgumentException(
          "figures of " + rounds.length + " rounds with figures of " + other.rounds.length);
    }
    double[] combined = new double[rounds.length];
    Arrays.setAll(combined, i -> operator.applyAsDouble(rounds[i], other.rounds[i]));
    return new Figures(combined);
  }
}

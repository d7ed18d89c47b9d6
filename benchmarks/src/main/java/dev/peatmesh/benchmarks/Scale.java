package dev.peatmesh.benchmarks;

import java.util.List;

/**
 * How much is measured.
 *
 * @param rounds how often everything is repeated
 * @param warmUpTrips round trips before the first round
 * @param trips round trips in one round
 * @param changes changes written in one round, in memory
 * @param durableChanges changes written in one round, with a data directory, by each writer
 * @param documents documents of the first synchronisation
 * @param flags of every child JVM
 */
record Scale(
    int rounds,
    int warmUpTrips,
    int trips,
    int changes,
    int durableChanges,
    int documents,
    List<String> flags) {

  /** For the table in the documentation: about ten minutes. */
  static final Scale FULL = new Scale(7, 20_000, 2_000, 16_000, 1_000, 10_000, List.of());

  /** Whether everything still runs: under a minute. The figures mean little. */
  static final Scale QUICK =
      // The optimising compiler and the collector's threads would only cost time.
      new Scale(1, 50, 100, 320, 20, 100, List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));

  /** Rounds below 0 are run and not counted: the first of all reads everything from the disk. */
  int firstRound() {
    return rounds > 1 ? -1 : 0;
  }
}

package dev.peatmesh.testkit;

import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.LongStream;

/**
 * Which seeds a simulated test runs with.
 *
 * <p>Without a word a test runs with the seeds {@value #FIRST}, 2, 3 and so on, the same on every
 * machine. {@code -Dmesh.seed=N} runs it with N alone: that is how a failure is replayed.
 */
public final class Seeds {
  /** The first seed of every series. */
  public static final long FIRST = 1;

  /** The system property that replaces the series by one seed; empty counts as unset. */
  public static final String PROPERTY = "mesh.seed";

  private static final int LINES_SHOWN = 60;

  private Seeds() {}

  /** The seeds to run with: {@code count} of the series, or the one that was asked for. */
  public static LongStream of(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count(" + count + "): is below 1. Run at least one.");
    }
    String wanted = System.getProperty(PROPERTY, "").strip();
    return wanted.isEmpty() ? LongStream.range(FIRST, FIRST + count) : LongStream.of(parse(wanted));
  }

  /**
   * Runs the test once per seed and stops at the first that fails.
   *
   * @throws SimulationFailure naming the seed, with the last lines of the {@link EventLog} that the
   *     failed run wrote
   */
  public static void forEachSeed(int count, SeededTest test) {
    of(count).forEach(seed -> run(seed, test));
  }

  /**
   * As {@link #forEachSeed}, on all processors at once. What a test shares between its runs must be
   * thread-safe. When a seed fails no other is begun, those that run already end, and of all that
   * failed the lowest is told.
   */
  public static void forEachSeedInParallel(int count, SeededTest test) {
    ConcurrentSkipListMap<Long, SimulationFailure> failures = new ConcurrentSkipListMap<>();
    of(count)
        .parallel()
        .filter(seed -> failures.isEmpty())
        .forEach(
            seed -> {
              try {
                run(seed, test);
              } catch (SimulationFailure failure) {
                // Thrown here it would leave runs behind: a parallel stream does not wait for them.
                failures.put(seed, failure);
              }
            });
    if (!failures.isEmpty()) {
      throw failures.firstEntry().getValue();
    }
  }

  /** How to run one seed again. */
  public static String replayHint(long seed) {
    return "seed=" + seed + "; replay with -D" + PROPERTY + "=" + seed;
  }

  private static void run(long seed, SeededTest test) {
    EventLog.forgetLatest();
    try {
      test.run(seed);
    } catch (Exception | AssertionError failure) {
      throw new SimulationFailure(seed, failure + lastLines(), failure);
    } finally {
      EventLog.forgetLatest();
    }
  }

  private static String lastLines() {
    return EventLog.latest()
        .map(
            log ->
                System.lineSeparator()
                    + "the last of "
                    + log.lines()
                    + " events:"
                    + System.lineSeparator()
                    + String.join(System.lineSeparator(), log.last(LINES_SHOWN)))
        .orElse("");
  }

  private static long parse(String wanted) {
    try {
      return Long.parseLong(wanted);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          PROPERTY
              + "("
              + wanted
              + "): is not a whole number of 64 bits. Give the number that the failure printed.",
          e);
    }
  }

  /** A test of one simulated run. */
  @FunctionalInterface
  public interface SeededTest {
    /** Runs once; everything random in it derives from the seed. */
    void run(long seed) throws Exception;
  }
}

package dev.peatmesh.testkit;

/**
 * A simulated run went wrong. The message names the seed that replays it; the cause says what
 * happened.
 */
public final class SimulationFailure extends AssertionError {
  private static final long serialVersionUID = 1;

  private final long seed;

  /** A failure of the run with the given seed. */
  public SimulationFailure(long seed, String what, Throwable cause) {
    super(what + System.lineSeparator() + Seeds.replayHint(seed), cause);
    this.seed = seed;
  }

  /** The seed that replays the run. */
  public long seed() {
    return seed;
  }
}

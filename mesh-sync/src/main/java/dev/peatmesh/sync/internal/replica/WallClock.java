package dev.peatmesh.sync.internal.replica;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/** The wall clock, which never runs backwards here: when it is set back, it stands. */
final class WallClock implements LongSupplier {
  private final InstantSource clock;
  private long last;

  WallClock(InstantSource clock) {
    this.clock = clock;
  }

  /** Milliseconds of the Unix epoch. */
  @Override
  public long getAsLong() {
    last = Math.max(last, clock.millis());
    return last;
  }
}

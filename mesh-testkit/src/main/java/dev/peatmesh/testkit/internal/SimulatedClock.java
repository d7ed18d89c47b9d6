package dev.peatmesh.testkit.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The wall clock of one machine: it moves with virtual time, may be wrong, and may jump. */
public final class SimulatedClock implements InstantSource {
  private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

  private final VirtualTime time;
  private final String host;
  private Duration skew = Duration.ZERO;

  SimulatedClock(VirtualTime time, String host) {
    this.time = time;
    this.host = host;
  }

  @Override
  public Instant instant() {
    return EPOCH.plusNanos(time.nowNanos()).plus(skew);
  }

  /** Moves the clock forward, or back when negative, as an operator or NTP does. */
  public void jump(Duration by) {
    skew = skew.plus(by);
    time.record(host + " clock " + by);
  }
}

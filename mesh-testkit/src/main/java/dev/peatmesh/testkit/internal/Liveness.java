package dev.peatmesh.testkit.internal;

/**
 * Ends one side of a connection when nothing arrived for the idle time.
 *
 * <p>Keep-alives cost nothing while nobody asks: the fate of those that would have come is drawn
 * when it matters, from the newest back to the first that got through. That is about one event per
 * side and idle time. Before the network changes, {@link #settle} draws them by the rules in force
 * until now.
 */
final class Liveness {
  private final SimulatedConnection connection;
  private final VirtualTime time;
  private final long idleNanos;
  private final long keepAliveNanos;
  private boolean started;
  private long startNanos;
  private long heardNanos;
  private long settledNanos;

  Liveness(SimulatedConnection connection, TransportSettings settings) {
    this.connection = connection;
    time = connection.host().time();
    idleNanos = settings.idleTimeout().toNanos();
    keepAliveNanos = settings.keepAlive().toNanos();
  }

  void start() {
    started = true;
    startNanos = time.nowNanos();
    heardNanos = startNanos;
    settledNanos = startNanos;
    watch();
  }

  void heard() {
    heardNanos = time.nowNanos();
  }

  /** Finds the last sign of life that came until now. */
  void settle() {
    if (!started || connection.ended()) {
      return;
    }
    long now = time.nowNanos();
    if (connection.peer().open()) {
      heardNanos = lastSign(now, Math.max(heardNanos, settledNanos));
    }
    settledNanos = now;
  }

  /** When the newest keep-alive after {@code since} got through, else what was heard before. */
  private long lastSign(long now, long since) {
    long latency = connection.wire().latency(connection.peer().host(), connection.host());
    long newest = now - Math.floorMod(now - startNanos - latency, keepAliveNanos);
    for (long sign = newest; sign > since; sign -= keepAliveNanos) {
      if (signPasses()) {
        return sign;
      }
    }
    return heardNanos;
  }

  /** Either the other side's keep-alive gets through, or ours does and its confirmation. */
  private boolean signPasses() {
    Wire wire = connection.wire();
    SimulatedHost here = connection.host();
    SimulatedHost there = connection.peer().host();
    return wire.wouldPass(there, here)
        || (wire.wouldPass(here, there) && wire.wouldPass(there, here));
  }

  private void watch() {
    long silentAtNanos = heardNanos + idleNanos;
    connection.host().device().scheduleWatch(silentAtNanos - time.nowNanos(), this::check);
  }

  private void check() {
    if (connection.ended()) {
      return;
    }
    settle();
    if (time.nowNanos() - heardNanos >= idleNanos) {
      connection.timedOut();
    } else {
      watch();
    }
  }
}

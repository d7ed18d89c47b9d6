package dev.peatmesh.internal.quic;

import dev.peatmesh.RefusalReason;
import java.util.EnumMap;
import java.util.Map;

/** Counts for {@link TransportStats}. Mesh loop only. */
final class Counters {
  private final Map<RefusalReason, Long> failures = new EnumMap<>(RefusalReason.class);
  private long dialled;
  private long accepted;
  private long framesIn;
  private long bytesIn;
  private long bytesOut;
  private long keepAlivesIn;
  private long keepAlivesOut;

  void opened(boolean byUs) {
    if (byUs) {
      dialled++;
    } else {
      accepted++;
    }
  }

  void failed(RefusalReason reason) {
    failures.merge(reason, 1L, Long::sum);
  }

  void frameIn(int bytes) {
    framesIn++;
    bytesIn += bytes;
  }

  void bytesOut(int bytes) {
    bytesOut += bytes;
  }

  void keepAliveIn() {
    keepAlivesIn++;
  }

  void keepAliveOut() {
    keepAlivesOut++;
  }

  TransportStats snapshot(int open, int handshaking) {
    return new TransportStats(
        open,
        handshaking,
        dialled,
        accepted,
        failures,
        framesIn,
        bytesIn,
        bytesOut,
        keepAlivesIn,
        keepAlivesOut);
  }
}

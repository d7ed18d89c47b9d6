package dev.peatmesh.internal.quic;

import dev.peatmesh.RefusalReason;
import java.util.Map;

/**
 * What a transport has done since it was opened. Immutable.
 *
 * @param connectionsOpen connections that carry frames now
 * @param handshakesUnderWay connections that do not yet
 * @param dialled dials that became connections
 * @param accepted connections from outside that were handed on
 * @param failures dials and connections from outside that came to nothing, by reason
 * @param framesIn frames delivered
 * @param bytesIn bytes in the frames delivered
 * @param bytesOut bytes given to QUIC for frames, their lengths included
 * @param keepAlivesIn signs of life heard
 * @param keepAlivesOut signs of life given
 */
public record TransportStats(
    int connectionsOpen,
    int handshakesUnderWay,
    long dialled,
    long accepted,
    Map<RefusalReason, Long> failures,
    long framesIn,
    long bytesIn,
    long bytesOut,
    long keepAlivesIn,
    long keepAlivesOut) {

  public TransportStats {
    failures = Map.copyOf(failures);
  }

  /** How many attempts came to nothing for this reason. */
  public long failures(RefusalReason reason) {
    return failures.getOrDefault(reason, 0L);
  }
}

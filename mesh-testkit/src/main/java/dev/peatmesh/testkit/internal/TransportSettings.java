package dev.peatmesh.testkit.internal;

import dev.peatmesh.runtime.MeshException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a simulated transport behaves. Names and defaults are those of the QUIC transport.
 *
 * @param handshakeTimeout an address that does not answer fails after this, over 0
 * @param idleTimeout a connection on which nothing arrives ends after this, over keepAlive
 * @param keepAlive how often either side gives a sign of life, over 0
 * @param streamWindowBytes how many bytes the other side may send ahead of our reading, at least 32
 *     KiB
 * @param sendHighWaterBytes from here on {@code writable()} is false
 * @param sendLowWaterBytes below this it is true again, 1 to sendHighWaterBytes
 * @param unconsumedBytesMax while more delivered bytes than this are not consumed, nothing is
 *     delivered, at least 1
 * @param inOrder whether segments are put in order and doubles dropped. Switched off only by tests
 *     that must notice a transport that does neither.
 */
public record TransportSettings(
    Duration handshakeTimeout,
    Duration idleTimeout,
    Duration keepAlive,
    int streamWindowBytes,
    int sendHighWaterBytes,
    int sendLowWaterBytes,
    int unconsumedBytesMax,
    boolean inOrder) {
  /** Handshake and idle 5 s, keep-alive 1 s, window 1 MiB, marks 1 MiB and 256 KiB, 8 MiB. */
  public static final TransportSettings DEFAULTS =
      new TransportSettings(
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(1),
          1 << 20,
          1 << 20,
          256 << 10,
          8 << 20,
          true);

  public TransportSettings {
    List<String> problems = new ArrayList<>();
    if (handshakeTimeout.isNegative() || handshakeTimeout.isZero()) {
      problems.add("handshakeTimeout(" + handshakeTimeout + "): is not over 0. Give a longer one.");
    }
    if (keepAlive.isNegative() || keepAlive.isZero() || keepAlive.compareTo(idleTimeout) >= 0) {
      problems.add(
          "keepAlive(" + keepAlive + "): is not between 0 and idleTimeout " + idleTimeout + ".");
    }
    // Credit comes in steps of half a window, and half a window must hold a segment.
    if (streamWindowBytes < 2 * Segment.BYTES_MAX) {
      problems.add(
          "streamWindowBytes(" + streamWindowBytes + "): is below " + 2 * Segment.BYTES_MAX + ".");
    }
    if (sendLowWaterBytes < 1 || sendLowWaterBytes > sendHighWaterBytes) {
      problems.add(
          "sendLowWaterBytes(" + sendLowWaterBytes + "): is not 1 to " + sendHighWaterBytes + ".");
    }
    if (unconsumedBytesMax < 1) {
      problems.add("unconsumedBytesMax(" + unconsumedBytesMax + "): is below 1. Give at least 1.");
    }
    if (!problems.isEmpty()) {
      throw new MeshException.BadConfiguration(problems);
    }
  }

  /** The same settings, patient with silence: loss alone hardly ends a connection. */
  public TransportSettings withIdleTimeout(Duration longest) {
    return new TransportSettings(
        handshakeTimeout,
        longest,
        keepAlive,
        streamWindowBytes,
        sendHighWaterBytes,
        sendLowWaterBytes,
        unconsumedBytesMax,
        inOrder);
  }

  /** The same settings with another patience for handshakes. */
  public TransportSettings withHandshakeTimeout(Duration longest) {
    return new TransportSettings(
        longest,
        idleTimeout,
        keepAlive,
        streamWindowBytes,
        sendHighWaterBytes,
        sendLowWaterBytes,
        unconsumedBytesMax,
        inOrder);
  }

  /** The same settings with other bounds of what is received. */
  public TransportSettings withReceiving(int window, int unconsumedMost) {
    return new TransportSettings(
        handshakeTimeout,
        idleTimeout,
        keepAlive,
        window,
        sendHighWaterBytes,
        sendLowWaterBytes,
        unconsumedMost,
        inOrder);
  }

  /** The same settings with a bug planted: with false, packets are handed on as they come. */
  public TransportSettings withInOrder(boolean each) {
    return new TransportSettings(
        handshakeTimeout,
        idleTimeout,
        keepAlive,
        streamWindowBytes,
        sendHighWaterBytes,
        sendLowWaterBytes,
        unconsumedBytesMax,
        each);
  }
}

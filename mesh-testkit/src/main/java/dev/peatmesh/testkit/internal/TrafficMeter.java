package dev.peatmesh.testkit.internal;

import dev.peatmesh.internal.wire.LinkCodec;
import dev.peatmesh.testkit.Traffic;
import java.nio.ByteBuffer;

/** Counts what one host hands to the network. Goes on counting across restarts. */
final class TrafficMeter {
  private long documentFrames;
  private long documentBytes;
  private long handshakeFrames;
  private long handshakeBytes;
  private long packets;

  void frame(ByteBuffer frame) {
    if (LinkCodec.isSync(frame)) {
      documentFrames++;
      documentBytes += frame.remaining();
    } else {
      handshakeFrames++;
      handshakeBytes += frame.remaining();
    }
  }

  void packet() {
    packets++;
  }

  Traffic read() {
    return new Traffic(documentFrames, documentBytes, handshakeFrames, handshakeBytes, packets);
  }
}

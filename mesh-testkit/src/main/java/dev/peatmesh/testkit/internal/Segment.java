package dev.peatmesh.testkit.internal;

import java.nio.ByteBuffer;

/** A piece of a frame that travels in one packet. The first of a dialler is empty: "finished". */
record Segment(long sequence, ByteBuffer bytes, boolean endsFrame) {
  /** Large enough that an 8 MiB frame is 512 packets, not 7,000. */
  static final int BYTES_MAX = 16 << 10;

  int size() {
    return bytes.remaining();
  }
}

package dev.peatmesh.sync.internal.latest;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Bytes that grow; numbers as the shortest LEB128, which {@code ByteCursor} reads. */
final class StateWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

  StateWriter u8(int value) {
    out.write(value);
    return this;
  }

  StateWriter unsigned(long value) {
    long rest = value;
    while (rest >>> 7 != 0) {
      out.write((int) rest | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
    return this;
  }

  StateWriter signed(long value) {
    long rest = value;
    // The last byte's second highest bit is the sign.
    while (rest >> 6 != 0 && rest >> 6 != -1) {
      out.write(((int) rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    out.write((int) rest & 0x7f);
    return this;
  }

  StateWriter fixed64(long value) {
    for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      out.write((int) (value >>> shift));
    }
    return this;
  }

  StateWriter raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  StateWriter sized(byte[] bytes) {
    return unsigned(bytes.length).raw(bytes);
  }

  StateWriter text(String text) {
    return sized(text.getBytes(StandardCharsets.UTF_8));
  }

  byte[] toByteArray() {
    return out.toByteArray();
  }
}

package dev.peatmesh.sync.internal.guard;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes what {@link ByteCursor} reads. */
final class ByteSink {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  ByteSink raw(byte... bytes) {
    out.writeBytes(bytes);
    return this;
  }

  ByteSink unsignedLeb(long value) {
    long rest = value;
    while (Long.compareUnsigned(rest, 0x7f) > 0) {
      out.write((int) (rest | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return this;
  }

  ByteSink signedLeb(long value) {
    long rest = value;
    while (rest < -0x40 || rest > 0x3f) {
      out.write((int) (rest | 0x80));
      rest >>= 7;
    }
    out.write((int) (rest & 0x7f));
    return this;
  }

  ByteSink prefixed(byte[] bytes) {
    return unsignedLeb(bytes.length).raw(bytes);
  }

  ByteSink prefixed(String text) {
    return prefixed(text.getBytes(StandardCharsets.UTF_8));
  }

  byte[] bytes() {
    return out.toByteArray();
  }
}

package dev.peatmesh.sync.internal.guard;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** The SHA-256 of a change: its name everywhere. Held as four longs: no array to copy or leak. */
public record ChangeHash(long a, long b, long c, long d) implements Comparable<ChangeHash> {
  /** Bytes of a hash on the wire and in the store. */
  public static final int BYTES = 32;

  /** Reads 32 bytes from the buffer's position on. */
  public static ChangeHash read(ByteBuffer from) {
    return new ChangeHash(from.getLong(), from.getLong(), from.getLong(), from.getLong());
  }

  /** Takes exactly 32 bytes. */
  public static ChangeHash of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a change hash has 32 bytes, not " + bytes.length);
    }
    return read(ByteBuffer.wrap(bytes));
  }

  /** Writes 32 bytes at the buffer's position. */
  public void write(ByteBuffer to) {
    to.putLong(a).putLong(b).putLong(c).putLong(d);
  }

  /** The 32 bytes. */
  public byte[] bytes() {
    byte[] bytes = new byte[BYTES];
    write(ByteBuffer.wrap(bytes));
    return bytes;
  }

  /** Unsigned byte order, as Automerge sorts hashes. */
  @Override
  public int compareTo(ChangeHash other) {
    int order = Long.compareUnsigned(a, other.a);
    if (order == 0) {
      order = Long.compareUnsigned(b, other.b);
    }
    if (order == 0) {
      order = Long.compareUnsigned(c, other.c);
    }
    return order != 0 ? order : Long.compareUnsigned(d, other.d);
  }

  /** 64 lowercase hex digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes());
  }
}

package dev.peatmesh.sync.internal.value;

import dev.peatmesh.sync.Uint64;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that stand for an integer on its way through automerge-java, which cannot write those
 * beyond 32 bits. No document holds them, so applications may not write bytes that look like them.
 */
public final class IntegerMark {
  private static final byte[] MARK = "peatmesh\0int64\0\1".getBytes(StandardCharsets.US_ASCII);
  private static final int BYTES = MARK.length + 1 + Long.BYTES;

  private static final int SIGNED = 4;
  private static final int UNSIGNED = 3;

  private IntegerMark() {}

  /** Bytes that stand for a Long or a Uint64 until the change is encoded. */
  public static byte[] write(Object number) {
    ByteBuffer marked = ByteBuffer.allocate(BYTES).put(MARK);
    if (number instanceof Uint64 unsigned) {
      return marked.put((byte) UNSIGNED).putLong(unsigned.bits()).array();
    }
    return marked.put((byte) SIGNED).putLong((Long) number).array();
  }

  /** The Long or Uint64 that the bytes stand for; null when they are ordinary bytes. */
  public static @Nullable Object read(ByteBuffer bytes) {
    if (bytes.remaining() != BYTES
        || !bytes.slice(bytes.position(), MARK.length).equals(ByteBuffer.wrap(MARK))) {
      return null;
    }
    int type = bytes.get(bytes.position() + MARK.length);
    long bits = bytes.getLong(bytes.position() + MARK.length + 1);
    if (type == SIGNED) {
      return bits;
    }
    return type == UNSIGNED ? new Uint64(bits) : null;
  }
}

package dev.peatmesh.internal.quic;

import dev.peatmesh.internal.transport.Transport;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream into frames: each is a length (4 bytes, big-endian) and as many bytes. A length of
 * zero is a sign of life. Memory follows what has arrived, not what was announced: at most twice
 * the bytes received of the frame in progress, and {@link Transport#FRAME_BYTES_MAX}.
 */
final class FrameReader {
  /** Bytes of the length before each frame. */
  static final int HEADER_BYTES = 4;

  private static final byte[] NOTHING = {};

  private int headerRead;
  private int length;
  private byte[] body = NOTHING;
  private int bodyRead;

  /** The bytes do not follow the grammar; nothing after them can be understood. */
  static final class IllegalFrame extends Exception {
    private static final long serialVersionUID = 1;

    private final String detail;

    IllegalFrame(String detail) {
      super(detail);
      this.detail = detail;
    }

    /** What was announced, and the limit. */
    String detail() {
      return detail;
    }
  }

  /**
   * Takes bytes until one frame is whole. An empty buffer is a sign of life; null asks for more
   * bytes.
   */
  @Nullable ByteBuffer next(ByteBuf in) throws IllegalFrame {
    while (headerRead < HEADER_BYTES) {
      if (!in.isReadable()) {
        return null;
      }
      length = length << Byte.SIZE | in.readUnsignedByte();
      headerRead++;
    }
    // The length is unsigned: what exceeds an int is negative here.
    if (length < 0 || length > Transport.FRAME_BYTES_MAX) {
      throw new IllegalFrame(
          "announced a frame of %s bytes; the limit is %d"
              .formatted(Integer.toUnsignedString(length), Transport.FRAME_BYTES_MAX));
    }
    int arrived = Math.min(in.readableBytes(), length - bodyRead);
    makeRoom(bodyRead + arrived);
    in.readBytes(body, bodyRead, arrived);
    bodyRead += arrived;
    return bodyRead == length ? finished() : null;
  }

  private void makeRoom(int needed) {
    if (needed > body.length) {
      // A frame that is there whole gets an array of its size; others double, up to their length.
      body = Arrays.copyOf(body, needed == length ? length : (int) Math.min(length, 2L * needed));
    }
  }

  private ByteBuffer finished() {
    ByteBuffer frame = ByteBuffer.wrap(body, 0, length);
    headerRead = 0;
    length = 0;
    body = NOTHING;
    bodyRead = 0;
    return frame;
  }
}

package dev.peatmesh.sync.internal.engine;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Many changes in one DEFLATE block (RFC 1951): those of a document resemble each other. Takes no
 * memory that the sender has not paid for, and never more than {@link #BYTES_MAX}.
 */
final class ChangePacking {
  /** The most bytes that are packed together; what is larger travels as it is. */
  static final int BYTES_MAX = 1 << 20;

  /** Below it there is little to gain. */
  static final int BYTES_MIN = 512;

  /** DEFLATE makes at most 1,032 bytes of one. */
  private static final int RATIO_MAX = 1_032;

  private ChangePacking() {}

  /** The packed bytes; empty when packing is not worth it. */
  static Optional<ByteBuffer> pack(ByteBuffer bytes) {
    if (bytes.remaining() < BYTES_MIN || bytes.remaining() > BYTES_MAX) {
      return Optional.empty();
    }
    // Speed: this runs on the document loop, and what repeats most are the headers.
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    try {
      deflater.setInput(bytes.duplicate());
      deflater.finish();
      ByteBuffer packed = ByteBuffer.allocate(bytes.remaining());
      deflater.deflate(packed);
      return deflater.finished() ? Optional.of(packed.flip()) : Optional.empty();
    } finally {
      deflater.end();
    }
  }

  /**
   * The bytes before they were packed.
   *
   * @throws IllegalArgumentException when they are not as many as they should be
   */
  static ByteBuffer unpack(ByteBuffer packed, int length) {
    if (length > BYTES_MAX || length > (long) RATIO_MAX * packed.remaining()) {
      throw new IllegalArgumentException("packed changes: " + length + " bytes are too many");
    }
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(packed);
      ByteBuffer bytes = ByteBuffer.allocate(length);
      inflater.inflate(bytes);
      // The end may have to be read although there is no room for more.
      boolean whole =
          inflater.finished() || (inflater.inflate(new byte[1]) == 0 && inflater.finished());
      if (!whole || bytes.hasRemaining() || packed.hasRemaining()) {
        throw new IllegalArgumentException("packed changes: not of the length they should have");
      }
      return bytes.flip();
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("packed changes: not compressed data", e);
    } finally {
      inflater.end();
    }
  }
}

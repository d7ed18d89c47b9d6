package dev.peatmesh.sync.internal.guard;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads change chunks of the <a
 * href="https://automerge.org/automerge-binary-format-spec/">Automerge binary format</a>, and
 * refuses every one that the native core would not have written: a hostile one would end the
 * process. Bytes from a peer come to the core through here, and as change chunks only; whole
 * documents, which are chunks of another type, are refused.
 *
 * <p>Thread-safe: no state. Takes memory in proportion to the bytes of the chunk. A chunk that
 * passes stands alone: {@link DocumentGuard} says whether it fits a document.
 */
public final class ChunkReader {
  private static final int MAGIC = 0x856f4a83;
  private static final int CHECKSUM_FROM = 4;
  private static final int TYPE_AT = 8;
  private static final int CHANGE = 1;
  private static final int COMPRESSED_CHANGE = 2;

  private ChunkReader() {}

  /**
   * Reads the one chunk that fills the buffer. Neither moves the buffer nor keeps it.
   *
   * @throws GuardException when it is anything but one well-formed change
   */
  public static ChangeChunk read(ByteBuffer encoded, GuardLimits limits) {
    if (encoded.remaining() > limits.chunkBytesMax()) {
      throw new GuardException("chunk too large");
    }
    byte[] chunk = new byte[encoded.remaining()];
    encoded.duplicate().get(chunk);
    return read(chunk, limits);
  }

  /**
   * Reads chunks one after the other until the buffer ends. Neither moves the buffer nor keeps it.
   *
   * @throws GuardException when one of them is anything but a well-formed change
   */
  public static List<ChangeChunk> readAll(ByteBuffer encoded, GuardLimits limits) {
    List<ChangeChunk> chunks = new ArrayList<>();
    ByteBuffer rest = encoded.duplicate();
    while (rest.hasRemaining()) {
      byte[] chunk = new byte[chunkLength(rest, limits)];
      rest.get(chunk);
      chunks.add(read(chunk, limits));
    }
    return chunks;
  }

  /** The length of the first chunk in the buffer, header included. */
  private static int chunkLength(ByteBuffer chunks, GuardLimits limits) {
    ByteBuffer start = chunks.slice();
    byte[] header = new byte[Math.min(start.remaining(), TYPE_AT + 1 + 10)];
    start.get(header);
    ByteCursor cursor = new ByteCursor(header, 0, header.length);
    cursor.skip(TYPE_AT + 1);
    long body = cursor.unsignedLeb();
    if (body > limits.chunkBytesMax() - cursor.position()) {
      throw new GuardException("chunk too large");
    }
    if (body > chunks.remaining() - cursor.position()) {
      throw new GuardException("length beyond the end");
    }
    return cursor.position() + (int) body;
  }

  private static ChangeChunk read(byte[] chunk, GuardLimits limits) {
    ByteCursor cursor = new ByteCursor(chunk, 0, chunk.length);
    cursor.skip(TYPE_AT);
    ByteBuffer header = ByteBuffer.wrap(chunk);
    if (header.getInt() != MAGIC) {
      throw new GuardException("not a chunk");
    }
    int type = cursor.unsignedByte();
    if (cursor.length() != cursor.remaining()) {
      throw new GuardException("bytes after the chunk");
    }
    MessageDigest sha256 = sha256();
    if (type == COMPRESSED_CHANGE) {
      byte[] body = inflate(cursor, limits.inflatedBytesMax());
      hashUncompressed(sha256, body);
      cursor = new ByteCursor(body, 0, body.length);
    } else if (type == CHANGE) {
      sha256.update(chunk, TYPE_AT, chunk.length - TYPE_AT);
    } else {
      throw new GuardException("not a change");
    }
    byte[] hash = sha256.digest();
    if (header.getInt(CHECKSUM_FROM) != ByteBuffer.wrap(hash).getInt()) {
      throw new GuardException("checksum does not match");
    }
    ChangeBody body = ChangeBody.read(cursor, limits);
    return new ChangeChunk(
        ChangeHash.of(hash),
        body.deps(),
        body.actor(),
        body.seq(),
        body.startOp(),
        body.timeSeconds(),
        body.ops(),
        body.deletesDocument(),
        body.footprint(),
        ByteBuffer.wrap(chunk));
  }

  /** A compressed change has the hash of the same change uncompressed. */
  private static void hashUncompressed(MessageDigest sha256, byte[] body) {
    sha256.update((byte) CHANGE);
    long length = body.length;
    while (length > 0x7f) {
      sha256.update((byte) (length | 0x80));
      length >>>= 7;
    }
    sha256.update((byte) length);
    sha256.update(body);
  }

  /**
   * Inflates what is left in the cursor.
   *
   * @throws GuardException when it is no compressed data, or more than so many bytes
   */
  public static byte[] inflate(ByteCursor cursor, int bytesMax) {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(cursor.array(), cursor.position(), cursor.remaining());
      return drain(inflater, cursor.remaining(), bytesMax);
    } catch (DataFormatException e) {
      throw new GuardException("not compressed data");
    } finally {
      inflater.end();
    }
  }

  private static byte[] drain(Inflater inflater, int compressed, int bytesMax)
      throws DataFormatException {
    byte[] buffer = new byte[(int) Math.min(bytesMax, compressed * 4L + 64)];
    int filled = 0;
    while (true) {
      filled += inflater.inflate(buffer, filled, buffer.length - filled);
      if (inflater.finished()) {
        break;
      }
      if (filled < buffer.length) {
        // It stopped although there was room: the data ends in the middle, or asks for a
        // dictionary.
        throw new GuardException("not compressed data");
      }
      if (filled == bytesMax) {
        throw new GuardException("inflates to too much");
      }
      buffer = Arrays.copyOf(buffer, (int) Math.min(bytesMax, buffer.length * 2L));
    }
    if (inflater.getRemaining() > 0) {
      throw new GuardException("bytes after the compressed data");
    }
    return Arrays.copyOf(buffer, filled);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}

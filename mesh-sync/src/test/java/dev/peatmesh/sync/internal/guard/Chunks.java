package dev.peatmesh.sync.internal.guard;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** The frame around a change: magic, checksum, type, length. */
final class Chunks {
  private static final int TYPE_AT = 8;

  private Chunks() {}

  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /** A chunk with a right length and a right checksum. */
  static byte[] frame(int type, byte[] body) {
    return frame(hash(type, body), type, body);
  }

  static byte[] frame(byte[] hash, int type, byte[] body) {
    return new ByteSink()
        .raw(bytes(0x85, 0x6f, 0x4a, 0x83))
        .raw(Arrays.copyOf(hash, 4))
        .raw((byte) type)
        .unsignedLeb(body.length)
        .raw(body)
        .bytes();
  }

  static byte[] hash(int type, byte[] body) {
    try {
      byte[] hashed = new ByteSink().raw((byte) type).unsignedLeb(body.length).raw(body).bytes();
      return MessageDigest.getInstance("SHA-256").digest(hashed);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** A compressed change; its checksum is that of the same change uncompressed. */
  static byte[] compress(byte[] body) {
    return frame(hash(1, body), 2, deflate(body));
  }

  static byte[] deflate(byte[] body) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    deflater.setInput(body);
    deflater.finish();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[4096];
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return out.toByteArray();
  }

  /** The uncompressed body of a well-formed change. */
  static byte[] body(byte[] chunk) {
    ByteCursor cursor = new ByteCursor(chunk, TYPE_AT + 1, chunk.length);
    int length = cursor.length();
    byte[] body = Arrays.copyOfRange(chunk, cursor.position(), cursor.position() + length);
    return chunk[TYPE_AT] == 2 ? inflate(body) : body;
  }

  private static byte[] inflate(byte[] compressed) {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(compressed);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[4096];
      while (!inflater.finished()) {
        out.write(buffer, 0, inflater.inflate(buffer));
      }
      return out.toByteArray();
    } catch (DataFormatException e) {
      throw new AssertionError(e);
    } finally {
      inflater.end();
    }
  }
}

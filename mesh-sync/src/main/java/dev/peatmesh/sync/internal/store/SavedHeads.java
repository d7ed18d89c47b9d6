package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The heads of a saved document, from the front of its bytes: magic, checksum, type 0, length,
 * actors, heads. Source: <a href="https://automerge.org/automerge-binary-format-spec/">Automerge
 * binary format</a>, "Document chunk".
 */
final class SavedHeads {
  private static final int MAGIC = 0x856f4a83;
  private static final int CHECKSUM_BYTES = 4;
  private static final int DOCUMENT = 0;

  private SavedHeads() {}

  /**
   * Ascending.
   *
   * @throws IllegalArgumentException when this is no saved document; or {@link
   *     java.nio.BufferUnderflowException}
   */
  static List<ChangeHash> read(byte[] saved) {
    ByteBuffer from = ByteBuffer.wrap(saved);
    if (from.getInt() != MAGIC) {
      throw new IllegalArgumentException("not a chunk");
    }
    from.position(from.position() + CHECKSUM_BYTES);
    if (from.get() != DOCUMENT) {
      throw new IllegalArgumentException("not a document");
    }
    leb(from);
    for (long actors = leb(from); actors > 0; actors--) {
      skip(from, leb(from));
    }
    long count = leb(from);
    if (count > from.remaining() / ChangeHash.BYTES) {
      throw new IllegalArgumentException("more heads than bytes");
    }
    List<ChangeHash> heads = new ArrayList<>((int) count);
    for (long i = 0; i < count; i++) {
      heads.add(ChangeHash.read(from));
    }
    return heads.stream().sorted().toList();
  }

  private static void skip(ByteBuffer from, long bytes) {
    if (bytes > from.remaining()) {
      throw new IllegalArgumentException("length beyond the end");
    }
    from.position(from.position() + (int) bytes);
  }

  private static long leb(ByteBuffer from) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE - 1; shift += 7) {
      int next = from.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("number too large");
  }
}

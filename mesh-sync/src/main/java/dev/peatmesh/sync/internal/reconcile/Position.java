package dev.peatmesh.sync.internal.reconcile;

import dev.peatmesh.sync.DocumentKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Where a document stands: the first 8 bytes of the SHA-256 of its name, an unsigned number. Names
 * of any shape are spread evenly, so that a range of positions is a prefix, and half of it holds
 * half of the documents.
 */
final class Position {
  private Position() {}

  static long of(DocumentKey key) {
    byte[] collection = key.collection().getBytes(StandardCharsets.UTF_8);
    byte[] id = key.id().getBytes(StandardCharsets.UTF_8);
    ByteBuffer name = ByteBuffer.allocate(1 + collection.length + id.length);
    name.put((byte) collection.length).put(collection).put(id);
    return ByteBuffer.wrap(Sha256.digest(name.array())).getLong();
  }
}

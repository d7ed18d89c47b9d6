package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Random;

/** Changes that look real to a store, which sees a key, a hash and bytes. */
final class Samples {
  static final DocumentKey MILK = new DocumentKey("lists", "milk");
  static final DocumentKey FLOUR = new DocumentKey("lists", "flour");

  private static final ActorId ACTOR = new ActorId("00112233445566778899aabbccddeeff");

  private Samples() {}

  /** The same number gives the same change. */
  static StoredChange change(DocumentKey key, long number, int bytes) {
    byte[] encoded = new byte[bytes];
    new Random(number).nextBytes(encoded);
    return new StoredChange(key, chunk(number, encoded));
  }

  static StoredChange change(DocumentKey key, long number) {
    return change(key, number, 200);
  }

  static ChangeHash hashOf(byte[] encoded) {
    try {
      return ChangeHash.of(MessageDigest.getInstance("SHA-256").digest(encoded));
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static ChangeChunk chunk(long seq, byte[] encoded) {
    return new ChangeChunk(
        hashOf(encoded), List.of(), ACTOR, seq, 1, 1, false, ByteBuffer.wrap(encoded));
  }
}

package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * A digest of a set of (document, heads), independent of order: the sum modulo 2^128 of one hash
 * per document. A change of one document costs one subtraction and one addition. Equal fingerprints
 * mean equal sets, up to what a member could forge with 2^64 work (Bellare and Micciancio 1997).
 */
public record Fingerprint(long high, long low) {
  /** The fingerprint of nothing. */
  public static final Fingerprint EMPTY = new Fingerprint(0, 0);

  /** The fingerprint of one document. */
  public static Fingerprint of(DocumentKey key, List<ChangeHash> heads) {
    if (heads.isEmpty()) {
      return EMPTY;
    }
    byte[] collection = key.collection().getBytes(StandardCharsets.UTF_8);
    byte[] id = key.id().getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(2 + collection.length + id.length + heads.size() * ChangeHash.BYTES);
    bytes.put((byte) collection.length).put(collection).put((byte) id.length).put(id);
    heads.forEach(head -> head.write(bytes));
    ByteBuffer digest = ByteBuffer.wrap(sha256().digest(bytes.array()));
    return new Fingerprint(digest.getLong(), digest.getLong());
  }

  Fingerprint plus(Fingerprint other) {
    long sum = low + other.low;
    long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
    return new Fingerprint(high + other.high + carry, sum);
  }

  Fingerprint minus(Fingerprint other) {
    long borrow = Long.compareUnsigned(low, other.low) < 0 ? 1 : 0;
    return new Fingerprint(high - other.high - borrow, low - other.low);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every JDK has SHA-256", impossible);
    }
  }
}

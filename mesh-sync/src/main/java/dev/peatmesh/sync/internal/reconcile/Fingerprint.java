package dev.peatmesh.sync.internal.reconcile;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A digest of a set of (document, heads), independent of order: the sum modulo 2^128 of one hash
 * per document (Bellare and Micciancio 1997). A change of one document costs one subtraction and
 * one addition.
 *
 * <p>Sets that differ by accident have different fingerprints. A member can forge equal ones with
 * much less than 2^64 work (Wagner's generalised birthday, 2002), but only out of changes that it
 * wrote itself, so it hides nothing but these.
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
    ByteBuffer digest = ByteBuffer.wrap(Sha256.digest(bytes.array()));
    return new Fingerprint(digest.getLong(), digest.getLong());
  }

  /** The fingerprint of both sets; they have no document in common. */
  public Fingerprint plus(Fingerprint other) {
    long sum = low + other.low;
    long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
    return new Fingerprint(high + other.high + carry, sum);
  }

  /** The fingerprint of what is left without the other set, which is within this one. */
  public Fingerprint minus(Fingerprint other) {
    long borrow = Long.compareUnsigned(low, other.low) < 0 ? 1 : 0;
    return new Fingerprint(high - other.high - borrow, low - other.low);
  }
}

package dev.peatmesh.sync.internal.reconcile;

import dev.peatmesh.sync.DocumentKey;
import java.nio.charset.StandardCharsets;

/**
 * Documents that are compared on their own: those of a collection that exist, or those of a
 * collection that were deleted in the same span of time. So a collection can be left out, and old
 * deletes forgotten, without a walk over all documents.
 *
 * @param collection the collection's name
 * @param bucket {@link #LIVE}, or the number of the span in which its documents were deleted
 */
public record Partition(String collection, int bucket) implements Comparable<Partition> {
  /** In place of a bucket: the documents exist. */
  public static final int LIVE = -1;

  private static final int BUCKET_BYTES = 4;

  public Partition {
    if (bucket < LIVE) {
      throw new RangeViolation("bucket(" + bucket + "): below " + LIVE);
    }
    int bytes = collection.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > DocumentKey.NAME_BYTES_MAX) {
      throw new RangeViolation("collection: is " + bytes + " bytes of UTF-8, not 1 to 255");
    }
  }

  /** The documents of the collection that exist. */
  public static Partition live(String collection) {
    return new Partition(collection, LIVE);
  }

  /** Whether the documents in it are deleted. */
  public boolean deleted() {
    return bucket != LIVE;
  }

  /** Bytes on the wire: {@code length:u8 collection bucket:i32}. */
  public int encodedBytes() {
    return Wire.name(collection) + BUCKET_BYTES;
  }

  /** By collection, then the living before the deleted ones from the oldest on. */
  @Override
  public int compareTo(Partition other) {
    int order = collection.compareTo(other.collection);
    return order != 0 ? order : Integer.compare(bucket, other.bucket);
  }
}

package dev.peatmesh.sync.internal.guard;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One Automerge change as it travels and as it is stored, with the facts the engine needs.
 *
 * @param hash SHA-256 of the uncompressed chunk
 * @param deps the changes it stands on, ascending
 * @param actor its author
 * @param seq the author's running number in this document, from 1
 * @param startOp counter of its first operation, from 1
 * @param timeSeconds its author's clock, in seconds since 1970, as far as it says: any value. Those
 *     that delete a document say it, others 0
 * @param ops how many operations it holds
 * @param deletesDocument whether it sets the mark that deletes the whole document
 * @param footprint which objects and elements it adds and refers to
 * @param encoded the chunk itself, header and checksum included; read-only
 */
public record ChangeChunk(
    ChangeHash hash,
    List<ChangeHash> deps,
    ActorId actor,
    long seq,
    long startOp,
    long timeSeconds,
    int ops,
    boolean deletesDocument,
    Footprint footprint,
    ByteBuffer encoded) {

  /**
   * The root key whose presence marks a deleted document. Not for applications: the editor refuses
   * it.
   */
  public static final String DELETED_KEY = "$deleted";

  /**
   * The root key that holds the instant at which the document expires. Not for applications: the
   * editor refuses it.
   */
  public static final String EXPIRES_KEY = "$expires";

  public ChangeChunk {
    deps = List.copyOf(deps);
    encoded = encoded.asReadOnlyBuffer();
  }

  /** A change without a time that creates no object and edits none but the root map. */
  public ChangeChunk(
      ChangeHash hash,
      List<ChangeHash> deps,
      ActorId actor,
      long seq,
      long startOp,
      int ops,
      boolean deletesDocument,
      ByteBuffer encoded) {
    this(hash, deps, actor, seq, startOp, 0, ops, deletesDocument, Footprint.NONE, encoded);
  }

  /** A view of the chunk from its first to its last byte. */
  @Override
  public ByteBuffer encoded() {
    return encoded.duplicate();
  }

  /** Size of the chunk in bytes. */
  public int size() {
    return encoded.remaining();
  }

  /** Counter of the last operation; one less than {@code startOp} when there is none. */
  public long lastOp() {
    return startOp + ops - 1;
  }

  /** A copy of the chunk's bytes. */
  public byte[] bytes() {
    byte[] bytes = new byte[size()];
    encoded.duplicate().get(bytes);
    return bytes;
  }
}

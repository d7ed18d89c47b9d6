package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.engine.SyncFrame.Changes;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentChanges;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentHeads;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentWant;
import dev.peatmesh.sync.internal.engine.SyncFrame.Heads;
import dev.peatmesh.sync.internal.engine.SyncFrame.Neighbours;
import dev.peatmesh.sync.internal.engine.SyncFrame.Summary;
import dev.peatmesh.sync.internal.engine.SyncFrame.Want;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.reconcile.Fingerprint;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Sync frames to bytes and back. Big-endian; lists run to the end of the frame, so that no count
 * from outside ever sizes memory.
 *
 * <pre>
 * summary    0x40 documents:u64 fingerprint:16
 * heads      0x41 last:u8 (key hashes)*
 * want       0x42 (key hashes hashes)*
 * changes    0x43 (key count:u16 (length:u32 chunk)*)*
 * neighbours 0x44 (endpoint:32)*
 * key        length:u8 collection length:u8 id
 * hashes     count:u16 hash:32*
 * </pre>
 */
public final class SyncFrameCodec {
  /** The most heads or wants of one document in a frame. */
  static final int HASHES_MAX = 0xffff;

  /** The most chunks of one document in a frame. */
  static final int CHUNKS_MAX = 0xffff;

  /** Bytes of a chunk's length on the wire. */
  static final int CHUNK_HEADER_BYTES = 4;

  private static final byte SUMMARY = 0x40;
  private static final byte HEADS = 0x41;
  private static final byte WANT = 0x42;
  private static final byte CHANGES = 0x43;
  private static final byte NEIGHBOURS = 0x44;

  private SyncFrameCodec() {}

  /** A frame that no correct peer sends. */
  public static final class MalformedFrame extends Exception {
    private static final long serialVersionUID = 1;

    MalformedFrame(String message) {
      super(message);
    }
  }

  /** Encodes a frame; the buffer is ready to be read. */
  public static ByteBuffer encode(SyncFrame frame) {
    FrameWriter out = new FrameWriter();
    if (frame instanceof Summary summary) {
      out.u8(SUMMARY).u64(summary.documents());
      out.u64(summary.fingerprint().high()).u64(summary.fingerprint().low());
    } else if (frame instanceof Heads heads) {
      out.u8(HEADS).u8(heads.last() ? 1 : 0);
      heads.documents().forEach(each -> out.key(each.key()).hashes(each.heads()));
    } else if (frame instanceof Want want) {
      out.u8(WANT);
      want.documents().forEach(each -> out.key(each.key()).hashes(each.need()).hashes(each.have()));
    } else if (frame instanceof Changes changes) {
      out.u8(CHANGES);
      changes.documents().forEach(each -> out.key(each.key()).chunks(each.chunks()));
    } else if (frame instanceof Neighbours neighbours) {
      out.u8(NEIGHBOURS);
      neighbours.peers().forEach(peer -> out.bytes(HexFormat.of().parseHex(peer.value())));
    } else {
      throw new AssertionError("unhandled " + frame);
    }
    return out.finish();
  }

  /** Decodes a frame from a peer. Chunks are slices of the buffer, which must not change later. */
  public static SyncFrame decode(ByteBuffer in) throws MalformedFrame {
    try {
      return decodeChecked(in);
    } catch (BufferUnderflowException | IllegalArgumentException | CharacterCodingException bad) {
      throw new MalformedFrame("sync frame: " + bad);
    }
  }

  private static SyncFrame decodeChecked(ByteBuffer in)
      throws MalformedFrame, CharacterCodingException {
    byte type = in.get();
    if (type == SUMMARY) {
      Summary summary = new Summary(in.getLong(), new Fingerprint(in.getLong(), in.getLong()));
      if (in.hasRemaining()) {
        throw new MalformedFrame("summary: has " + in.remaining() + " bytes too many");
      }
      return summary;
    }
    if (type == HEADS) {
      boolean last = in.get() != 0;
      List<DocumentHeads> documents = new ArrayList<>();
      while (in.hasRemaining()) {
        documents.add(new DocumentHeads(key(in), hashes(in)));
      }
      return new Heads(documents, last);
    }
    if (type == WANT) {
      List<DocumentWant> documents = new ArrayList<>();
      while (in.hasRemaining()) {
        documents.add(new DocumentWant(key(in), hashes(in), hashes(in)));
      }
      return new Want(documents);
    }
    if (type == CHANGES) {
      List<DocumentChanges> documents = new ArrayList<>();
      while (in.hasRemaining()) {
        documents.add(new DocumentChanges(key(in), chunks(in)));
      }
      return new Changes(documents);
    }
    if (type == NEIGHBOURS) {
      return neighbours(in);
    }
    throw new MalformedFrame("sync frame: type " + (type & 0xff) + " is unknown");
  }

  private static Neighbours neighbours(ByteBuffer in) {
    List<PeerId> peers = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] endpoint = new byte[32];
      in.get(endpoint);
      peers.add(new PeerId(HexFormat.of().formatHex(endpoint)));
    }
    return new Neighbours(peers);
  }

  private static DocumentKey key(ByteBuffer in) throws CharacterCodingException {
    return new DocumentKey(name(in), name(in));
  }

  private static String name(ByteBuffer in) throws CharacterCodingException {
    ByteBuffer bytes = slice(in, in.get() & 0xff);
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .decode(bytes)
        .toString();
  }

  private static List<ChangeHash> hashes(ByteBuffer in) {
    int count = in.getShort() & 0xffff;
    ByteBuffer bytes = slice(in, count * ChangeHash.BYTES);
    List<ChangeHash> hashes = new ArrayList<>(count);
    while (bytes.hasRemaining()) {
      hashes.add(ChangeHash.read(bytes));
    }
    return hashes;
  }

  private static List<ByteBuffer> chunks(ByteBuffer in) {
    int count = in.getShort() & 0xffff;
    List<ByteBuffer> chunks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      chunks.add(slice(in, in.getInt()));
    }
    return chunks;
  }

  private static ByteBuffer slice(ByteBuffer in, int length) {
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer slice = in.slice(in.position(), length);
    in.position(in.position() + length);
    return slice;
  }
}

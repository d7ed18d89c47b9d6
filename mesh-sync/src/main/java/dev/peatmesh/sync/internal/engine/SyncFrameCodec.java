package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.internal.engine.SyncFrame.Answer;
import dev.peatmesh.sync.internal.engine.SyncFrame.Ask;
import dev.peatmesh.sync.internal.engine.SyncFrame.Changes;
import dev.peatmesh.sync.internal.engine.SyncFrame.CollectionContract;
import dev.peatmesh.sync.internal.engine.SyncFrame.Compare;
import dev.peatmesh.sync.internal.engine.SyncFrame.Contracts;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentChanges;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentGone;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentHeads;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentLatest;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentWant;
import dev.peatmesh.sync.internal.engine.SyncFrame.Gone;
import dev.peatmesh.sync.internal.engine.SyncFrame.Heads;
import dev.peatmesh.sync.internal.engine.SyncFrame.Held;
import dev.peatmesh.sync.internal.engine.SyncFrame.Hello;
import dev.peatmesh.sync.internal.engine.SyncFrame.Holder;
import dev.peatmesh.sync.internal.engine.SyncFrame.Latest;
import dev.peatmesh.sync.internal.engine.SyncFrame.Neighbours;
import dev.peatmesh.sync.internal.engine.SyncFrame.Pause;
import dev.peatmesh.sync.internal.engine.SyncFrame.Question;
import dev.peatmesh.sync.internal.engine.SyncFrame.Resume;
import dev.peatmesh.sync.internal.engine.SyncFrame.Summary;
import dev.peatmesh.sync.internal.engine.SyncFrame.Want;
import dev.peatmesh.sync.internal.reconcile.Fingerprint;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sync frames to bytes and back. Big-endian; lists run to the end of the frame, so that no count
 * from outside ever sizes memory.
 *
 * <pre>
 * summary    0x40 documents:u64 fingerprint:16 fromBucket:i32 refused:u32 durableSequence:u64
 * heads      0x41 (key hashes)*
 * want       0x42 (key hashes hashes)*
 * changes    0x43 (key count:u16 (length:u32 chunk)*)*
 * neighbours 0x44 (endpoint:32)*
 * hello      0x45 store:16 sequence:u64 durable:u8 bucketSeconds:u64 fromBucket:i32
 *                 (opening:u64 held:u64)*
 * contracts  0x46 (length:u8 collection contract:u8)*
 * packed     0x47 length:u32 deflate(what follows the type in changes)
 * latest     0x48 (key length:u32 state)*
 * gone       0x49 (key hashes deletedSeconds:u64)*
 * ask        0x4a (key write hops:u8)*
 * held       0x4b (key write count:u8 (endpoint:32 durable:u8)*)*
 * pause      0x4c
 * resume     0x4d
 * compare    0x4e partitions | 0x4f ranges, see {@link RangeFrameCodec}
 * key        length:u8 collection length:u8 id
 * hashes     count:u16 hash:32*
 * write      0 hash:32 | 1 length:u8 actor counter:u64
 * </pre>
 */
public final class SyncFrameCodec {
  /** The most heads or wants of one document in a frame. */
  static final int HASHES_MAX = 0xffff;

  /** The most chunks of one document in a frame. */
  static final int CHUNKS_MAX = 0xffff;

  /** Bytes of a chunk's length on the wire. */
  static final int CHUNK_HEADER_BYTES = 4;

  /** The most holders of one write in a frame. */
  static final int HOLDERS_MAX = 0xff;

  static final int BY_HASH = 0;
  static final int BY_DOT = 1;

  private static final byte SUMMARY = 0x40;
  private static final byte HEADS = 0x41;
  private static final byte WANT = 0x42;
  private static final byte CHANGES = 0x43;
  private static final byte NEIGHBOURS = 0x44;
  private static final byte HELLO = 0x45;
  private static final byte CONTRACTS = 0x46;
  private static final byte PACKED = 0x47;
  private static final byte LATEST = 0x48;
  private static final byte GONE = 0x49;
  private static final byte ASK = 0x4a;
  private static final byte HELD = 0x4b;
  private static final byte PAUSE = 0x4c;
  private static final byte RESUME = 0x4d;

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
    if (frame instanceof Changes changes) {
      return changes(changes);
    } else if (frame instanceof Latest latest) {
      out.u8(LATEST);
      latest.documents().forEach(each -> out.key(each.key()).blob(each.state()));
    } else if (frame instanceof Summary summary) {
      out.u8(SUMMARY).u64(summary.documents());
      out.u64(summary.fingerprint().high()).u64(summary.fingerprint().low());
      out.u32(summary.fromBucket()).u32(summary.refused()).u64(summary.durableSequence());
    } else if (frame instanceof Compare compare) {
      RangeFrameCodec.encode(compare.frame(), out);
    } else if (frame instanceof Heads heads) {
      out.u8(HEADS);
      heads.documents().forEach(each -> out.key(each.key()).hashes(each.heads()));
    } else if (frame instanceof Want want) {
      out.u8(WANT);
      want.documents().forEach(each -> out.key(each.key()).hashes(each.need()).hashes(each.have()));
    } else if (frame instanceof Gone gone) {
      out.u8(GONE);
      gone.documents()
          .forEach(each -> out.key(each.key()).hashes(each.heads()).u64(each.deletedSeconds()));
    } else {
      ofTheLink(frame, out);
    }
    return out.finish();
  }

  private static void ofTheLink(SyncFrame frame, FrameWriter out) {
    if (frame instanceof Hello hello) {
      Lineage lineage = hello.lineage();
      out.u8(HELLO).bytes(lineage.store().bytes()).u64(lineage.sequence());
      out.u8(hello.durable() ? 1 : 0).u64(hello.bucketSeconds()).u32(hello.fromBucket());
      lineage.openings().forEach(each -> out.u64(each.id()).u64(each.held()));
    } else if (frame instanceof Contracts contracts) {
      out.u8(CONTRACTS);
      contracts.collections().forEach(each -> out.name(each.collection()).u8(each.contract()));
    } else if (frame instanceof Neighbours neighbours) {
      out.u8(NEIGHBOURS);
      neighbours.peers().forEach(out::peer);
    } else if (frame instanceof Ask ask) {
      out.u8(ASK);
      ask.questions().forEach(each -> out.key(each.key()).change(each.change()).u8(each.hops()));
    } else if (frame instanceof Held held) {
      out.u8(HELD);
      for (Answer each : held.answers()) {
        out.key(each.key()).change(each.change()).u8(each.holders().size());
        each.holders().forEach(holder -> out.peer(holder.peer()).u8(holder.durable() ? 1 : 0));
      }
    } else if (frame instanceof Pause) {
      out.u8(PAUSE);
    } else if (frame instanceof Resume) {
      out.u8(RESUME);
    } else {
      throw new AssertionError("unhandled " + frame);
    }
  }

  private static ByteBuffer changes(Changes changes) {
    FrameWriter out = new FrameWriter().u8(CHANGES);
    changes.documents().forEach(each -> out.key(each.key()).chunks(each.chunks()));
    ByteBuffer plain = out.finish();
    ByteBuffer body = plain.slice(1, plain.remaining() - 1);
    Optional<ByteBuffer> packed = changes.packed() ? ChangePacking.pack(body) : Optional.empty();
    return packed
        .filter(smaller -> smaller.remaining() + 4 < body.remaining())
        .map(
            smaller ->
                ByteBuffer.allocate(5 + smaller.remaining())
                    .put(PACKED)
                    .putInt(body.remaining())
                    .put(smaller)
                    .flip())
        .orElse(plain);
  }

  /**
   * Decodes a frame from a peer. Chunks and states are slices of the buffer, which must not change
   * later.
   *
   * @throws MalformedFrame when no correct peer sends it; no bytes lead to another exception
   */
  public static SyncFrame decode(ByteBuffer in) throws MalformedFrame {
    try {
      FrameReader reader = new FrameReader(in);
      SyncFrame frame = decode((byte) reader.u8(), reader);
      if (reader.hasMore()) {
        throw new MalformedFrame("sync frame: " + reader.remaining() + " bytes too many");
      }
      return frame;
    } catch (BufferUnderflowException | IllegalArgumentException | CharacterCodingException bad) {
      throw new MalformedFrame("sync frame: " + bad);
    }
  }

  private static SyncFrame decode(byte type, FrameReader in) throws CharacterCodingException {
    return switch (type) {
      case SUMMARY ->
          new Summary(in.u63(), new Fingerprint(in.i64(), in.i64()), in.u31(), in.u31(), in.u63());
      case HEADS -> new Heads(all(in, each -> new DocumentHeads(each.key(), each.hashes())));
      case WANT ->
          new Want(all(in, each -> new DocumentWant(each.key(), each.hashes(), each.hashes())));
      case CHANGES -> changes(in);
      case PACKED -> {
        int length = in.u31();
        yield changes(new FrameReader(ChangePacking.unpack(in.slice(in.remaining()), length)));
      }
      case LATEST -> new Latest(all(in, each -> new DocumentLatest(each.key(), each.blob())));
      case GONE ->
          new Gone(all(in, each -> new DocumentGone(each.key(), each.hashes(), each.u63())));
      case RangeFrameCodec.PARTITIONS, RangeFrameCodec.RANGES ->
          new Compare(RangeFrameCodec.decode(type, in));
      default -> ofTheLink(type, in);
    };
  }

  private static SyncFrame ofTheLink(byte type, FrameReader in) throws CharacterCodingException {
    return switch (type) {
      case HELLO -> hello(in);
      case CONTRACTS ->
          new Contracts(
              all(in, each -> new CollectionContract(each.collection(), (byte) each.u8())));
      case NEIGHBOURS -> new Neighbours(all(in, FrameReader::peer));
      case ASK -> new Ask(all(in, each -> new Question(each.key(), each.change(), each.u8())));
      case HELD -> new Held(all(in, SyncFrameCodec::answer));
      case PAUSE -> new Pause();
      case RESUME -> new Resume();
      default -> throw new IllegalArgumentException("type " + (type & 0xff) + " is unknown");
    };
  }

  private static Hello hello(FrameReader in) throws CharacterCodingException {
    StoreId store = new StoreId(in.i64(), in.i64());
    long sequence = in.u63();
    boolean durable = in.flag();
    long bucketSeconds = in.u63();
    int fromBucket = in.u31();
    if (bucketSeconds == 0) {
      throw new IllegalArgumentException("bucketSeconds(0): is below 1");
    }
    List<Lineage.Opening> openings = all(in, each -> new Lineage.Opening(each.i64(), each.u63()));
    return new Hello(new Lineage(store, sequence, openings), durable, bucketSeconds, fromBucket);
  }

  private static Changes changes(FrameReader in) throws CharacterCodingException {
    return new Changes(all(in, each -> new DocumentChanges(each.key(), each.chunks())));
  }

  private static Answer answer(FrameReader in) throws CharacterCodingException {
    var key = in.key();
    ChangeRef change = in.change();
    int count = in.u8();
    List<Holder> holders = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      holders.add(new Holder(in.peer(), in.flag()));
    }
    return new Answer(key, change, holders);
  }

  /** One element of a list that runs to the end of the frame. */
  @FunctionalInterface
  private interface Element<T> {
    T read(FrameReader in) throws CharacterCodingException;
  }

  private static <T> List<T> all(FrameReader in, Element<T> element)
      throws CharacterCodingException {
    List<T> all = new ArrayList<>();
    while (in.hasMore()) {
      all.add(element.read(in));
    }
    return all;
  }
}

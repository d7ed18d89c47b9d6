package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Reads forward through a frame of a peer. What is not there is a {@link BufferUnderflowException},
 * what is nonsense an {@link IllegalArgumentException}. No count from outside sizes memory before
 * the bytes it speaks of are known to be there.
 */
final class FrameReader {
  private static final int PEER_BYTES = 32;

  private final ByteBuffer in;

  FrameReader(ByteBuffer in) {
    this.in = in;
  }

  boolean hasMore() {
    return in.hasRemaining();
  }

  int remaining() {
    return in.remaining();
  }

  int u8() {
    return in.get() & 0xff;
  }

  int u16() {
    return in.getShort() & 0xffff;
  }

  int i32() {
    return in.getInt();
  }

  long i64() {
    return in.getLong();
  }

  /** A number from 0 to 2^63 - 1. */
  long u63() {
    long value = in.getLong();
    if (value < 0) {
      throw new IllegalArgumentException("a number is negative");
    }
    return value;
  }

  /** A number from 0 to 2^31 - 1. */
  int u31() {
    int value = in.getInt();
    if (value < 0) {
      throw new IllegalArgumentException("a number is negative");
    }
    return value;
  }

  boolean flag() {
    int value = u8();
    if (value > 1) {
      throw new IllegalArgumentException("a flag is " + value);
    }
    return value == 1;
  }

  DocumentKey key() throws CharacterCodingException {
    return new DocumentKey(name(), name());
  }

  /** The name of a collection, as strict as {@link DocumentKey} is. */
  String collection() throws CharacterCodingException {
    return new DocumentKey(name(), "-").collection();
  }

  String name() throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .decode(slice(u8()))
        .toString();
  }

  List<ChangeHash> hashes() {
    ByteBuffer bytes = slice(u16() * ChangeHash.BYTES);
    List<ChangeHash> hashes = new ArrayList<>(bytes.remaining() / ChangeHash.BYTES);
    while (bytes.hasRemaining()) {
      hashes.add(ChangeHash.read(bytes));
    }
    return hashes;
  }

  List<ByteBuffer> chunks() {
    int count = u16();
    List<ByteBuffer> chunks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      chunks.add(blob());
    }
    return chunks;
  }

  ByteBuffer blob() {
    return slice(u31());
  }

  PeerId peer() {
    byte[] endpoint = new byte[PEER_BYTES];
    in.get(endpoint);
    return new PeerId(HexFormat.of().formatHex(endpoint));
  }

  ChangeRef change() {
    int kind = u8();
    if (kind == SyncFrameCodec.BY_HASH) {
      return new ChangeRef.Hash(ChangeHash.read(slice(ChangeHash.BYTES)));
    }
    if (kind == SyncFrameCodec.BY_DOT) {
      ByteBuffer actor = slice(u8());
      byte[] bytes = new byte[actor.remaining()];
      actor.get(bytes);
      return new ChangeRef.Dot(ActorId.of(bytes), i64());
    }
    throw new IllegalArgumentException("a write is named in no known way: " + kind);
  }

  ByteBuffer slice(int length) {
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer slice = in.slice(in.position(), length);
    in.position(in.position() + length);
    return slice;
  }
}

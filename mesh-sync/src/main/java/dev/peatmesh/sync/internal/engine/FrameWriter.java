package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** A byte buffer that grows. Big-endian. */
final class FrameWriter {
  private ByteBuffer buffer = ByteBuffer.allocate(512);

  FrameWriter u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  FrameWriter u16(int value) {
    room(2).putShort((short) value);
    return this;
  }

  FrameWriter u32(int value) {
    room(4).putInt(value);
    return this;
  }

  FrameWriter u64(long value) {
    room(8).putLong(value);
    return this;
  }

  FrameWriter bytes(byte[] bytes) {
    return bytes(bytes, bytes.length);
  }

  FrameWriter bytes(byte[] bytes, int length) {
    room(length).put(bytes, 0, length);
    return this;
  }

  FrameWriter key(DocumentKey key) {
    return name(key.collection()).name(key.id());
  }

  FrameWriter hashes(List<ChangeHash> hashes) {
    u16(hashes.size());
    ByteBuffer room = room(hashes.size() * ChangeHash.BYTES);
    hashes.forEach(hash -> hash.write(room));
    return this;
  }

  FrameWriter chunks(List<ByteBuffer> chunks) {
    u16(chunks.size());
    chunks.forEach(this::blob);
    return this;
  }

  FrameWriter blob(ByteBuffer blob) {
    u32(blob.remaining());
    room(blob.remaining()).put(blob.duplicate());
    return this;
  }

  FrameWriter peer(PeerId peer) {
    return bytes(HexFormat.of().parseHex(peer.value()));
  }

  FrameWriter change(ChangeRef change) {
    if (change instanceof ChangeRef.Hash named) {
      ByteBuffer room = u8(SyncFrameCodec.BY_HASH).room(ChangeHash.BYTES);
      named.hash().write(room);
      return this;
    }
    if (change instanceof ChangeRef.Dot dot) {
      byte[] actor = dot.actor().bytes();
      return u8(SyncFrameCodec.BY_DOT).u8(actor.length).bytes(actor).u64(dot.counter());
    }
    throw new AssertionError("unhandled " + change);
  }

  FrameWriter name(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return u8(bytes.length).bytes(bytes);
  }

  ByteBuffer finish() {
    return buffer.flip();
  }

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      int capacity = Math.max(2 * buffer.capacity(), buffer.position() + bytes);
      buffer = ByteBuffer.allocate(capacity).put(buffer.flip());
    }
    return buffer;
  }
}

package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
    room(bytes.length).put(bytes);
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
    for (ByteBuffer chunk : chunks) {
      u32(chunk.remaining());
      room(chunk.remaining()).put(chunk.duplicate());
    }
    return this;
  }

  ByteBuffer finish() {
    return buffer.flip();
  }

  private FrameWriter name(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return u8(bytes.length).bytes(bytes);
  }

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      int capacity = Math.max(2 * buffer.capacity(), buffer.position() + bytes);
      buffer = ByteBuffer.allocate(capacity).put(buffer.flip());
    }
    return buffer;
  }
}

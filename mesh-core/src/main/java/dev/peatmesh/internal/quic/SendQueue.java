package dev.peatmesh.internal.quic;

import dev.peatmesh.internal.transport.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one connection that QUIC has not taken yet. Any thread adds; the mesh loop takes
 * chunks, in which small frames share datagrams and large ones are cut, so that native memory holds
 * a chunk and never a queue.
 */
final class SendQueue {
  /** How much is copied into native memory at once: some 50 datagrams. */
  private static final int CHUNK_BYTES = 64 << 10;

  private final Queue<ByteBuffer> frames = new ConcurrentLinkedQueue<>();
  private final AtomicLong bytes = new AtomicLong();
  private final int highWater;
  private final int lowWater;
  private volatile boolean full;

  /** Bytes that were put into chunks already, but not taken yet; mesh loop only. */
  private long inChunks;

  /** The frame that is being cut; its length is still to be written if nothing of it was. */
  private @Nullable ByteBuffer current;

  private boolean headerWritten;

  SendQueue(int highWater, int lowWater) {
    this.highWater = highWater;
    this.lowWater = lowWater;
  }

  /** Adds a frame. Any thread. */
  void add(ByteBuffer frame) {
    int size = frame.remaining();
    if (size < 1 || size > Transport.FRAME_BYTES_MAX) {
      throw new IllegalArgumentException(
          "send(%d bytes): a frame has 1 to %d bytes. Split what is larger."
              .formatted(size, Transport.FRAME_BYTES_MAX));
    }
    // Full is said before the frame can be taken, so that taking it sees and ends it.
    if (bytes.addAndGet(FrameReader.HEADER_BYTES + (long) size) > highWater) {
      full = true;
    }
    frames.add(frame);
  }

  /** Whether more should wait. Any thread. */
  boolean full() {
    return full;
  }

  /** Whether nothing waits. */
  boolean isEmpty() {
    return bytes.get() == 0;
  }

  /** The next bytes for the stream; null when there are none. The caller releases them. */
  @Nullable ByteBuf chunk(ByteBufAllocator allocator) {
    long waiting = bytes.get() - inChunks;
    if (waiting <= 0) {
      return null;
    }
    ByteBuf chunk = allocator.directBuffer((int) Math.min(CHUNK_BYTES, waiting));
    while (chunk.isWritable()) {
      ByteBuffer frame = current();
      if (frame == null || !writeSome(frame, chunk)) {
        break;
      }
    }
    if (!chunk.isReadable()) {
      chunk.release(); // Counted, but not in the queue yet: the adding thread will wake us again.
      return null;
    }
    inChunks += chunk.readableBytes();
    return chunk;
  }

  /** QUIC has taken these bytes. Whether the queue has just ceased to be full. */
  boolean taken(int count) {
    inChunks -= count;
    if (bytes.addAndGet(-count) <= lowWater && full) {
      full = false;
      return true;
    }
    return false;
  }

  /** Forgets everything: the connection has ended. */
  void clear() {
    frames.clear();
    current = null;
    full = false;
  }

  private @Nullable ByteBuffer current() {
    if (current == null) {
      current = frames.poll();
      headerWritten = false;
    }
    return current;
  }

  /** Whether the frame went into the chunk as far as there was room and something came of it. */
  private boolean writeSome(ByteBuffer frame, ByteBuf chunk) {
    if (!headerWritten) {
      if (chunk.writableBytes() < FrameReader.HEADER_BYTES) {
        return false;
      }
      chunk.writeInt(frame.remaining());
      headerWritten = true;
    }
    int count = Math.min(frame.remaining(), chunk.writableBytes());
    ByteBuffer part = frame.slice(frame.position(), count);
    chunk.writeBytes(part);
    frame.position(frame.position() + count);
    if (!frame.hasRemaining()) {
      current = null;
    }
    return true;
  }
}

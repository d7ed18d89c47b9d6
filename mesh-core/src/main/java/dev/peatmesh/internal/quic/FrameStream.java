package dev.peatmesh.internal.quic;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.internal.transport.Refusal;
import dev.peatmesh.runtime.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The one stream of a connection: frames out and in, back-pressure both ways, signs of life. {@link
 * #send} and {@link #consumed} may be called from any thread, the rest on the mesh loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails ends the stream, which is heard.
final class FrameStream extends ChannelInboundHandlerAdapter {
  /** What hears of the stream. */
  interface Owner {
    /** The other side has given its first sign of life. */
    void greeted();

    void frame(ByteBuffer frame);

    void writableAgain();

    /** The other side broke the rules. */
    void violated(Refusal refusal);
  }

  private final Owner owner;
  private final QuicStreamChannel channel;
  private final QuicLoop loop;
  private final QuicSettings settings;
  private final Counters counters;

  private final SendQueue queue;
  private final AtomicBoolean drainAwaited = new AtomicBoolean();
  private final FrameReader reader = new FrameReader();
  private final AtomicLong unconsumed = new AtomicLong();
  private volatile boolean paused;
  private volatile boolean stopped;

  private boolean greeted;

  /** Within the read loop of the stream, which ends with {@link #channelReadComplete}. */
  private boolean reading;

  private long lastSentNanos;
  private Loop.@Nullable Timer keepAlive;

  FrameStream(
      Owner owner,
      QuicStreamChannel channel,
      QuicLoop loop,
      QuicSettings settings,
      Counters counters) {
    this.owner = owner;
    this.channel = channel;
    this.loop = loop;
    this.settings = settings;
    this.counters = counters;
    queue = new SendQueue(settings.sendHighWaterBytes(), settings.sendLowWaterBytes());
  }

  /** Nothing is read before it is asked for; signs of life go out from now on. */
  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    channel.config().setAutoRead(false);
    channel.config().setAllowHalfClosure(false);
    lastSentNanos = loop.nanoTime();
    keepAlive = loop.schedule(settings.keepAlive(), this::keepAlive);
  }

  /** Reads until {@link #stopReading}. */
  void startReading() {
    if (!stopped) {
      channel.config().setAutoRead(true);
    }
  }

  /** What was read before is still delivered: a buffer at most. */
  void stopReading() {
    channel.config().setAutoRead(false);
  }

  /** Queues a frame. Any thread; cheap: one queue and, per loop turn, one wake-up. */
  void send(ByteBuffer frame) {
    if (stopped) {
      return;
    }
    queue.add(frame);
    if (drainAwaited.compareAndSet(false, true) && !(loop.inLoop() && reading)) {
      loop.execute(this::drain);
    }
    // While the loop reads this stream, what it sends goes out when it has read, in the same
    // datagrams as the acknowledgements.
  }

  boolean writable() {
    return !queue.full();
  }

  /** Some delivered bytes have been worked off. Any thread. */
  void consumed(int bytes) {
    long left = unconsumed.addAndGet(-bytes);
    if (left < 0) {
      throw new AssertionError("consumed more than was delivered, by " + -left + " bytes");
    }
    if (paused && left <= settings.unconsumedBytesMax() / 2) {
      loop.execute(this::resume);
    }
  }

  /** A frame of length zero: 4 bytes that the other side swallows. */
  void sendSignOfLife() {
    counters.keepAliveOut();
    lastSentNanos = loop.nanoTime();
    channel.write(channel.alloc().directBuffer(FrameReader.HEADER_BYTES).writeInt(0));
  }

  /** Delivers, sends and says nothing any more. */
  void stop() {
    stopped = true;
    queue.clear();
    if (keepAlive != null) {
      keepAlive.cancel();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    reading = true;
    ByteBuf in = (ByteBuf) message;
    try {
      deliver(in);
    } catch (FrameReader.IllegalFrame illegal) {
      owner.violated(Refusal.ours(RefusalReason.PROTOCOL_VIOLATION, illegal.detail()));
    } finally {
      in.release();
    }
    if (unconsumed.get() > settings.unconsumedBytesMax()) {
      pause();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    reading = false;
    if (drainAwaited.get()) {
      drain();
    }
  }

  /** QUIC stopped taking bytes, by its flow or congestion control, and now takes some again. */
  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (channel.isWritable()) {
      drain();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    violated("ended its stream without closing the connection");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    violated("broke its stream off: " + cause.getMessage());
  }

  private void deliver(ByteBuf in) throws FrameReader.IllegalFrame {
    while (!stopped) {
      ByteBuffer frame = reader.next(in);
      if (frame == null) {
        return;
      }
      if (frame.hasRemaining()) {
        deliver(frame);
      } else {
        counters.keepAliveIn();
        if (!greeted) {
          greeted = true;
          owner.greeted();
        }
      }
    }
  }

  private void deliver(ByteBuffer frame) {
    if (!greeted) {
      violated("began with a frame rather than a sign of life");
      return;
    }
    counters.frameIn(frame.remaining());
    unconsumed.addAndGet(frame.remaining());
    owner.frame(frame);
  }

  private void drain() {
    drainAwaited.set(false);
    while (!stopped && channel.isWritable()) {
      ByteBuf chunk = queue.chunk(channel.alloc());
      if (chunk == null) {
        return;
      }
      int bytes = chunk.readableBytes();
      counters.bytesOut(bytes);
      lastSentNanos = loop.nanoTime();
      channel.write(chunk).addListener(written -> taken(bytes, written.isSuccess()));
    }
  }

  private void taken(int bytes, boolean success) {
    if (stopped) {
      return;
    }
    if (!success) {
      // Unless the whole connection is coming down, which tells its own reason.
      if (channel.parent().isOpen()) {
        violated("refuses to read its stream");
      }
    } else if (queue.taken(bytes)) {
      owner.writableAgain();
    }
  }

  private void pause() {
    paused = true;
    channel.config().setAutoRead(false);
    resume(); // What was consumed before others could see the pause would go unnoticed.
  }

  private void resume() {
    if (paused && !stopped && unconsumed.get() <= settings.unconsumedBytesMax() / 2) {
      paused = false;
      channel.config().setAutoRead(true);
    }
  }

  /**
   * QUIC has a PING, the library does not offer it. Both sides give signs: if one cannot, because
   * the other reads nothing, the other's still keep the connection.
   */
  private void keepAlive() {
    if (stopped) {
      return;
    }
    Duration silent = Duration.ofNanos(loop.nanoTime() - lastSentNanos);
    Duration left = settings.keepAlive().minus(silent);
    if (left.isNegative() || left.isZero()) {
      // What waits in the queue is a sign of life as soon as it can go out, and its frames must
      // not be cut by another.
      if (queue.isEmpty() && channel.isWritable()) {
        sendSignOfLife();
      }
      left = settings.keepAlive();
    }
    keepAlive = loop.schedule(left, this::keepAlive);
  }

  private void violated(String how) {
    if (!stopped) {
      owner.violated(Refusal.ours(RefusalReason.PROTOCOL_VIOLATION, how));
    }
  }
}

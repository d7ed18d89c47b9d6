package dev.peatmesh.internal.quic;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.internal.transport.Connection;
import dev.peatmesh.internal.transport.Refusal;
import dev.peatmesh.runtime.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.codec.quic.QuicTransportError;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One QUIC connection from its first datagram to its end: has the key of the other side proved,
 * opens or awaits the one stream, and tells why it ended, once.
 *
 * <p>Who dialled opens the stream with a sign of life, for a stream exists to the other side only
 * once bytes have come. It is answered with one, and only that opens the connection here: by then
 * the other side has judged our certificate, which TLS 1.3 does not wait for.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What comes of closing is heard by the close future.
final class QuicConnection extends ChannelInboundHandlerAdapter
    implements Connection, FrameStream.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(QuicConnection.class);

  /** Who made the connection or let it in. */
  interface Origin {
    /** The other side's key is proved; the stream is not open yet. */
    void proved(QuicConnection connection);

    /** Frames can be sent. */
    void opened(QuicConnection connection);

    /** It ended before it was opened. */
    void failed(QuicConnection connection, Refusal refusal);

    /** It ended; comes before {@link #failed} or what the listener hears. */
    void ended(QuicConnection connection);
  }

  private enum Stage {
    HANDSHAKE,
    OPEN,
    ENDED
  }

  private final QuicChannel channel;
  private final boolean dialled;
  private final Origin origin;
  private final QuicLoop loop;
  private final QuicSettings settings;
  private final Counters counters;

  private Stage stage = Stage.HANDSHAKE;
  private InetSocketAddress remote;
  private Loop.@Nullable Timer deadline;
  private @Nullable EndpointId remoteId;
  private volatile @Nullable FrameStream stream;
  private @Nullable Listener listener;

  /** Frames that came in one buffer with the answer that opened the connection. */
  private final List<ByteBuffer> early = new ArrayList<>();

  private @Nullable Refusal failure;
  private @Nullable Refusal ending;

  QuicConnection(
      QuicChannel channel,
      InetSocketAddress remote,
      boolean dialled,
      Origin origin,
      QuicLoop loop,
      QuicSettings settings,
      Counters counters) {
    this.channel = channel;
    this.remote = remote;
    this.dialled = dialled;
    this.origin = origin;
    this.loop = loop;
    this.settings = settings;
    this.counters = counters;
  }

  // The connection as the layer above sees it.

  @Override
  public EndpointId remoteId() {
    if (remoteId == null) {
      throw new AssertionError("asked for the id of the other side before it was proved");
    }
    return remoteId;
  }

  @Override
  public InetSocketAddress remoteAddress() {
    // Netty forgets the address when the channel closes.
    if (channel.remoteSocketAddress() instanceof InetSocketAddress now) {
      remote = now;
    }
    return remote;
  }

  @Override
  public boolean dialled() {
    return dialled;
  }

  @Override
  public void listen(Listener listener) {
    loop.checkInLoop();
    if (this.listener != null) {
      throw new AssertionError("listen: was called before");
    }
    this.listener = listener;
    if (stage == Stage.ENDED) {
      loop.execute(this::tellEnd);
      return;
    }
    early.forEach(this::frame);
    early.clear();
    open().startReading();
  }

  @Override
  public void send(ByteBuffer frame) {
    open().send(frame);
  }

  @Override
  public boolean writable() {
    return open().writable();
  }

  @Override
  public void consumed(int bytes) {
    open().consumed(bytes);
  }

  @Override
  public void close(Refusal refusal) {
    loop.checkInLoop();
    leave(refusal);
  }

  /** Closes; the answer is done when the close frame has left this machine. */
  ChannelFuture leave(Refusal refusal) {
    if (stage == Stage.ENDED) {
      return channel.closeFuture();
    }
    // QUIC tells applications' reasons inside the encrypted connection only (RFC 9000 section
    // 10.2.3). In a handshake it has one word for a refusal.
    boolean refuse = !channel.isActive() && refusal.reason() == RefusalReason.OVERLOADED;
    int code =
        refuse
            ? Math.toIntExact(QuicTransportError.CONNECTION_REFUSED.code())
            : CloseCode.of(refusal.reason());
    ByteBuf text = Unpooled.wrappedBuffer(CloseCode.encode(refusal.detail()));
    end(refusal);
    return channel.close(!refuse, code, text);
  }

  /** Gives a handshake up; nobody is told. */
  void abandon() {
    leave(Refusal.ours(RefusalReason.LEFT, "dial given up"));
  }

  boolean handshaking() {
    return stage == Stage.HANDSHAKE;
  }

  // The stream.

  /** The stream exists: the connection is open. */
  void streamOpened(QuicStreamChannel streamChannel) {
    if (stage != Stage.HANDSHAKE) {
      streamChannel.close();
      return;
    }
    FrameStream opened = new FrameStream(this, streamChannel, loop, settings, counters);
    streamChannel.pipeline().addLast(opened);
    stream = opened;
    if (dialled) {
      opened.startReading(); // For the answer.
    }
    opened.sendSignOfLife();
    if (!dialled) {
      nowOpen();
    }
  }

  @Override
  public void greeted() {
    if (dialled && stage == Stage.HANDSHAKE) {
      nowOpen();
    }
  }

  @Override
  public void frame(ByteBuffer frame) {
    Listener hears = listener;
    if (hears == null) {
      early.add(frame);
    } else if (stage == Stage.OPEN) {
      guarded(() -> hears.frame(frame));
    }
  }

  @Override
  public void writableAgain() {
    Listener hears = listener;
    if (hears != null && stage == Stage.OPEN) {
      guarded(hears::writableAgain);
    }
  }

  @Override
  public void violated(Refusal refusal) {
    leave(refusal);
  }

  // The QUIC channel.

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    deadline = loop.schedule(settings.handshakeTimeout(), this::tooLate);
    channel.closeFuture().addListener(closed -> channelClosed());
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (stage != Stage.HANDSHAKE) {
      return;
    }
    PeerProof proof = PeerProof.of(channel);
    if (!proof.accepts(channel.sslEngine())) {
      proof.refusal().ifPresent(this::leave);
      return;
    }
    remoteId = proof.proved().orElseThrow();
    origin.proved(this);
    if (dialled) {
      openStream();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof QuicConnectionCloseEvent close) {
      end(Refusals.told(close));
      channel.close(); // Else QUIC waits for stragglers for some round trips.
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failed(cause);
  }

  /** The handshake failed on our side, or QUIC cannot go on. */
  void failed(Throwable cause) {
    if (failure == null) {
      Refusal refusal = Refusals.of(cause, PeerProof.of(channel));
      failure = refusal;
      // Later: the library first sends the alert with which TLS tells the other side.
      loop.execute(() -> leave(refusal));
    }
  }

  private void openStream() {
    channel
        .createStream(QuicStreamType.BIDIRECTIONAL, new StreamOpener())
        .addListener(
            created -> {
              if (!created.isSuccess()) {
                leave(
                    Refusal.ours(
                        RefusalReason.PROTOCOL_VIOLATION, "offers no stream: " + created.cause()));
              }
            });
  }

  private void nowOpen() {
    stage = Stage.OPEN;
    cancelDeadline();
    counters.opened(dialled);
    open().stopReading(); // Until somebody listens.
    guarded(() -> origin.opened(this));
  }

  private void tooLate() {
    boolean silent = dialled && !channel.isActive();
    leave(
        Refusal.ours(
            silent ? RefusalReason.UNREACHABLE : RefusalReason.HANDSHAKE_TIMEOUT,
            "%s within %s"
                .formatted(
                    silent ? "nothing answered" : "the handshake did not end",
                    settings.handshakeTimeout())));
  }

  /** QUIC has let go of the connection: by its idle timeout, unless something ended it before. */
  private void channelClosed() {
    if (stage == Stage.ENDED) {
      return;
    }
    if (failure != null) {
      end(failure);
    } else if (!channel.isTimedOut()) {
      end(Refusal.ours(RefusalReason.PROTOCOL_VIOLATION, "QUIC ended without a reason"));
    } else if (remoteId == null && dialled) {
      end(Refusal.ours(RefusalReason.UNREACHABLE, "nothing answered"));
    } else {
      end(
          Refusal.ours(
              RefusalReason.TIMED_OUT, "no sign of life within " + settings.idleTimeout()));
    }
  }

  private void end(Refusal refusal) {
    if (stage == Stage.ENDED) {
      return;
    }
    boolean wasOpen = stage == Stage.OPEN;
    remoteAddress(); // The last one known stays.
    stage = Stage.ENDED;
    ending = refusal;
    cancelDeadline();
    FrameStream current = stream;
    if (current != null) {
      current.stop();
    }
    origin.ended(this);
    // Later, so that whoever calls close() is not called back before it returns.
    loop.execute(
        () -> {
          if (wasOpen) {
            tellEnd();
          } else {
            origin.failed(this, refusal);
          }
        });
  }

  private void tellEnd() {
    Listener hears = listener;
    Refusal why = ending;
    if (hears != null && why != null) {
      ending = null;
      guarded(() -> hears.closed(why));
    }
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel();
    }
  }

  private FrameStream open() {
    FrameStream current = stream;
    if (current == null) {
      throw new AssertionError("a connection is used before it is open");
    }
    return current;
  }

  /** A listener that throws must not tear Netty's pipeline. */
  private static void guarded(Runnable callback) {
    try {
      callback.run();
    } catch (RuntimeException | AssertionError failure) {
      LOG.atError().setCause(failure).log("listener of a connection failed");
    }
  }
}

package dev.peatmesh.benchmarks.floor;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.quic.InsecureQuicTokenHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicCodecBuilder;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One QUIC stream between two processes on this machine, framed by a 4-byte length: Netty and
 * quiche as they come, one event loop, the socket options of the product. TLS without the pinning
 * of keys: a floor for bytes on an open stream, not for handshakes.
 *
 * <p>Frames arrive on the event loop and are released after the call. {@link #send} belongs there.
 */
public final class QuicPipe implements AutoCloseable {
  private static final String ALPN = "floor/1";
  private static final int WINDOW_BYTES = 16 << 20;
  private static final int FRAME_BYTES_MAX = 64 << 20;
  private static final int DATAGRAM_BYTES_MAX = 2_048;
  private static final int DATAGRAMS_PER_READ = 16;
  private static final int SOCKET_BUFFER_BYTES = 4 << 20;
  private static final int CONNECT_SECONDS_MAX = 20;

  private final IoEventLoop loop;
  private final CompletableFuture<Channel> stream = new CompletableFuture<>();
  private final Consumer<ByteBuf> receiver;
  private final Channel socket;

  private QuicPipe(Consumer<ByteBuf> receiver, SocketOpener opener) throws Exception {
    this.receiver = receiver;
    boolean epoll = Epoll.isAvailable();
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    loop = new SingleThreadIoEventLoop(null, new DefaultThreadFactory("floor", true), io);
    socket = opener.open(this, epoll);
  }

  /** Waits at a free port for the one that dials. */
  public static QuicPipe listen(Consumer<ByteBuf> receiver) throws Exception {
    return new QuicPipe(receiver, QuicPipe::bindServer);
  }

  /** Dials and opens the stream. */
  public static QuicPipe dial(int port, Consumer<ByteBuf> receiver) throws Exception {
    QuicPipe pipe = new QuicPipe(receiver, QuicPipe::bindClient);
    QuicChannel connection =
        QuicChannel.newBootstrap(pipe.socket)
            .handler(new ChannelInboundHandlerAdapter())
            .remoteAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .connect()
            .get(CONNECT_SECONDS_MAX, TimeUnit.SECONDS);
    connection
        .createStream(QuicStreamType.BIDIRECTIONAL, pipe.framing())
        .get(CONNECT_SECONDS_MAX, TimeUnit.SECONDS);
    return pipe;
  }

  /** Where it listens. */
  public int port() {
    return ((InetSocketAddress) socket.localAddress()).getPort();
  }

  /** Runs the task where frames arrive. */
  public void execute(Runnable task) {
    loop.execute(task);
  }

  /** An empty frame, with room left for its length. */
  public ByteBuf frame(int capacity) {
    return stream.join().alloc().directBuffer(Integer.BYTES + capacity).writeInt(0);
  }

  /** Sends a frame made by {@link #frame}. */
  public void send(ByteBuf frame) {
    frame.setInt(0, frame.readableBytes() - Integer.BYTES);
    stream.join().writeAndFlush(frame).addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
  }

  @Override
  public void close() {
    Channel open = stream.getNow(null);
    if (open != null) {
      open.parent().close().awaitUninterruptibly(CONNECT_SECONDS_MAX, TimeUnit.SECONDS);
    }
    socket.close().awaitUninterruptibly(CONNECT_SECONDS_MAX, TimeUnit.SECONDS);
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private Channel bindServer(boolean epoll) throws Exception {
    SelfSigned identity = SelfSigned.create();
    QuicSslContext tls =
        QuicSslContextBuilder.forServer(identity.privateKey(), null, identity.certificate())
            .applicationProtocols(ALPN)
            .build();
    return bind(
        epoll,
        tuned(new QuicServerCodecBuilder())
            .sslContext(tls)
            .tokenHandler(InsecureQuicTokenHandler.INSTANCE)
            .streamHandler(framing())
            .build());
  }

  private Channel bindClient(boolean epoll) throws Exception {
    QuicSslContext tls =
        QuicSslContextBuilder.forClient()
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .applicationProtocols(ALPN)
            .build();
    return bind(epoll, tuned(new QuicClientCodecBuilder()).sslContext(tls).build());
  }

  private Channel bind(boolean epoll, ChannelHandler codec) throws InterruptedException {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(epoll ? EpollDatagramChannel.class : NioDatagramChannel.class)
            .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES)
            .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES)
            .handler(codec);
    int bytes = DATAGRAM_BYTES_MAX;
    if (epoll) {
      bytes = DATAGRAM_BYTES_MAX * DATAGRAMS_PER_READ;
      bootstrap.option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, DATAGRAM_BYTES_MAX);
    }
    return bootstrap
        .option(
            ChannelOption.RECVBUF_ALLOCATOR,
            new FixedRecvByteBufAllocator(bytes).maxMessagesPerRead(DATAGRAMS_PER_READ))
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .sync()
        .channel();
  }

  private static <B extends QuicCodecBuilder<B>> B tuned(B codec) {
    return codec
        .maxIdleTimeout(10, TimeUnit.MINUTES)
        .maxSendUdpPayloadSize(1_350)
        .maxRecvUdpPayloadSize(1_500)
        .initialMaxData(WINDOW_BYTES)
        .initialMaxStreamDataBidirectionalLocal(WINDOW_BYTES)
        .initialMaxStreamDataBidirectionalRemote(WINDOW_BYTES)
        .initialMaxStreamsBidirectional(1);
  }

  private ChannelInitializer<Channel> framing() {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel opened) {
        opened
            .pipeline()
            .addLast(
                new LengthFieldBasedFrameDecoder(
                    FRAME_BYTES_MAX, 0, Integer.BYTES, 0, Integer.BYTES))
            .addLast(
                new SimpleChannelInboundHandler<ByteBuf>() {
                  @Override
                  protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
                    receiver.accept(frame);
                  }
                });
        stream.complete(opened);
      }
    };
  }

  /** Binds the socket of one role. */
  @FunctionalInterface
  private interface SocketOpener {
    Channel open(QuicPipe pipe, boolean epoll) throws Exception;
  }
}

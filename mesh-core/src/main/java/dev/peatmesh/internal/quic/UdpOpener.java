package dev.peatmesh.internal.quic;

import dev.peatmesh.runtime.MeshException.NetworkFailure;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.SocketProtocolFamily;
import java.net.InetSocketAddress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens UDP sockets for QUIC: buffers, batches, and errors that say what to do. Any thread. */
record UdpOpener(QuicLoop loop, QuicSettings settings, SegmentationOffload offload) {
  private static final Logger LOG = LoggerFactory.getLogger(UdpOpener.class);

  /** No peer of ours sends longer ones; a longer one is cut and then fails its checks. */
  private static final int DATAGRAM_BYTES_MAX = 2048;

  private static final int DATAGRAMS_PER_CALL = 16;
  private static final int READS_PER_TURN = 16;
  private static final int JOINED_BYTES_MAX = 65_535;

  /**
   * A bound socket. Blocks: not on the loop.
   *
   * @param family the address family; null takes both, where the machine has both
   * @throws NetworkFailure when the address or port cannot be used
   */
  Channel open(
      @Nullable SocketProtocolFamily family,
      InetSocketAddress local,
      Supplier<ChannelHandler> codec) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop.eventLoop())
            .channelFactory(() -> loop.newSocket(family))
            .option(ChannelOption.SO_RCVBUF, settings.socketBufferBytes())
            .option(ChannelOption.SO_SNDBUF, settings.socketBufferBytes())
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel socket) {
                    socket.pipeline().addLast(offload, codec.get());
                  }
                });
    receiveBuffers(bootstrap);
    ChannelFuture bound = bootstrap.bind(local).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw failure(local, bound.cause());
    }
    return bound.channel();
  }

  /** Says so where the kernel gives less than was asked for. */
  void reportCaps(Channel socket) {
    Integer granted = socket.config().getOption(ChannelOption.SO_RCVBUF);
    // Linux reports twice what it grants, for its bookkeeping (socket(7)).
    int asked = settings.socketBufferBytes() * (loop.epoll() ? 2 : 1);
    if (granted != null && granted < asked) {
      LOG.atInfo()
          .addKeyValue("asked", asked)
          .addKeyValue("granted", granted)
          .log("the kernel caps UDP buffers: raise net.core.rmem_max and net.core.wmem_max");
    }
  }

  private void receiveBuffers(Bootstrap bootstrap) {
    int bytes = DATAGRAM_BYTES_MAX;
    if (loop.epoll() && offload.maxNumSegments() > 0) {
      bytes = JOINED_BYTES_MAX;
      bootstrap.option(EpollChannelOption.UDP_GRO, true);
    } else if (loop.epoll()) {
      bytes = DATAGRAM_BYTES_MAX * DATAGRAMS_PER_CALL; // recvmmsg
      bootstrap.option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, DATAGRAM_BYTES_MAX);
    }
    bootstrap.option(
        ChannelOption.RECVBUF_ALLOCATOR,
        new FixedRecvByteBufAllocator(bytes).maxMessagesPerRead(READS_PER_TURN));
  }

  private static NetworkFailure failure(InetSocketAddress local, Throwable cause) {
    String reason = String.valueOf(cause.getMessage());
    if (reason.contains("in use")) {
      return new NetworkFailure(
          ("bindPort(%d): is in use at %s by another program or node. Stop it, choose another"
                  + " port, or 0 for a free one.")
              .formatted(local.getPort(), local.getHostString()),
          cause);
    }
    return new NetworkFailure(
        ("bindAddress(%s): cannot be used: %s. Choose an address of this machine and a port that"
                + " this user may use.")
            .formatted(local, reason),
        cause);
  }
}

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
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.PromiseCombiner;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The UDP sockets of one transport: one that accepts, and one per address family that dials, as the
 * QUIC codecs for the two roles cannot share a socket. Opened and closed from any thread but used
 * on the mesh loop.
 */
final class UdpSockets {
  private static final Logger LOG = LoggerFactory.getLogger(UdpSockets.class);

  /** No peer of ours sends longer ones; a longer one is cut and then fails its checks. */
  private static final int DATAGRAM_BYTES_MAX = 2048;

  private static final int DATAGRAMS_PER_CALL = 16;
  private static final int READS_PER_TURN = 16;
  private static final int JOINED_BYTES_MAX = 65_535;

  private final InetSocketAddress localAddress;
  private final Channel accepting;
  private final @Nullable Channel diallingV4;
  private final @Nullable Channel diallingV6;

  private UdpSockets(
      InetSocketAddress localAddress,
      Channel accepting,
      @Nullable Channel diallingV4,
      @Nullable Channel diallingV6) {
    this.localAddress = localAddress;
    this.accepting = accepting;
    this.diallingV4 = diallingV4;
    this.diallingV6 = diallingV6;
  }

  /** Opens sockets with these codecs. Blocks: not on the loop. */
  static UdpSockets open(
      QuicLoop loop,
      QuicSettings settings,
      SegmentationOffload offload,
      ChannelHandler acceptingCodec,
      Supplier<ChannelHandler> diallingCodec) {
    InetAddress address = settings.bindAddress().getAddress();
    Opener opener = new Opener(loop, settings, offload);
    Channel accepting =
        opener.open(
            address.isAnyLocalAddress() ? null : family(address),
            settings.bindAddress(),
            acceptingCodec);
    int port = ((InetSocketAddress) accepting.localAddress()).getPort();
    return new UdpSockets(
        new InetSocketAddress(address, port),
        accepting,
        opener.openToDial(SocketProtocolFamily.INET, address, diallingCodec.get()),
        opener.openToDial(SocketProtocolFamily.INET6, address, diallingCodec.get()));
  }

  /** The address that was asked for, with the port that was got. */
  InetSocketAddress localAddress() {
    return localAddress;
  }

  /** The socket to dial this address from; null where this machine lacks its address family. */
  @Nullable Channel toDial(InetAddress remote) {
    return family(remote) == SocketProtocolFamily.INET6 ? diallingV6 : diallingV4;
  }

  /** Closes all; connections that are still open end without a word. */
  Future<Void> close() {
    PromiseCombiner all = new PromiseCombiner(accepting.eventLoop());
    Stream.of(accepting, diallingV4, diallingV6)
        .filter(Objects::nonNull)
        .forEach(socket -> all.add((Future<?>) socket.close()));
    var closed = accepting.eventLoop().<Void>newPromise();
    all.finish(closed);
    return closed;
  }

  private static SocketProtocolFamily family(InetAddress address) {
    return address instanceof Inet6Address ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
  }

  /** Opens sockets one way. */
  private record Opener(QuicLoop loop, QuicSettings settings, SegmentationOffload offload) {

    /** A socket for dials, on a free port; null if the family is not there. */
    @Nullable Channel openToDial(
        SocketProtocolFamily family, InetAddress accepting, ChannelHandler codec) {
      boolean same = family(accepting) == family && !accepting.isAnyLocalAddress();
      String wildcard = family == SocketProtocolFamily.INET6 ? "::" : "0.0.0.0";
      InetSocketAddress local =
          same ? new InetSocketAddress(accepting, 0) : new InetSocketAddress(wildcard, 0);
      try {
        return open(family, local, codec);
      } catch (NetworkFailure absent) {
        LOG.atInfo()
            .addKeyValue("family", family)
            .addKeyValue("cause", absent.getMessage())
            .log("peers at addresses of this family cannot be dialled");
        return null;
      }
    }

    Channel open(
        @Nullable SocketProtocolFamily family, InetSocketAddress local, ChannelHandler codec) {
      Bootstrap bootstrap =
          new Bootstrap()
              .group(loop.eventLoop())
              .channelFactory(() -> loop.newSocket(family))
              .option(ChannelOption.SO_RCVBUF, settings.socketBufferBytes())
              .option(ChannelOption.SO_SNDBUF, settings.socketBufferBytes())
              .handler(new Pipeline(List.of(offload, codec)));
      receiveBuffers(bootstrap);
      ChannelFuture bound = bootstrap.bind(local).awaitUninterruptibly();
      if (!bound.isSuccess()) {
        throw failure(local, bound.cause());
      }
      reportCaps(bound.channel());
      return bound.channel();
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

    private void reportCaps(Channel socket) {
      // Linux reports twice what it grants, for its bookkeeping (socket(7)).
      Integer granted = socket.config().getOption(ChannelOption.SO_RCVBUF);
      if (granted != null && granted < settings.socketBufferBytes()) {
        LOG.atInfo()
            .addKeyValue("asked", settings.socketBufferBytes())
            .addKeyValue("granted", granted)
            .log("the kernel caps UDP buffers: raise net.core.rmem_max and net.core.wmem_max");
      }
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
          "bindAddress(%s): cannot be used: %s. Choose an address of this machine and a port that this user may use."
              .formatted(local, reason),
          cause);
    }
  }

  /** The handlers of one socket. */
  private static final class Pipeline extends ChannelInitializer<Channel> {
    private final List<ChannelHandler> handlers;

    Pipeline(List<ChannelHandler> handlers) {
      this.handlers = handlers;
    }

    @Override
    protected void initChannel(Channel socket) {
      handlers.forEach(handler -> socket.pipeline().addLast(handler));
    }
  }
}

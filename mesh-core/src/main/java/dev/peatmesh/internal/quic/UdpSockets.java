package dev.peatmesh.internal.quic;

import dev.peatmesh.runtime.MeshException.NetworkFailure;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseCombiner;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The UDP sockets of one transport: one that accepts, and one per address family that dials, as the
 * QUIC codecs for the two roles cannot share a socket. Mesh loop only, but for opening.
 */
final class UdpSockets {
  private static final Logger LOG = LoggerFactory.getLogger(UdpSockets.class);

  private static final String FAMILY_LACKING = "is of an address family that this machine lacks";

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

  /**
   * Opens sockets with these codecs. Blocks: not on the loop.
   *
   * @throws NetworkFailure when nothing can be accepted at that address
   */
  static UdpSockets open(
      UdpOpener opener,
      InetSocketAddress address,
      Supplier<ChannelHandler> acceptingCodec,
      Supplier<ChannelHandler> diallingCodec) {
    InetAddress host = address.getAddress();
    Channel accepting =
        opener.open(host.isAnyLocalAddress() ? null : family(host), address, acceptingCodec);
    opener.reportCaps(accepting);
    int port = ((InetSocketAddress) accepting.localAddress()).getPort();
    return new UdpSockets(
        new InetSocketAddress(host, port),
        accepting,
        openToDial(opener, SocketProtocolFamily.INET, host, diallingCodec),
        openToDial(opener, SocketProtocolFamily.INET6, host, diallingCodec));
  }

  /** The address that was asked for, with the port that was got. */
  InetSocketAddress localAddress() {
    return localAddress;
  }

  /** The socket to dial this address from; null where this machine lacks its address family. */
  @Nullable Channel toDial(InetAddress remote) {
    return family(remote) == SocketProtocolFamily.INET6 ? diallingV6 : diallingV4;
  }

  /**
   * Why no datagram can be sent there, as far as this machine knows: it has no route, or no socket
   * of that family. Sends nothing; else a dial would wait for its deadline.
   */
  static Optional<String> obstacle(@Nullable Channel socket, InetSocketAddress remote) {
    if (socket == null) {
      return Optional.of(FAMILY_LACKING);
    }
    InetAddress local = ((InetSocketAddress) socket.localAddress()).getAddress();
    boolean ipv6 = family(remote.getAddress()) == SocketProtocolFamily.INET6;
    // Named, for else the JDK takes the one that it found at its start, and that one alone.
    ProtocolFamily family = ipv6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
    try (DatagramChannel probe = DatagramChannel.open(family)) {
      probe.bind(new InetSocketAddress(local, 0));
      probe.connect(remote);
      return Optional.empty();
    } catch (UnsupportedOperationException lacking) {
      return Optional.of(FAMILY_LACKING);
    } catch (IOException noRoute) {
      return Optional.of(
          local.isAnyLocalAddress()
              ? "has no route from this machine: " + noRoute.getMessage()
              : "cannot be reached from %s, to which this node is bound: %s"
                  .formatted(local.getHostAddress(), noRoute.getMessage()));
    }
  }

  /** Closes all; connections that are still open end without a word. */
  Future<Void> close() {
    PromiseCombiner all = new PromiseCombiner(accepting.eventLoop());
    Stream.of(accepting, diallingV4, diallingV6)
        .filter(Objects::nonNull)
        .forEach(socket -> all.add((Future<?>) socket.close()));
    Promise<Void> closed = accepting.eventLoop().newPromise();
    all.finish(closed);
    return closed;
  }

  /** A socket on a free port, bound as the accepting one where it is of the same family. */
  private static @Nullable Channel openToDial(
      UdpOpener opener,
      SocketProtocolFamily family,
      InetAddress accepting,
      Supplier<ChannelHandler> codec) {
    boolean same = family(accepting) == family && !accepting.isAnyLocalAddress();
    String wildcard = family == SocketProtocolFamily.INET6 ? "::" : "0.0.0.0";
    InetSocketAddress local =
        same ? new InetSocketAddress(accepting, 0) : new InetSocketAddress(wildcard, 0);
    try {
      return opener.open(family, local, codec);
    } catch (NetworkFailure absent) {
      LOG.atInfo()
          .addKeyValue("family", family)
          .addKeyValue("cause", absent.getMessage())
          .log("peers at addresses of this family cannot be dialled");
      return null;
    }
  }

  private static SocketProtocolFamily family(InetAddress address) {
    return address instanceof Inet6Address ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
  }
}

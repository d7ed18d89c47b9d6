package dev.peatmesh.internal.quic;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.crypto.NodeIdentity;
import dev.peatmesh.internal.transport.Refusal;
import dev.peatmesh.internal.transport.Transport;
import dev.peatmesh.runtime.Loop;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicChannelOption;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicCodecBuilder;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Connections over QUIC with mutual TLS 1.3. Both sides prove the Ed25519 key that is their
 * endpoint id; who dials names the keys it takes.
 *
 * <p>Runs on one {@link QuicLoop}, which is the mesh loop: every method but {@link #open} and
 * {@link #closed} must be called there, and every callback comes from there. Memory per connection
 * is bounded by {@link QuicSettings}; there is one stream per connection, and no other is offered.
 */
public final class QuicTransport implements Transport {
  /** How long close frames may take to leave this machine. */
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);

  /** Fits IPv6 and the tunnels of container networks without being cut (RFC 9000 section 14). */
  private static final int DATAGRAM_BYTES_SENT = 1350;

  private static final int DATAGRAM_BYTES_TAKEN = 1500;

  private final QuicLoop loop;
  private final QuicSettings settings;
  private final Counters counters;
  private final Connections connections;
  private final Acceptor acceptor;
  private final SegmentationOffload offload;
  private final UdpSockets sockets;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private boolean closing;

  private QuicTransport(
      QuicLoop loop,
      QuicSettings settings,
      NodeTls tls,
      SecureRandom random,
      InstantSource clock,
      AcceptListener listener) {
    this.loop = loop;
    this.settings = settings;
    counters = new Counters();
    connections = new Connections(settings);
    acceptor = new Acceptor(loop, settings, tls, counters, connections, listener);
    offload = new SegmentationOffload(settings.segmentationOffload() && loop.epoll());
    sockets =
        UdpSockets.open(
            new UdpOpener(loop, settings, offload),
            settings.bindAddress(),
            () -> acceptingCodec(tls, new RetryTokens(random, clock)),
            () -> diallingCodec(tls));
  }

  /**
   * Opens the sockets and accepts from then on. Blocks for a moment: not to be called on the loop.
   *
   * @param random for keys that live as long as the transport
   * @param clock the time of day, for tokens that expire
   * @param listener hears of connections from outside, on the loop
   * @throws dev.peatmesh.runtime.MeshException.NetworkFailure when the address or port cannot be
   *     used, or this machine cannot run QUIC
   */
  public static QuicTransport open(
      QuicLoop loop,
      NodeIdentity identity,
      QuicSettings settings,
      SecureRandom random,
      InstantSource clock,
      AcceptListener listener) {
    QuicPlatform.require();
    NodeTls tls = new NodeTls(NodeCertificate.of(identity.endpointKey()), random);
    return new QuicTransport(loop, settings, tls, random, clock, listener);
  }

  @Override
  public InetSocketAddress localAddress() {
    return sockets.localAddress();
  }

  @Override
  public Dial dial(InetSocketAddress remote, Set<EndpointId> expected, DialListener listener) {
    loop.checkInLoop();
    Dialling dialling = new Dialling(loop, remote, counters, connections, listener);
    if (closing) {
      dialling.impossible(RefusalReason.CLOSED, "this node stops");
      return dialling;
    }
    if (remote.isUnresolved()) {
      dialling.impossible(RefusalReason.UNRESOLVED, remote.getHostString() + " was not resolved");
      return dialling;
    }
    Channel socket = sockets.toDial(remote.getAddress());
    Optional<String> obstacle = UdpSockets.obstacle(socket, remote);
    obstacle.ifPresentOrElse(
        why -> dialling.impossible(RefusalReason.UNREACHABLE, why),
        () -> begin(dialling, Objects.requireNonNull(socket), remote, new PeerProof(expected)));
    return dialling;
  }

  /** What has been done so far. */
  public TransportStats stats() {
    loop.checkInLoop();
    return counters.snapshot(connections.open(), connections.handshaking());
  }

  /** Begins to end; {@link #closed} tells when it is done, after a second at most. Idempotent. */
  @Override
  public void close() {
    loop.checkInLoop();
    if (closing) {
      return;
    }
    closing = true;
    acceptor.close();
    // Closing a socket tells nobody: connections are closed first, and their last words sent.
    Loop.Timer patience = loop.schedule(CLOSE_PATIENCE, this::closeSockets);
    connections
        .leave(Refusal.ours(RefusalReason.CLOSED, "this node stops"), loop.eventLoop())
        .addListener(
            told -> {
              patience.cancel();
              closeSockets();
            });
  }

  /** Done when every connection has been ended and every socket closed. Any thread. */
  public CompletableFuture<Void> closed() {
    return closed.copy();
  }

  private void begin(Dialling dialling, Channel socket, InetSocketAddress remote, PeerProof proof) {
    QuicChannel.newBootstrap(socket)
        .attr(PeerProof.channelKey(), proof)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0) // The connection has its own deadline.
        .option(QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, offload)
        .handler(
            new ChannelInitializer<QuicChannel>() {
              @Override
              protected void initChannel(QuicChannel channel) {
                QuicConnection connection =
                    new QuicConnection(channel, remote, true, dialling, loop, settings, counters);
                dialling.begun(connection);
                channel.pipeline().addLast(connection);
              }
            })
        .remoteAddress(remote)
        .connect()
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                dialling.failed(connected.cause());
              }
            });
  }

  private ChannelHandler acceptingCodec(NodeTls tls, RetryTokens tokens) {
    return configured(new QuicServerCodecBuilder(), 1)
        .sslEngineProvider(tls::acceptingEngine)
        .tokenHandler(tokens)
        .option(QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, offload)
        .handler(acceptor)
        .streamHandler(new StreamOpener())
        .build();
  }

  private ChannelHandler diallingCodec(NodeTls tls) {
    return configured(new QuicClientCodecBuilder(), 0)
        .sslEngineProvider(tls::diallingEngine)
        .build();
  }

  /** Both roles alike, but for the streams that the other side may open. */
  private <B extends QuicCodecBuilder<B>> B configured(B codec, int streamsOffered) {
    return codec
        .maxIdleTimeout(settings.idleTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .maxSendUdpPayloadSize(DATAGRAM_BYTES_SENT)
        .maxRecvUdpPayloadSize(DATAGRAM_BYTES_TAKEN)
        .initialMaxData(settings.streamWindowBytes())
        .initialMaxStreamDataBidirectionalLocal(settings.streamWindowBytes())
        .initialMaxStreamDataBidirectionalRemote(settings.streamWindowBytes())
        .initialMaxStreamsBidirectional(streamsOffered)
        .initialMaxStreamsUnidirectional(0)
        .activeMigration(true); // Addresses change behind NATs.
  }

  private void closeSockets() {
    sockets.close().addListener(done -> closed.complete(null));
  }
}

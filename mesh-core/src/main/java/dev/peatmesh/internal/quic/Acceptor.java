package dev.peatmesh.internal.quic;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.internal.transport.Refusal;
import dev.peatmesh.internal.transport.Transport.AcceptListener;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.quic.QuicChannel;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets strangers in, as far as there is room. Mesh loop only. */
final class Acceptor extends ChannelInitializer<QuicChannel> implements QuicConnection.Origin {
  private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);

  private final QuicLoop loop;
  private final QuicSettings settings;
  private final NodeTls tls;
  private final Counters counters;
  private final Connections connections;
  private final AcceptListener listener;
  private boolean closed;

  Acceptor(
      QuicLoop loop,
      QuicSettings settings,
      NodeTls tls,
      Counters counters,
      Connections connections,
      AcceptListener listener) {
    this.loop = loop;
    this.settings = settings;
    this.tls = tls;
    this.counters = counters;
    this.connections = connections;
    this.listener = listener;
  }

  /** Lets nobody in any more. */
  void close() {
    closed = true;
  }

  /** Somebody has shown that its address is its own, and sends a first handshake message. */
  @Override
  protected void initChannel(QuicChannel channel) {
    InetSocketAddress remote = (InetSocketAddress) channel.remoteSocketAddress();
    QuicConnection connection =
        new QuicConnection(channel, remote, false, this, loop, settings, counters);
    Optional<String> obstacle =
        closed ? Optional.of("this node stops") : connections.obstacle(remote);
    connections.add(connection);
    channel.pipeline().addLast(connection);
    // Later: QUIC cannot answer before it has read that message.
    obstacle
        .map(why -> Refusal.ours(RefusalReason.OVERLOADED, why))
        .ifPresent(refusal -> loop.execute(() -> connection.close(refusal)));
  }

  @Override
  public void proved(QuicConnection connection) {
    tls.forgetSessions();
  }

  @Override
  public void opened(QuicConnection connection) {
    LOG.atDebug()
        .addKeyValue("peer", connection.remoteId())
        .addKeyValue("remote", connection.remoteAddress())
        .log("connection accepted");
    listener.accepted(connection);
  }

  @Override
  public void failed(QuicConnection connection, Refusal refusal) {
    counters.failed(refusal.reason());
    LOG.atDebug()
        .addKeyValue("remote", connection.remoteAddress())
        .addKeyValue("refusal", refusal)
        .log("connection not accepted");
    listener.refused(connection.remoteAddress(), refusal);
  }

  @Override
  public void ended(QuicConnection connection) {
    connections.remove(connection);
  }
}

package dev.peatmesh.internal.quic;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.internal.transport.Refusal;
import dev.peatmesh.internal.transport.Transport.Dial;
import dev.peatmesh.internal.transport.Transport.DialListener;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One dial: answers its listener once, or never after {@link #cancel}. Mesh loop only. */
final class Dialling implements Dial, QuicConnection.Origin {
  private static final Logger LOG = LoggerFactory.getLogger(Dialling.class);

  private final QuicLoop loop;
  private final InetSocketAddress remote;
  private final Counters counters;
  private final Connections connections;
  private final DialListener listener;
  private @Nullable QuicConnection connection;
  private boolean answered;

  Dialling(
      QuicLoop loop,
      InetSocketAddress remote,
      Counters counters,
      Connections connections,
      DialListener listener) {
    this.loop = loop;
    this.remote = remote;
    this.counters = counters;
    this.connections = connections;
    this.listener = listener;
  }

  /** The attempt has become a connection that shakes hands. */
  void begun(QuicConnection attempt) {
    connection = attempt;
    connections.add(attempt);
  }

  /** There will be no connection. Answered later, after {@code dial} has returned. */
  void impossible(RefusalReason reason, String detail) {
    loop.execute(() -> answerFailed(Refusal.ours(reason, detail)));
  }

  /** The QUIC library ended the attempt. */
  void failed(Throwable cause) {
    if (connection != null) {
      connection.failed(cause);
    } else {
      impossible(RefusalReason.UNREACHABLE, String.valueOf(cause.getMessage()));
    }
  }

  @Override
  public void cancel() {
    loop.checkInLoop();
    if (!answered) {
      answered = true;
      if (connection != null) {
        connection.abandon();
      }
    }
  }

  @Override
  public void proved(QuicConnection connection) {}

  @Override
  public void opened(QuicConnection connection) {
    if (!answered) {
      answered = true;
      LOG.atDebug()
          .addKeyValue("peer", connection.remoteId())
          .addKeyValue("remote", remote)
          .log("connection dialled");
      listener.connected(connection);
    }
  }

  @Override
  public void failed(QuicConnection connection, Refusal refusal) {
    answerFailed(refusal);
  }

  @Override
  public void ended(QuicConnection connection) {
    connections.remove(connection);
  }

  private void answerFailed(Refusal refusal) {
    if (!answered) {
      answered = true;
      counters.failed(refusal.reason());
      LOG.atDebug()
          .addKeyValue("remote", remote)
          .addKeyValue("refusal", refusal)
          .log("dial failed");
      listener.failed(refusal);
    }
  }
}

package dev.peatmesh.internal.quic;

import dev.peatmesh.internal.transport.FairShare;
import dev.peatmesh.internal.transport.Refusal;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseCombiner;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The connections of one transport, from their first datagram to their end. Mesh loop only. */
final class Connections {
  private final Set<QuicConnection> all = new LinkedHashSet<>();
  private final QuicSettings settings;

  Connections(QuicSettings settings) {
    this.settings = settings;
  }

  void add(QuicConnection connection) {
    all.add(connection);
  }

  void remove(QuicConnection connection) {
    all.remove(connection);
  }

  int open() {
    return all.size() - handshaking();
  }

  int handshaking() {
    return (int) all.stream().filter(QuicConnection::handshaking).count();
  }

  /** Why one more stranger from there would be one too many; empty when there is a place. */
  Optional<String> obstacle(InetSocketAddress from) {
    List<InetSocketAddress> strangers =
        all.stream()
            .filter(connection -> !connection.dialled() && connection.handshaking())
            .map(QuicConnection::remoteAddress)
            .toList();
    int places = settings.unauthenticatedMax();
    if (all.size() >= settings.connectionsMax() || strangers.size() >= places) {
      return Optional.of("no place for another connection");
    }
    return FairShare.isUsedUp(places, from, strangers.stream())
        ? Optional.of("too many handshakes from one address")
        : Optional.empty();
  }

  /** Ends every connection; the answer is done when the last close frame has been sent. */
  Future<Void> leave(Refusal refusal, EventLoop eventLoop) {
    PromiseCombiner sent = new PromiseCombiner(eventLoop);
    List.copyOf(all).forEach(connection -> sent.add((Future<?>) connection.leave(refusal)));
    Promise<Void> left = eventLoop.newPromise();
    sent.finish(left);
    return left;
  }
}

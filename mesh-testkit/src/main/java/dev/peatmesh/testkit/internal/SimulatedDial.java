package dev.peatmesh.testkit.internal;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.internal.transport.Refusal;
import dev.peatmesh.internal.transport.Transport;
import dev.peatmesh.runtime.Loop;
import java.net.InetSocketAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The dialling side of a handshake: a hello, repeated until a reply comes, then the finish. As in
 * TLS 1.3 the dialler is connected one round trip after its hello, the acceptor half a round trip
 * later, and neither knows what the other made of it.
 */
final class SimulatedDial implements Transport.Dial {
  /** QUIC's first probe timeout, without a measured round trip (RFC 9002 section 6.2.2). */
  private static final long FIRST_PAUSE_NANOS = 1_000_000_000;

  /** 1 s, then 2 s: with 5 s for a handshake there is no third. Patient tests go on every 2 s. */
  private static final int DOUBLINGS_MAX = 1;

  private final SimulatedNetwork network;
  private final SimulatedTransport transport;
  private final SimulatedConnection connection;
  private final Set<EndpointId> expected;
  private final Transport.DialListener listener;
  private final Loop.Timer timeout;
  private int hellos;
  private int probes;
  private boolean over;

  private SimulatedDial(
      SimulatedTransport transport,
      SimulatedConnection connection,
      Set<EndpointId> expected,
      Transport.DialListener listener) {
    this.network = transport.network();
    this.transport = transport;
    this.connection = connection;
    this.expected = Set.copyOf(expected);
    this.listener = listener;
    timeout =
        transport
            .host()
            .after(
                transport.settings().handshakeTimeout().toNanos(),
                () -> unreachable("no answer in " + transport.settings().handshakeTimeout()));
  }

  static SimulatedDial begin(
      SimulatedTransport transport,
      InetSocketAddress remote,
      Set<EndpointId> expected,
      Transport.DialListener listener) {
    long id = transport.network().nextConnectionId();
    SimulatedConnection connection = new SimulatedConnection(transport, id, true, remote);
    SimulatedDial dial = new SimulatedDial(transport, connection, expected, listener);
    if (remote.isUnresolved()) {
      dial.fail(Refusal.ours(RefusalReason.UNRESOLVED, "dial(" + remote.getHostString() + ")"));
    } else {
      dial.hello();
    }
    return dial;
  }

  @Override
  public void cancel() {
    transport.loop().checkInLoop();
    if (!over) {
      finish();
      connection.refuse(Refusal.ours(RefusalReason.LEFT, "the dialler gave the attempt up"));
    }
  }

  /** A dial that came through in time is a connection now, which the transport closes itself. */
  void transportClosed() {
    if (connection.open()) {
      return;
    }
    fail(Refusal.ours(RefusalReason.CLOSED, "the transport was closed during the dial"));
    connection.vanish();
  }

  /** Somebody on the way says that nobody listens there. */
  void portUnreachable() {
    unreachable("the host says that nobody listens there");
  }

  /** Answers again when the acceptor's reply comes again: only the first counts. */
  void replied(SimulatedConnection acceptor) {
    if (connection.ended()) {
      connection.repliedTooLate(acceptor);
      return;
    }
    if (connection.open()) {
      return;
    }
    EndpointId proved = acceptor.transport().id();
    connection.meet(acceptor);
    if (!expected.isEmpty() && !expected.contains(proved)) {
      Refusal refusal =
          Refusal.ours(
              RefusalReason.WRONG_KEY,
              connection.remoteAddress() + " proved " + proved + ", expected " + named());
      connection.refuse(refusal);
      fail(refusal);
      return;
    }
    timeout.cancel();
    connection.opened();
    transport
        .loop()
        .execute(
            () -> {
              if (!over) {
                finish();
                listener.connected(connection);
              }
            });
  }

  /** The other side refused in the middle of the handshake. */
  void refusedByAcceptor(Refusal refusal) {
    fail(refusal);
  }

  SimulatedConnection connection() {
    return connection;
  }

  private void hello() {
    if (over || connection.ended() || connection.open()) {
      return;
    }
    SimulatedHost from = transport.host();
    SimulatedHost to = network.hostAt(connection.remoteAddress());
    sendHello(from, to);
    if (probes > 0) {
      // A probe timeout sends up to two packets (RFC 9002 section 6.2.4).
      sendHello(from, to);
    }
    long roundTrip = network.wire().roundTripMost(from, to == null ? from : to);
    int doublings = Math.min(probes++, DOUBLINGS_MAX);
    from.after((FIRST_PAUSE_NANOS + roundTrip) << doublings, this::hello);
  }

  private void sendHello(SimulatedHost from, @Nullable SimulatedHost to) {
    String packet = "c" + connection.id() + " hello " + ++hellos;
    if (to == null) {
      network.sendIntoVoid(this, packet);
    } else {
      network.wire().send(from, to, packet, () -> network.hello(this));
    }
  }

  private void unreachable(String why) {
    if (!connection.open()) {
      fail(
          Refusal.ours(
              RefusalReason.UNREACHABLE, "dial(" + connection.remoteAddress() + "): " + why));
      connection.vanish();
    }
  }

  private void fail(Refusal refusal) {
    timeout.cancel();
    transport
        .loop()
        .execute(
            () -> {
              if (!over) {
                finish();
                listener.failed(refusal);
              }
            });
  }

  private void finish() {
    over = true;
    timeout.cancel();
    transport.finished(this);
  }

  /** One key is worth printing, a thousand are not. */
  private String named() {
    return expected.size() == 1
        ? expected.iterator().next().hex()
        : "one of " + expected.size() + " keys";
  }
}

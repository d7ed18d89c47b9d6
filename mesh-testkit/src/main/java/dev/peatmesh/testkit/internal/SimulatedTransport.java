package dev.peatmesh.testkit.internal;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.internal.transport.Refusal;
import dev.peatmesh.internal.transport.Transport;
import dev.peatmesh.runtime.Loop;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One node's access to the simulated network. Stricter than any real transport: methods off the
 * loop, a second listener, a frame without bytes, a buffer touched after it was given away fail.
 */
public final class SimulatedTransport implements Transport {
  private final SimulatedNetwork network;
  private final SimulatedHost host;
  private final Loop loop;
  private final InetSocketAddress address;
  private final EndpointId id;
  private final TransportSettings settings;
  private final AcceptListener acceptListener;

  /** By {@link #key}: a node that calls itself has both sides here. */
  private final Map<Long, SimulatedConnection> connections = new LinkedHashMap<>();

  private final Map<Long, SimulatedDial> dials = new LinkedHashMap<>();
  private boolean closed;

  SimulatedTransport(
      SimulatedNetwork network,
      SimulatedHost host,
      Loop loop,
      InetSocketAddress address,
      EndpointId id,
      TransportSettings settings,
      AcceptListener acceptListener) {
    this.network = network;
    this.host = host;
    this.loop = loop;
    this.address = address;
    this.id = id;
    this.settings = settings;
    this.acceptListener = acceptListener;
    host.onCrash(this::vanish);
  }

  @Override
  public InetSocketAddress localAddress() {
    return address;
  }

  @Override
  public Dial dial(InetSocketAddress remote, Set<EndpointId> expected, DialListener listener) {
    loop.checkInLoop();
    SimulatedDial dial = SimulatedDial.begin(this, remote, expected, listener);
    SimulatedConnection connection = dial.connection();
    dials.put(connection.id(), dial);
    connections.put(key(connection.id(), true), connection);
    if (closed) {
      dial.transportClosed();
    }
    return dial;
  }

  @Override
  public void close() {
    loop.checkInLoop();
    if (closed) {
      return;
    }
    Refusal left = Refusal.ours(RefusalReason.LEFT, "the node at " + address + " stops");
    List.copyOf(dials.values()).forEach(SimulatedDial::transportClosed);
    for (SimulatedConnection connection : List.copyOf(connections.values())) {
      if (connection.open()) {
        connection.close(left);
      } else {
        connection.refuse(left);
      }
    }
    closed = true;
    network.unbind(this);
  }

  /** Connections, open or in the making, of this side. For leak checks. */
  public int connections() {
    return connections.size();
  }

  /** The process died: connections end without a word. */
  private void vanish() {
    List.copyOf(connections.values()).forEach(SimulatedConnection::vanish);
    dials.clear();
    if (!closed) {
      closed = true;
      network.unbind(this);
    }
  }

  /** A hello came; a repeated one gets the reply again, for the first may have been lost. */
  void hello(SimulatedDial dial) {
    SimulatedConnection caller = dial.connection();
    SimulatedConnection mine = connections.get(key(caller.id(), false));
    if (mine == null && !caller.ended() && !caller.open()) {
      mine = new SimulatedConnection(this, caller.id(), false, caller.transport().localAddress());
      mine.meet(caller);
      connections.put(key(mine.id(), false), mine);
      watchHandshake(mine);
    }
    if (mine != null) {
      SimulatedConnection acceptor = mine;
      wire().send(host, caller.host(), "c" + caller.id() + " reply", () -> dial.replied(acceptor));
    }
  }

  private void watchHandshake(SimulatedConnection connection) {
    host.after(
        settings.handshakeTimeout().toNanos(),
        () -> {
          if (!connection.open() && !connection.ended()) {
            connection.vanish();
            handshakeRefused(
                connection,
                Refusal.ours(
                    RefusalReason.HANDSHAKE_TIMEOUT,
                    "no finish from "
                        + connection.remoteAddress()
                        + " in "
                        + settings.handshakeTimeout()));
          }
        });
  }

  void accepted(SimulatedConnection connection) {
    loop.execute(
        () -> {
          if (!closed) {
            acceptListener.accepted(connection);
          }
        });
  }

  /** A handshake ended before a connection existed. */
  void handshakeRefused(SimulatedConnection connection, Refusal refusal) {
    if (closed) {
      return;
    }
    if (connection.dialled()) {
      SimulatedDial dial = dials.get(connection.id());
      if (dial != null) {
        dial.refusedByAcceptor(refusal);
      }
    } else {
      loop.execute(() -> acceptListener.refused(connection.remoteAddress(), refusal));
    }
  }

  void ended(SimulatedConnection connection) {
    connections.remove(key(connection.id(), connection.dialled()), connection);
  }

  void finished(SimulatedDial dial) {
    dials.remove(dial.connection().id());
  }

  void settle() {
    connections.values().forEach(SimulatedConnection::settle);
  }

  private static long key(long connectionId, boolean dialled) {
    return 2 * connectionId + (dialled ? 1 : 0);
  }

  EndpointId id() {
    return id;
  }

  SimulatedHost host() {
    return host;
  }

  Loop loop() {
    return loop;
  }

  SimulatedNetwork network() {
    return network;
  }

  TransportSettings settings() {
    return settings;
  }

  Wire wire() {
    return network.wire();
  }
}

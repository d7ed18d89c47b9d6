package dev.peatmesh.testkit.internal;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.internal.transport.Connection;
import dev.peatmesh.internal.transport.Refusal;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One side of a simulated connection. It knows its other side as only a simulator can, but changes
 * it by packets alone.
 */
final class SimulatedConnection implements Connection {
  /** For so long a closed side answers packets with another goodbye. */
  private static final long CLOSING_NANOS = 3_000_000_000L;

  private enum State {
    HANDSHAKE,
    OPEN,
    ENDED
  }

  private final SimulatedTransport transport;
  private final long id;
  private final boolean dialled;
  private final InetSocketAddress remoteAddress;
  private final Mailbox mailbox;
  private final Inbox inbox;
  private final Liveness liveness;
  private State state = State.HANDSHAKE;
  private @Nullable SimulatedConnection peer;
  private @Nullable Outbox outbox;
  private @Nullable Refusal goodbye;
  private long endedNanos;

  SimulatedConnection(
      SimulatedTransport transport, long id, boolean dialled, InetSocketAddress remoteAddress) {
    this.transport = transport;
    this.id = id;
    this.dialled = dialled;
    this.remoteAddress = remoteAddress;
    mailbox = new Mailbox(transport.loop());
    inbox = new Inbox(this, transport.settings());
    liveness = new Liveness(this, transport.settings());
  }

  @Override
  public EndpointId remoteId() {
    return peer().transport.id();
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return remoteAddress;
  }

  @Override
  public boolean dialled() {
    return dialled;
  }

  @Override
  public void listen(Listener listener) {
    transport.loop().checkInLoop();
    mailbox.listen(listener);
  }

  @Override
  public void send(ByteBuffer frame) {
    if (state == State.OPEN) {
      outbox().send(frame);
    }
  }

  @Override
  public boolean writable() {
    return state == State.OPEN && outbox().writable();
  }

  @Override
  public void consumed(int bytes) {
    if (state == State.OPEN) {
      inbox.consumed(bytes);
    }
  }

  @Override
  public void close(Refusal refusal) {
    transport.loop().checkInLoop();
    if (state == State.ENDED) {
      return;
    }
    goodbye = refusal;
    end(refusal.reason().name());
    sendGoodbye();
    // Whoever closes wants no more frames, not even those on their way to the listener.
    mailbox.clear();
    mailbox.add(listener -> listener.closed(refusal));
  }

  /** Ends a handshake that either side does not want to finish, and says why. */
  void refuse(Refusal refusal) {
    if (state != State.ENDED) {
      goodbye = refusal;
      end(refusal.reason().name());
      sendGoodbye();
    }
  }

  /** Whoever answers a dial that was given up is told so. */
  void repliedTooLate(SimulatedConnection acceptor) {
    if (host().up() && !met()) {
      meet(acceptor);
      sendGoodbye();
    }
  }

  /** Both sides are known to each other; nothing flows yet. */
  void meet(SimulatedConnection other) {
    peer = other;
    outbox = new Outbox(this, transport.settings(), other.transport.settings().streamWindowBytes());
  }

  void opened() {
    state = State.OPEN;
    liveness.start();
    if (dialled) {
      outbox().finishHandshake();
    }
  }

  /** The dialler's finish is the first segment in its order, so no frame can overtake it. */
  void handshakeFinished() {
    opened();
    transport.accepted(this);
  }

  void release(ByteBuffer frame) {
    mailbox.add(
        listener -> {
          inbox.delivered(frame.remaining());
          listener.frame(frame);
        });
  }

  void writableAgain() {
    mailbox.add(Listener::writableAgain);
  }

  void timedOut() {
    Refusal refusal =
        Refusal.ours(
            RefusalReason.TIMED_OUT,
            "nothing came from " + remoteAddress + " for " + transport.settings().idleTimeout());
    end("idle");
    mailbox.add(listener -> listener.closed(refusal));
  }

  /** The process died: nobody on this side hears anything, the other side is told nothing. */
  void vanish() {
    if (state != State.ENDED) {
      end("vanished");
    }
  }

  /** A packet came in. False when this side cannot take it any more. */
  boolean heard() {
    if (state != State.ENDED) {
      liveness.heard();
      return true;
    }
    if (goodbye != null && host().up() && now() - endedNanos < CLOSING_NANOS) {
      sendGoodbye();
    }
    return false;
  }

  /** Draws the keep-alives of the past before the network changes. */
  void settle() {
    liveness.settle();
  }

  private void remoteEnded(Refusal refusal) {
    if (state == State.ENDED) {
      return;
    }
    boolean wasOpen = state == State.OPEN;
    Refusal theirs = Refusal.theirs(refusal.reason(), refusal.detail());
    end("told " + refusal.reason());
    if (wasOpen) {
      mailbox.add(listener -> listener.closed(theirs));
    } else {
      transport.handshakeRefused(this, theirs);
    }
  }

  private void end(String why) {
    if (peer != null) {
      // What we said until now still counts for the other side.
      peer.settle();
    }
    state = State.ENDED;
    endedNanos = now();
    inbox.clear();
    if (outbox != null) {
      outbox.clear();
    }
    host().time().record(host() + " c" + id + " end " + why);
    transport.ended(this);
  }

  private void sendGoodbye() {
    Refusal refusal = goodbye;
    SimulatedConnection other = peer;
    if (refusal != null && other != null) {
      String packet = "c" + id + " goodbye " + refusal.reason();
      wire().send(host(), other.host(), packet, () -> other.remoteEnded(refusal));
    }
  }

  long id() {
    return id;
  }

  SimulatedHost host() {
    return transport.host();
  }

  SimulatedTransport transport() {
    return transport;
  }

  Wire wire() {
    return transport.wire();
  }

  Inbox inbox() {
    return inbox;
  }

  Outbox outbox() {
    if (outbox == null) {
      throw new AssertionError(this + " has no other side yet");
    }
    return outbox;
  }

  boolean met() {
    return peer != null;
  }

  SimulatedConnection peer() {
    if (peer == null) {
      throw new AssertionError(this + " has no other side yet");
    }
    return peer;
  }

  boolean open() {
    return state == State.OPEN;
  }

  boolean ended() {
    return state == State.ENDED;
  }

  private long now() {
    return host().time().nowNanos();
  }

  @Override
  public String toString() {
    return "connection c" + id + " of " + host() + (dialled ? " to " : " from ") + remoteAddress;
  }
}

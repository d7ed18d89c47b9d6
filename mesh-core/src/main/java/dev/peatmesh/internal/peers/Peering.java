package dev.peatmesh.internal.peers;

import dev.peatmesh.PeerStatus;
import dev.peatmesh.RefusalReason;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.internal.link.Addresses;
import dev.peatmesh.internal.link.Handshake;
import dev.peatmesh.internal.link.Link;
import dev.peatmesh.internal.link.LinkTable;
import dev.peatmesh.internal.link.LocalNode;
import dev.peatmesh.internal.link.PeerIdentity;
import dev.peatmesh.internal.peers.Dials.Dial;
import dev.peatmesh.internal.peers.Greetings.Greeting;
import dev.peatmesh.internal.transport.Refusal;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * The life of every peer, from a hint to a link and back: who is wanted, dialled, admitted, refused
 * and forgotten.
 *
 * <p>Hints say where a peer may be; who it is, only the handshake says. Every peer that is wanted
 * is dialled for ever, whatever showed it. One machine of several parts ({@link PeerTable}, {@link
 * Dials}, {@link Greetings}, {@link LinkTable}, {@link Redials}, {@link Strangers}, {@link
 * Endings}), of which each keeps to its bounds.
 *
 * <p>State machine: no I/O, no lock, no clock. Belongs to the mesh loop.
 */
public final class Peering {
  private final PeerTable peers;
  private final Dials dials;
  private final Greetings greetings;
  private final LinkTable links;
  private final Redials redials;
  private final Roster roster;
  private final Strangers strangers;
  private final Endings endings;
  private boolean started;
  private boolean stopped;

  /**
   * A peering that knows nobody.
   *
   * @param random spreads waits and draws nonces: unpredictable in production
   */
  public Peering(LocalNode self, PeerSettings settings, RandomGenerator random) {
    this.peers = new PeerTable(self, settings);
    this.dials = new Dials(settings);
    this.greetings = new Greetings(self, settings, random);
    this.links = new LinkTable(self.endpointId(), settings.limits().linksMax());
    this.redials = new Redials(settings, random, dials);
    this.roster = new Roster(self, settings, peers, links, dials, redials);
    this.strangers =
        new Strangers(settings.limits().strangersMax(), settings.timing().forgetAfter());
    this.endings = new Endings(self, peers, dials, links, redials, roster, strangers);
  }

  /** Goes one step; the effects are performed in their order, before the next step. */
  public List<Effect> handle(Input input, Moment now) {
    Turn turn = new Turn(now);
    if (stopped) {
      afterStop(input, turn);
    } else {
      dispatch(input, turn);
      startDials(turn);
    }
    return turn.effects();
  }

  /** All peers in the order they became known, then the strangers. */
  public List<PeerStatus> statuses() {
    List<PeerStatus> statuses = new ArrayList<>(peers.statuses());
    statuses.addAll(strangers.statuses());
    return statuses;
  }

  /** How much is held now. */
  public PeerCounts counts() {
    return new PeerCounts(
        peers.size(),
        links.size(),
        greetings.size(),
        dials.size(),
        strangers.size(),
        roster.hintsDropped());
  }

  private void dispatch(Input input, Turn turn) {
    if (input instanceof Input.FrameArrived arrived) {
      frameArrived(arrived, turn);
    } else if (input instanceof Input.ConnectionClosed closed) {
      connectionClosed(closed.connection(), closed.refusal(), turn);
    } else if (input instanceof Input.TimerFired fired) {
      timerFired(fired.timer(), turn);
    } else if (input instanceof Input.Accepted accepted) {
      accepted(accepted, turn);
    } else if (input instanceof Input.DialConnected connected) {
      dialConnected(connected, turn);
    } else if (input instanceof Input.DialFailed failed) {
      dialFailed(failed, turn);
    } else if (input instanceof Input.Resolved resolved) {
      resolved(resolved, turn);
    } else if (input instanceof Input.RefusedAtDoor refused) {
      strangers.refused(refused.from(), null, refused.refusal(), turn);
    } else if (input instanceof Input.LinkClosed closed) {
      closeLink(closed.connection(), closed.refusal(), turn);
    } else if (input instanceof Input.Discovered discovered) {
      roster.discovered(discovered, turn);
    } else if (input instanceof Input.Lost lost) {
      roster.lost(lost, turn);
    } else if (input instanceof Input.Started) {
      started = true;
    } else if (input instanceof Input.Stopped) {
      stop(turn);
    } else {
      throw new AssertionError("unhandled input: " + input);
    }
  }

  // Dials.

  private void startDials(Turn turn) {
    if (!started || stopped) {
      return;
    }
    for (EndpointId id = dials.pollReady(); id != null; id = dials.pollReady()) {
      Peer peer = peers.find(id);
      if (peer == null || (links.contains(id) && !peer.seemsMoved())) {
        continue;
      }
      if (greetings.acceptedFrom(id)) {
        // It is at our door: a second connection would only have to be closed again.
        peer.held(true);
        continue;
      }
      peer.dialling(turn);
      turn.report(Level.DEBUG, "peer dialled", "peer", peer.label());
      raceOver(dials.of(id), dials.start(peer, turn), turn);
    }
  }

  private void resolved(Input.Resolved resolved, Turn turn) {
    Dial dial = dials.racing(resolved.dial());
    if (dial != null) {
      raceOver(dial, dials.resolved(dial, resolved.name(), resolved.addresses(), turn), turn);
    }
  }

  private void dialFailed(Input.DialFailed failed, Turn turn) {
    Dial dial = dials.byAttempt(failed.attempt());
    if (dial != null) {
      raceOver(dial, dials.failed(dial, failed.attempt(), failed.refusal(), turn), turn);
    }
  }

  private void dialConnected(Input.DialConnected connected, Turn turn) {
    Dial dial = dials.byAttempt(connected.attempt());
    if (dial == null) {
      Refusal late = Refusal.ours(RefusalReason.DUPLICATE_LINK, "the dial was given up");
      turn.add(new Effect.Close(connected.connection(), late));
      return;
    }
    dials.connected(dial, connected.attempt(), turn);
    greet(connected.connection(), connected.remote(), dial.address(), dial, turn);
  }

  /** Goes on after a step of a race: a refusal says that it is lost. */
  private void raceOver(@Nullable Dial dial, @Nullable Refusal lost, Turn turn) {
    if (dial != null && lost != null) {
      endings.dial(dial, lost, turn);
    }
  }

  // Connections that have not proved themselves.

  private void accepted(Input.Accepted accepted, Turn turn) {
    Optional<String> obstacle = greetings.obstacle(accepted.from());
    if (obstacle.isPresent()) {
      Refusal full = Refusal.ours(RefusalReason.OVERLOADED, obstacle.get());
      turn.add(new Effect.Close(accepted.connection(), full));
      endings.visit(accepted.remote(), accepted.from(), full, turn);
      return;
    }
    greet(accepted.connection(), accepted.remote(), accepted.from(), null, turn);
  }

  private void greet(
      long connection,
      EndpointId remote,
      InetSocketAddress address,
      @Nullable Dial dial,
      Turn turn) {
    Greeting greeting = greetings.start(connection, remote, address, dial, turn);
    goOn(greeting, new Handshake.Input.Opened(), turn);
  }

  private void goOn(Greeting greeting, Handshake.Input input, Turn turn) {
    for (Handshake.Effect effect : greeting.handshake().handle(input)) {
      if (effect instanceof Handshake.Effect.Send send) {
        turn.add(new Effect.Send(greeting.connection(), send.frame()));
      } else if (effect instanceof Handshake.Effect.Verified verified) {
        admit(greeting, verified.peer(), turn);
      } else if (effect instanceof Handshake.Effect.Refuse refuse) {
        refuse(greeting, refuse.refusal(), turn);
      } else {
        throw new AssertionError("unhandled effect: " + effect);
      }
    }
  }

  private void admit(Greeting greeting, PeerIdentity identity, Turn turn) {
    boolean dialled = greeting.dial() != null;
    Link link =
        new Link(greeting.connection(), identity, dialled, greeting.address(), turn.nanos());
    LinkTable.Verdict verdict = links.judge(link);
    if (verdict instanceof LinkTable.Verdict.Refuse no) {
      refuse(greeting, no.refusal(), turn);
      return;
    }
    Peer peer = roster.findOrAdd(identity.endpointId(), turn);
    if (peer == null) {
      refuse(
          greeting, Refusal.ours(RefusalReason.OVERLOADED, "all places for peers are taken"), turn);
      return;
    }
    if (verdict instanceof LinkTable.Verdict.Replace replace) {
      links.remove(replace.present().connection());
      turn.add(new Effect.LinkDown(replace.present(), replace.why()));
      turn.add(new Effect.Close(replace.present().connection(), replace.why()));
    }
    goOn(greeting, new Handshake.Input.Admitted(), turn);
    linked(peer, greeting, link, turn);
  }

  private void linked(Peer peer, Greeting greeting, Link link, Turn turn) {
    greetings.end(greeting, turn);
    Dial dial = greeting.dial();
    if (dial != null) {
      dials.end(dial, turn);
    } else {
      dials.cancelRace(peer.id(), turn);
      peer.visited();
    }
    links.add(link);
    redials.forget(peer, turn);
    peers.name(peer, link.peer().nodeName());
    peer.connected(link, turn);
    roster.reconsider(peer, turn);
    turn.report(
        Level.INFO,
        "peer connected",
        "peer",
        peer.label(),
        "endpoint",
        peer.id().hex(),
        "at",
        Addresses.text(link.remote()),
        "dialled",
        link.dialled());
    turn.add(new Effect.LinkUp(link));
  }

  private void refuse(Greeting greeting, Refusal refusal, Turn turn) {
    turn.add(new Effect.Close(greeting.connection(), refusal));
    greetingEnded(greeting, refusal, turn);
  }

  private void greetingEnded(Greeting greeting, Refusal why, Turn turn) {
    greetings.end(greeting, turn);
    Dial dial = greeting.dial();
    if (dial != null) {
      endings.dial(dial, why, turn);
      return;
    }
    endings.visit(greeting.remote(), greeting.address(), why, turn);
  }

  // Links.

  private void frameArrived(Input.FrameArrived arrived, Turn turn) {
    Greeting greeting = greetings.find(arrived.connection());
    if (greeting != null) {
      goOn(greeting, new Handshake.Input.Arrived(arrived.frame()), turn);
      return;
    }
    closeLink(
        arrived.connection(),
        Refusal.ours(RefusalReason.PROTOCOL_VIOLATION, "a frame that no link carries"),
        turn);
  }

  private void connectionClosed(long connection, Refusal why, Turn turn) {
    Greeting greeting = greetings.find(connection);
    if (greeting != null) {
      greetingEnded(greeting, why, turn);
      return;
    }
    Link link = links.remove(connection);
    if (link != null) {
      endings.link(link, why, turn);
    }
  }

  private void closeLink(long connection, Refusal why, Turn turn) {
    Link link = links.remove(connection);
    if (link != null) {
      endings.link(link, why, turn);
      turn.add(new Effect.Close(connection, why));
    }
  }

  // Time.

  private void timerFired(Timer timer, Turn turn) {
    if (timer instanceof Timer.RaceStep step) {
      Dial dial = dials.racing(step.dial());
      if (dial != null) {
        raceOver(dial, dials.tick(dial, turn), turn);
      }
    } else if (timer instanceof Timer.Handshake handshake) {
      Greeting greeting = greetings.find(handshake.connection());
      if (greeting != null) {
        long waited = greetings.timeout().toMillis();
        goOn(greeting, new Handshake.Input.TimedOut(waited), turn);
      }
    } else if (timer instanceof Timer.Redial redial) {
      Peer peer = peers.find(redial.peer());
      if (peer != null) {
        redials.due(peer);
      }
    } else if (timer instanceof Timer.Forget forget) {
      Peer peer = peers.find(forget.peer());
      if (peer != null && peer.forgetting()) {
        roster.forget(peer, turn);
      }
    } else if (timer instanceof Timer.Strangers) {
      strangers.expire(turn);
    } else {
      throw new AssertionError("unhandled timer: " + timer);
    }
  }

  // The end.

  private void stop(Turn turn) {
    stopped = true;
    Refusal leaving = Refusal.ours(RefusalReason.LEFT, "the node stops");
    for (Link link : links.all()) {
      links.remove(link.connection());
      turn.add(new Effect.LinkDown(link, Refusal.ours(RefusalReason.CLOSED, "this node stops")));
      turn.add(new Effect.Close(link.connection(), leaving));
    }
    for (Greeting greeting : greetings.all()) {
      greetings.end(greeting, turn);
      turn.add(new Effect.Close(greeting.connection(), leaving));
      Dial dial = greeting.dial();
      if (dial != null) {
        dials.end(dial, turn);
      }
    }
    dials.cancelAll(turn);
    peers.all().forEach(peer -> roster.forget(peer, turn));
    strangers.clear(turn);
  }

  private static void afterStop(Input input, Turn turn) {
    Refusal leaving = Refusal.ours(RefusalReason.LEFT, "the node stops");
    if (input instanceof Input.Accepted accepted) {
      turn.add(new Effect.Close(accepted.connection(), leaving));
    } else if (input instanceof Input.DialConnected connected) {
      turn.add(new Effect.Close(connected.connection(), leaving));
    }
  }
}

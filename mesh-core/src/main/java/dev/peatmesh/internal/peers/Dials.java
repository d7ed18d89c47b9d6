package dev.peatmesh.internal.peers;

import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.internal.link.DialRace;
import dev.peatmesh.internal.transport.Refusal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The dials under way, at most one per peer and {@code dialsMax} in all; further peers wait in
 * line. A dial takes its place from its first attempt until its connection has proved itself or
 * failed.
 */
final class Dials {
  /** One dial of one peer. */
  static final class Dial {
    private final long id;
    private final EndpointId peer;
    private final DialRace race;
    private @Nullable InetSocketAddress won;

    private Dial(long id, EndpointId peer, DialRace race) {
      this.id = id;
      this.peer = peer;
      this.race = race;
    }

    EndpointId peer() {
      return peer;
    }

    /** The address that connected, of a dial that has. */
    InetSocketAddress address() {
      if (won == null) {
        throw new AssertionError("dial " + id + " has not connected");
      }
      return won;
    }

    /** The address that connected; null while the race runs. */
    @Nullable InetSocketAddress won() {
      return won;
    }
  }

  private final int dialsMax;
  private final DialRace.Rules rules;
  private final Map<Long, Dial> running = new LinkedHashMap<>();
  private final Map<EndpointId, Dial> byPeer = new LinkedHashMap<>();
  private final Map<Long, Dial> byAttempt = new LinkedHashMap<>();
  private final Set<EndpointId> waiting = new LinkedHashSet<>();
  private long lastDial;
  private long lastAttempt;

  Dials(PeerSettings settings) {
    this.dialsMax = settings.limits().dialsMax();
    this.rules =
        new DialRace.Rules(
            settings.timing().dialStagger(),
            settings.timing().dialTimeout(),
            settings.limits().addressesMax());
  }

  /** Puts a peer into the line, unless it is there or is being dialled. */
  void enqueue(EndpointId peer) {
    if (!byPeer.containsKey(peer)) {
      waiting.add(peer);
    }
  }

  /** Takes the next peer out of the line if it can be dialled now. */
  @Nullable EndpointId pollReady() {
    if (waiting.isEmpty() || running.size() >= dialsMax) {
      return null;
    }
    Iterator<EndpointId> line = waiting.iterator();
    EndpointId next = line.next();
    line.remove();
    return next;
  }

  /** Whether the peer is being dialled or waits in line. */
  boolean concerns(EndpointId peer) {
    return byPeer.containsKey(peer) || waiting.contains(peer);
  }

  @Nullable Dial of(EndpointId peer) {
    return byPeer.get(peer);
  }

  /** The dial that an attempt belongs to; null once the attempt or the dial is over. */
  @Nullable Dial byAttempt(long attempt) {
    return byAttempt.get(attempt);
  }

  /** Starts to dial; a refusal says that it failed on the spot. */
  @Nullable Refusal start(Peer peer, Turn turn) {
    DialRace race =
        new DialRace(rules, () -> ++lastAttempt, peer.proven(), Set.copyOf(peer.suspects()));
    Dial dial = new Dial(++lastDial, peer.id(), race);
    running.put(dial.id, dial);
    byPeer.put(dial.peer, dial);
    peer.tried();
    return step(dial, new DialRace.Input.Started(peer.addresses()), turn);
  }

  /** Hands what is newly known to the race that runs for a peer; false when none does. */
  boolean learned(Peer peer, Turn turn) {
    Dial dial = byPeer.get(peer.id());
    if (dial == null || dial.won != null) {
      return false;
    }
    peer.tried();
    step(dial, new DialRace.Input.Learned(peer.addresses()), turn);
    return true;
  }

  /** An attempt came through: its dial is left with one connection. */
  void connected(Dial dial, long attempt, Turn turn) {
    byAttempt.remove(attempt);
    step(dial, new DialRace.Input.Connected(attempt), turn);
  }

  /** An attempt failed; a refusal says that the whole dial did. */
  @Nullable Refusal failed(Dial dial, long attempt, Refusal refusal, Turn turn) {
    byAttempt.remove(attempt);
    return step(dial, new DialRace.Input.Failed(attempt, refusal), turn);
  }

  /** A dial that still races, by its number; null when there is none. */
  @Nullable Dial racing(long id) {
    Dial dial = running.get(id);
    return dial == null || dial.won != null ? null : dial;
  }

  @Nullable Refusal resolved(
      Dial dial, InetSocketAddress name, List<InetAddress> addresses, Turn turn) {
    return step(dial, new DialRace.Input.Resolved(name, addresses), turn);
  }

  @Nullable Refusal tick(Dial dial, Turn turn) {
    return step(dial, new DialRace.Input.Tick(), turn);
  }

  /** Gives up the race for a peer and its place in line, but not a connection it has won. */
  void cancelRace(EndpointId peer, Turn turn) {
    waiting.remove(peer);
    Dial dial = byPeer.get(peer);
    if (dial != null && dial.won == null) {
      step(dial, new DialRace.Input.Cancelled(), turn);
      end(dial, turn);
    }
  }

  /** A dial is over, however it went. */
  void end(Dial dial, Turn turn) {
    if (running.remove(dial.id) != null) {
      byPeer.remove(dial.peer);
      turn.add(new Effect.CancelTimer(new Timer.RaceStep(dial.id)));
    }
  }

  /** Gives up everything that races or waits. */
  void cancelAll(Turn turn) {
    waiting.clear();
    for (Dial dial : List.copyOf(running.values())) {
      cancelRace(dial.peer, turn);
    }
  }

  int size() {
    return running.size();
  }

  private @Nullable Refusal step(Dial dial, DialRace.Input input, Turn turn) {
    Refusal lost = null;
    for (DialRace.Effect effect : dial.race.handle(input, turn.nanos())) {
      if (effect instanceof DialRace.Effect.Lost end) {
        lost = end.refusal();
      } else {
        perform(dial, effect, turn);
      }
    }
    return lost;
  }

  private void perform(Dial dial, DialRace.Effect effect, Turn turn) {
    if (effect instanceof DialRace.Effect.Resolve resolve) {
      turn.add(new Effect.Resolve(dial.id, resolve.name()));
    } else if (effect instanceof DialRace.Effect.Dial attempt) {
      byAttempt.put(attempt.attempt(), dial);
      turn.add(new Effect.Dial(attempt.attempt(), attempt.address(), dial.peer));
    } else if (effect instanceof DialRace.Effect.Cancel cancel) {
      byAttempt.remove(cancel.attempt());
      turn.add(new Effect.CancelDial(cancel.attempt()));
    } else if (effect instanceof DialRace.Effect.Wake wake) {
      turn.add(new Effect.StartTimer(new Timer.RaceStep(dial.id), wake.delayNanos()));
    } else if (effect instanceof DialRace.Effect.Won winner) {
      dial.won = winner.address();
      turn.add(new Effect.CancelTimer(new Timer.RaceStep(dial.id)));
    } else {
      throw new AssertionError("unhandled effect: " + effect);
    }
  }
}

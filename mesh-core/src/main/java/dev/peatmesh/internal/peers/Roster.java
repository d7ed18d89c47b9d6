package dev.peatmesh.internal.peers;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.internal.link.LinkTable;
import dev.peatmesh.internal.link.LocalNode;
import dev.peatmesh.internal.transport.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Who is known, and for how long: takes the hints of discovery, enters peers, and forgets those
 * that discovery does not show and that have had no link for a grace. In the grace they are still
 * dialled: a source that fails takes nobody down.
 */
final class Roster {
  private final LocalNode self;
  private final PeerSettings settings;
  private final PeerTable peers;
  private final LinkTable links;
  private final Dials dials;
  private final Redials redials;
  private final LineBudget hintLines = new LineBudget();
  private long hintsDropped;

  Roster(
      LocalNode self,
      PeerSettings settings,
      PeerTable peers,
      LinkTable links,
      Dials dials,
      Redials redials) {
    this.self = self;
    this.settings = settings;
    this.peers = peers;
    this.links = links;
    this.dials = dials;
    this.redials = redials;
  }

  /** How many hints found no place. */
  long hintsDropped() {
    return hintsDropped;
  }

  void discovered(Input.Discovered hint, Turn turn) {
    EndpointId id;
    try {
      id = peers.endpointOf(hint.nodeId());
    } catch (IllegalArgumentException badName) {
      String problem = String.valueOf(badName.getMessage());
      hintLines.report(
          turn, Level.WARN, "hint ignored", "sources", hint.sources(), "problem", problem);
      return;
    }
    Peer peer = findOrAdd(id, turn);
    if (peer == null) {
      hintsDropped++;
      hintLines.report(
          turn, Level.WARN, "hint dropped: all places for peers are taken", "node", hint.nodeId());
      return;
    }
    if (!LocalNode.isEndpointId(hint.nodeId())) {
      peers.name(peer, hint.nodeId());
    }
    boolean news = peer.hint(hint.sources(), hint.addresses());
    if (news) {
      reportHint(peer, hint.sources(), turn);
    }
    reconsider(peer, turn);
    if (id.equals(self.endpointId())) {
      foundSelf(peer, turn);
    } else if (links.contains(id)) {
      if (peer.seemsMoved()) {
        redials.beside(peer, turn);
      }
    } else if (news) {
      redials.atOnce(peer, turn);
    } else {
      redials.nudge(peer, turn);
    }
  }

  private void reportHint(Peer peer, List<String> sources, Turn turn) {
    turn.report(
        Level.DEBUG,
        "peer discovered",
        "peer",
        peer.label(),
        "sources",
        sources,
        "addresses",
        peer.addresses().size());
    if (peer.addressesDropped() > 0) {
      hintLines.report(
          turn,
          Level.WARN,
          "addresses beyond the limit are not tried",
          "peer",
          peer.label(),
          "dropped",
          peer.addressesDropped());
    }
  }

  private void foundSelf(Peer peer, Turn turn) {
    Refusal refusal = Refusal.ours(RefusalReason.SELF, "a source reports this node itself");
    if (peer.erred(refusal, turn)) {
      peer.idle(RefusalReason.SELF, turn);
      turn.report(Level.DEBUG, "found this node itself; not dialled");
    }
  }

  void lost(Input.Lost lost, Turn turn) {
    EndpointId id;
    try {
      id = peers.endpointOf(lost.nodeId());
    } catch (IllegalArgumentException neverTaken) {
      return;
    }
    Peer peer = peers.find(id);
    if (peer != null) {
      peer.unhint();
      turn.report(Level.DEBUG, "peer lost", "peer", peer.label());
      reconsider(peer, turn);
    }
  }

  /** The peer, entered if it is new; null when all places are taken. */
  @Nullable Peer findOrAdd(EndpointId id, Turn turn) {
    Peer peer = peers.find(id);
    if (peer != null) {
      return peer;
    }
    if (peers.isFull()) {
      Peer longest = peers.mostForgettable();
      if (longest == null) {
        return null;
      }
      forget(longest, turn);
    }
    return peers.add(id, turn);
  }

  /** Starts the grace of a peer that nobody reports and that has no link, or ends it. */
  void reconsider(Peer peer, Turn turn) {
    boolean forgettable = !peer.isHinted() && !links.contains(peer.id());
    if (forgettable == peer.forgetting()) {
      return;
    }
    peers.forgetting(peer, forgettable);
    Timer timer = new Timer.Forget(peer.id());
    turn.add(
        forgettable
            ? new Effect.StartTimer(timer, settings.timing().forgetAfter().toNanos())
            : new Effect.CancelTimer(timer));
  }

  void forget(Peer peer, Turn turn) {
    dials.cancelRace(peer.id(), turn);
    redials.forget(peer, turn);
    turn.add(new Effect.CancelTimer(new Timer.Forget(peer.id())));
    peers.remove(peer);
    turn.report(Level.DEBUG, "peer forgotten", "peer", peer.label());
  }
}

package dev.peatmesh.internal.peers;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.internal.link.Link;
import dev.peatmesh.internal.link.LinkTable;
import dev.peatmesh.internal.link.LocalNode;
import dev.peatmesh.internal.peers.Dials.Dial;
import dev.peatmesh.internal.transport.Refusal;
import java.net.InetSocketAddress;
import org.slf4j.event.Level;

/** What follows when a dial, a visit or a link ends: the error that is kept, and the next dial. */
final class Endings {
  private final LocalNode self;
  private final PeerTable peers;
  private final Dials dials;
  private final LinkTable links;
  private final Redials redials;
  private final Roster roster;
  private final Strangers strangers;

  Endings(
      LocalNode self,
      PeerTable peers,
      Dials dials,
      LinkTable links,
      Redials redials,
      Roster roster,
      Strangers strangers) {
    this.self = self;
    this.peers = peers;
    this.dials = dials;
    this.links = links;
    this.redials = redials;
    this.roster = roster;
    this.strangers = strangers;
  }

  /** A dial came to nothing. */
  void dial(Dial dial, Refusal why, Turn turn) {
    dials.end(dial, turn);
    Peer peer = peers.find(dial.peer());
    if (peer == null) {
      return;
    }
    boolean duplicate = why.reason() == RefusalReason.DUPLICATE_LINK;
    InetSocketAddress won = dial.won();
    if (won != null && !duplicate) {
      peer.suspect(won);
    }
    if (!duplicate) {
      erred(peer, why, turn);
    }
    if (!links.contains(peer.id())) {
      redials.afterDial(peer, why.reason(), turn);
    }
  }

  /** A connection that somebody made came to nothing. */
  void visit(EndpointId remote, InetSocketAddress from, Refusal why, Turn turn) {
    boolean harmless =
        switch (why.reason()) {
          // The other side gave a dial up: it has a better link, or stops.
          case DUPLICATE_LINK, LEFT, CLOSED -> true;
          default -> false;
        };
    Peer peer = peers.find(remote);
    if (peer == null) {
      if (!harmless) {
        strangers.refused(from, remote, why, turn);
      }
      return;
    }
    if (!harmless) {
      erred(peer, why, turn);
    }
    if (!links.contains(remote) && !remote.equals(self.endpointId())) {
      redials.afterVisit(peer, why.reason(), turn);
    }
  }

  /** A link went down; it is out of the table. */
  void link(Link link, Refusal why, Turn turn) {
    turn.add(new Effect.LinkDown(link, why));
    Peer peer = peers.find(link.peer().endpointId());
    if (peer == null) {
      throw new AssertionError("a link without a peer: " + link);
    }
    // The other link is up at the peer already; here its proof is still on the way.
    boolean duplicate = why.reason() == RefusalReason.DUPLICATE_LINK;
    if (!duplicate) {
      peer.erred(why, turn);
    }
    turn.report(
        duplicate ? Level.DEBUG : Level.INFO,
        "peer disconnected",
        "peer",
        peer.label(),
        "reason",
        why.reason(),
        "detail",
        why.detail(),
        "remote",
        why.remote());
    redials.afterLink(peer, why.reason(), turn.now().since(link.upNanos()), turn);
    roster.reconsider(peer, turn);
  }

  /** Keeps an error, and says so once per change of the reason. */
  private static void erred(Peer peer, Refusal why, Turn turn) {
    if (peer.erred(why, turn)) {
      turn.report(
          Peer.isJudgement(why.reason()) ? Level.WARN : Level.INFO,
          Peer.isJudgement(why.reason()) ? "peer refused" : "peer not reached",
          "peer",
          peer.label(),
          "reason",
          why.reason(),
          "detail",
          why.detail(),
          "remote",
          why.remote());
    }
  }
}

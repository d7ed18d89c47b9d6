package dev.peatmesh.internal.peers;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.internal.link.Backoff;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.slf4j.event.Level;

/**
 * When a peer without a link is dialled again. Always, sooner or later, as long as it is known and
 * an address of it is: after a failure with back-off, the shorter the more recently it had a link;
 * after the loss of a link promptly; on news of it at once; on an old hint or a sign of life at
 * once, but not more often than {@code nudgeMin}.
 */
final class Redials {
  private final PeerSettings settings;
  private final RandomGenerator random;
  private final Dials dials;

  Redials(PeerSettings settings, RandomGenerator random, Dials dials) {
    this.settings = settings;
    this.random = random;
    this.dials = dials;
  }

  /** There is news of the peer: what failed before may work now. */
  void atOnce(Peer peer, Turn turn) {
    peer.backoff().reset();
    forget(peer, turn);
    if (!dials.learned(peer, turn)) {
      due(peer);
    }
  }

  /** The peer has a link and seems to have moved: it is dialled where it is now, once. */
  void beside(Peer peer, Turn turn) {
    turn.report(Level.DEBUG, "peer seems to have moved", "peer", peer.label());
    if (!dials.learned(peer, turn)) {
      dials.enqueue(peer.id());
    }
  }

  /** The peer is reported again, or has shown that it lives. */
  void nudge(Peer peer, Turn turn) {
    if (dials.concerns(peer.id())) {
      return;
    }
    long waitNanos = 0;
    if (peer.lastDialNanos().isPresent()) {
      long agoNanos = turn.nanos() - peer.lastDialNanos().getAsLong();
      waitNanos = Math.max(0, settings.timing().nudgeMin().toNanos() - agoNanos);
    }
    boolean sooner =
        peer.nextDialNanos().isEmpty()
            || peer.nextDialNanos().getAsLong() - turn.nanos() > waitNanos;
    if (sooner) {
      after(peer, waitNanos, turn);
    }
  }

  /** A dial ended without a link. */
  void afterDial(Peer peer, RefusalReason why, Turn turn) {
    if (peer.hasUntried() && why != RefusalReason.DUPLICATE_LINK) {
      // It was shown elsewhere while the dial went on.
      atOnce(peer, turn);
      return;
    }
    after(peer, waitAfterDial(peer, why, turn), turn);
    peer.idle(why, turn);
  }

  private long waitAfterDial(Peer peer, RefusalReason why, Turn turn) {
    Backoff backoff = peer.backoff();
    if (why == RefusalReason.DUPLICATE_LINK) {
      return backoff.afterDuplicateNanos(random);
    }
    return Peer.isJudgement(why)
        ? backoff.afterRefusalNanos(random)
        : backoff.afterSilenceNanos(
            peer.lastDialNanos().orElse(turn.nanos()), turn.nanos(), random);
  }

  /** A link ended. */
  void afterLink(Peer peer, RefusalReason why, Duration lived, Turn turn) {
    boolean settled = lived.compareTo(settings.timing().settled()) >= 0;
    after(
        peer,
        why == RefusalReason.DUPLICATE_LINK
            ? peer.backoff().afterDuplicateNanos(random)
            : peer.backoff().afterLinkNanos(settled, turn.nanos(), random),
        turn);
    peer.idle(why, turn);
  }

  /** The peer came by itself, and no link came of it. */
  void afterVisit(Peer peer, RefusalReason why, Turn turn) {
    if (peer.held()) {
      peer.held(false);
      due(peer);
    } else if (!Peer.isJudgement(why)) {
      nudge(peer, turn);
    } else if (!dials.concerns(peer.id())) {
      if (peer.nextDialNanos().isEmpty()) {
        after(peer, peer.backoff().afterRefusalNanos(random), turn);
      }
      peer.idle(why, turn);
    }
  }

  /** The wait is over. */
  void due(Peer peer) {
    peer.notWaiting();
    if (!peer.addresses().isEmpty()) {
      dials.enqueue(peer.id());
    }
  }

  /** There is nothing to wait for. */
  void forget(Peer peer, Turn turn) {
    if (peer.nextDialNanos().isPresent()) {
      peer.notWaiting();
      turn.add(new Effect.CancelTimer(new Timer.Redial(peer.id())));
    }
  }

  private void after(Peer peer, long waitNanos, Turn turn) {
    forget(peer, turn);
    if (settings.redial() && !peer.addresses().isEmpty()) {
      peer.waiting(waitNanos, turn);
      turn.add(new Effect.StartTimer(new Timer.Redial(peer.id()), waitNanos));
    }
  }
}

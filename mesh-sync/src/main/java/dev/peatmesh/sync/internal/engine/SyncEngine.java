package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentChanges;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentLatest;
import dev.peatmesh.sync.internal.reconcile.DocumentIndex;
import dev.peatmesh.sync.internal.reconcile.Fingerprint;
import dev.peatmesh.sync.internal.reconcile.Scope;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Keeps documents equal between this node and its peers. A state machine without I/O; belongs to
 * the document loop.
 *
 * <p>A new change is pushed to every peer at once. What a push missed (a link was down, a queue was
 * full) is mended by anti-entropy: when a link comes up, and when traffic on it has gone quiet,
 * both sides tell the fingerprint of all they hold. If these differ they find out in which
 * documents, and exchange what is lacking of these. When they are equal nothing more is said.
 *
 * <p>This class hands each input to the part that it concerns, and sends what has gathered in the
 * outboxes afterwards: so whatever one input brings about for a peer goes in as few frames as it
 * fits in.
 */
public final class SyncEngine {
  /** How long a link must be silent before both sides compare what they hold. */
  public static final Duration QUIET = Duration.ofMillis(500);

  /** How long a link that is never silent may go without a comparison. */
  static final Duration COMPARE_AT_LATEST = Duration.ofSeconds(30);

  /** The most peers that are named to others; beyond it relays send what may be there already. */
  static final int NEIGHBOURS_MAX = 64;

  /** The most small frames sent before the link is asked whether it has room. */
  private static final int SMALL_FRAMES_MAX = 16;

  private final PeerId self;
  private final Links links = new Links();
  private final Holdings holdings;
  private final Contracts contracts;
  private final Confirmations confirmations;
  private final Transfers transfers;
  private final Exchange exchange;
  private final Tombstones tombstones;

  /**
   * A new engine.
   *
   * @param self this node
   * @param documents the documents themselves
   * @param index all that is known of them; belongs to the engine from here on
   * @param known the agreements that were kept
   * @param random unpredictable for others
   */
  public SyncEngine(
      PeerId self,
      Documents documents,
      DocumentIndex index,
      EngineSettings settings,
      Collection<Agreement> known,
      RandomGenerator random) {
    this.self = self;
    Agreements agreements = new Agreements(settings.retention(), settings.bucketSeconds(), known);
    holdings = new Holdings(documents, index);
    contracts = new Contracts(documents, holdings, links);
    confirmations = new Confirmations(self, documents, index, links, settings.durable());
    transfers =
        new Transfers(documents, holdings, links, contracts, confirmations, settings.guard());
    exchange =
        new Exchange(
            documents, holdings, links, contracts, transfers, agreements, settings, random);
    tombstones = new Tombstones(self, holdings, links, agreements, settings.bucketSeconds());
  }

  /** Handles one input; the effects are to be performed in order, before the next input. */
  public List<SyncEffect> handle(SyncInput input, Moment now) {
    links.begin(now);
    if (input instanceof SyncInput.Received received) {
      received(received.peer(), received.frame());
    } else if (input instanceof SyncInput.Published published) {
      transfers.publish(published.key(), published.chunk());
    } else if (input instanceof SyncInput.PublishedLatest published) {
      transfers.publishLatest(published.key());
    } else if (input instanceof SyncInput.Stored stored) {
      confirmations.stored(stored.key(), stored.sequence());
    } else if (input instanceof SyncInput.Confirm confirm) {
      confirmations.confirm(confirm);
    } else if (input instanceof SyncInput.Unconfirm unconfirm) {
      confirmations.unconfirm(unconfirm.id());
    } else {
      ofTheLinks(input);
    }
    links.all().forEach(this::pump);
    return effects();
  }

  /**
   * What the input at hand has brought about so far. When handling it failed in between, this is to
   * be performed all the same: it has taken place here.
   */
  public List<SyncEffect> effects() {
    return List.copyOf(links.effects());
  }

  private void ofTheLinks(SyncInput input) {
    if (input instanceof SyncInput.Writable writable) {
      writable(writable.peer(), true);
    } else if (input instanceof SyncInput.Blocked blocked) {
      writable(blocked.peer(), false);
    } else if (input instanceof SyncInput.Woken woken) {
      woken(woken.peer());
    } else if (input instanceof SyncInput.PeerUp up) {
      peerUp(up.peer());
    } else if (input instanceof SyncInput.PeerDown down) {
      peerDown(down.peer());
    } else if (input instanceof SyncInput.Pause) {
      pause();
    } else if (input instanceof SyncInput.Resume) {
      resume();
    } else if (input instanceof SyncInput.Corrected corrected) {
      corrected(corrected);
    } else if (input instanceof SyncInput.SetBack) {
      introduce();
    } else if (input instanceof SyncInput.Housekeep) {
      links.all().forEach(exchange::refresh);
      tombstones.housekeep();
      confirmations.housekeep();
    } else {
      throw new AssertionError("unhandled " + input);
    }
  }

  /** All that is known of the documents. To be read only. */
  public DocumentIndex index() {
    return holdings.index();
  }

  /**
   * Whether this node and the peer have agreed that they hold the same, and nothing is under way.
   * Collections that both keep differently are not counted.
   */
  public boolean synchronised(PeerId peer) {
    PeerSession session = links.get(peer);
    return session != null && session.agreed(holdings.version()) && session.settled();
  }

  /** The collections that are not exchanged with the peer. */
  public Set<String> refused(PeerId peer) {
    PeerSession session = links.get(peer);
    return session == null ? Set.of() : Set.copyOf(session.refused);
  }

  /** How often a pair had to begin anew because it compared again and again and nothing moved. */
  public long stalls() {
    return exchange.stalls();
  }

  /** Whether {@link SyncInput.Pause} holds. */
  public boolean isPaused() {
    return links.isPaused();
  }

  /** The digest of all that is held. */
  public Fingerprint fingerprint() {
    return holdings.fingerprint(Scope.ALL);
  }

  /** Peers hold what is lost here: compare with them soon. */
  private void corrected(SyncInput.Corrected corrected) {
    if (corrected.facts() == null) {
      holdings.remove(corrected.key());
    } else {
      holdings.put(corrected.key(), corrected.facts());
    }
    introduce();
  }

  /** Who is told of another store compares soon. */
  private void introduce() {
    for (PeerSession session : links.open()) {
      exchange.introduce(session);
      links.traffic(session);
    }
  }

  private void peerUp(PeerId peer) {
    if (links.all().isEmpty()) {
      tombstones.housekeep(); // What the others have dropped long ago must not be offered to them.
    }
    PeerSession session = new PeerSession(peer, holdings.index(), self.compareTo(peer) < 0);
    links.add(session);
    if (!links.isPaused()) {
      greet(session);
      tellNeighbours();
    }
  }

  private void peerDown(PeerId peer) {
    PeerSession gone = links.remove(peer);
    if (gone == null) {
      return;
    }
    exchange.parted(gone);
    confirmations.closed(gone);
    tellNeighbours();
    // Others may lack what this peer was to pass on to them, or hold what only it was asked for.
    for (PeerSession session : links.open()) {
      if (!gone.requests.isEmpty() || !session.agreed(holdings.version())) {
        session.outbox().summary();
      }
    }
  }

  private void greet(PeerSession session) {
    exchange.greet(session);
    session.outbox().control(neighbours());
    confirmations.opened(session);
  }

  private void tellNeighbours() {
    SyncFrame.Neighbours neighbours = neighbours();
    links.open().forEach(session -> session.outbox().control(neighbours));
  }

  private SyncFrame.Neighbours neighbours() {
    Collection<PeerSession> all = links.all();
    return new SyncFrame.Neighbours(
        all.size() > NEIGHBOURS_MAX ? List.of() : all.stream().map(PeerSession::peer).toList());
  }

  private void pause() {
    if (links.isPaused()) {
      return;
    }
    for (PeerSession session : links.all()) {
      exchange.parted(session);
      confirmations.closed(session);
      session.reset();
    }
    links.paused(true);
  }

  private void resume() {
    if (!links.isPaused()) {
      return;
    }
    links.paused(false);
    for (PeerSession session : links.all()) {
      if (!session.pausedThere) {
        greet(session);
      }
    }
  }

  private void pausedThere(PeerSession session) {
    exchange.parted(session);
    confirmations.closed(session);
    session.pausedThere = true;
    session.reset();
  }

  private void resumedThere(PeerSession session) {
    session.pausedThere = false;
    session.reset();
    if (!links.isPaused()) {
      greet(session);
    }
  }

  private void writable(PeerId peer, boolean writable) {
    PeerSession session = links.get(peer);
    if (session != null) {
      session.writable = writable;
    }
  }

  private void woken(PeerId peer) {
    PeerSession session = links.get(peer);
    if (session == null) {
      return;
    }
    session.wakeArmed = false;
    if (links.isOpen(session)) {
      exchange.woken(session);
    }
  }

  private void received(PeerId peer, SyncFrame frame) {
    PeerSession session = links.get(peer);
    if (session == null) {
      return;
    }
    if (frame instanceof SyncFrame.Pause) {
      pausedThere(session);
    } else if (frame instanceof SyncFrame.Resume) {
      resumedThere(session);
    } else if (frame instanceof SyncFrame.Neighbours neighbours) {
      neighbours(session, neighbours.peers());
    } else if (links.isOpen(session)) {
      content(session, frame);
    }
    // Else it was on its way when one of the two asked for silence.
  }

  private void content(PeerSession session, SyncFrame frame) {
    if (frame instanceof SyncFrame.Changes changes) {
      links.traffic(session);
      for (DocumentChanges each : changes.documents()) {
        if (!transfers.changes(session, each)) {
          return;
        }
      }
    } else if (frame instanceof SyncFrame.Latest latest) {
      links.traffic(session);
      for (DocumentLatest each : latest.documents()) {
        if (!transfers.latest(session, each)) {
          return;
        }
      }
    } else if (frame instanceof SyncFrame.Summary summary) {
      exchange.compare(session, summary);
    } else if (frame instanceof SyncFrame.Compare compare) {
      exchange.step(session, compare.frame());
    } else if (frame instanceof SyncFrame.Heads heads) {
      exchange.heads(session, heads.documents());
    } else if (frame instanceof SyncFrame.Want want) {
      exchange.wanted(session, want.documents());
    } else if (frame instanceof SyncFrame.Gone gone) {
      exchange.gone(session, gone.documents());
    } else {
      aboutNodes(session, frame);
    }
  }

  private void aboutNodes(PeerSession session, SyncFrame frame) {
    if (frame instanceof SyncFrame.Hello hello) {
      exchange.hello(session, hello);
    } else if (frame instanceof SyncFrame.Contracts theirs) {
      exchange.contracts(session, theirs);
    } else if (frame instanceof SyncFrame.Ask ask) {
      ask.questions().stream()
          .filter(each -> !session.refuses(each.key().collection()))
          .forEach(each -> confirmations.asked(session, each));
    } else if (frame instanceof SyncFrame.Held held) {
      held.answers().forEach(each -> confirmations.told(session, each));
    } else {
      throw new AssertionError("unhandled " + frame);
    }
  }

  private void neighbours(PeerSession session, List<PeerId> named) {
    if (named.size() > NEIGHBOURS_MAX) {
      links.effect(
          new SyncEffect.Violation(
              session.peer(), "neighbours(" + named.size() + "): at most " + NEIGHBOURS_MAX));
      return;
    }
    Set<PeerId> now = Set.copyOf(named);
    Set<PeerId> before = session.neighbours;
    session.neighbours = now;
    for (PeerId lost : new TreeSet<>(before)) {
      PeerSession other = links.get(lost);
      if (!now.contains(lost) && other != null && links.isOpen(other)) {
        // What we did not relay because this peer reached the other may not have arrived.
        other.outbox().summary();
        confirmations.parted(session.peer(), other);
      }
    }
  }

  /** Sends what is small, and one frame of content, if the link has room; it asks for the next. */
  private void pump(PeerSession session) {
    if (session.writable && session.saidPaused != links.isPaused()) {
      session.saidPaused = links.isPaused();
      send(session, session.saidPaused ? new SyncFrame.Pause() : new SyncFrame.Resume(), false);
    }
    for (int sent = 0; session.writable; sent++) {
      SyncFrame frame = session.outbox().next(session, holdings);
      if (frame == null) {
        if (!session.outbox().wasBehind()) {
          return;
        }
        session.outbox().summary();
        continue;
      }
      boolean bulky = isBulky(frame);
      boolean more = (bulky || sent >= SMALL_FRAMES_MAX) && !session.outbox().isEmpty();
      session.writable = !more;
      if (bulky) {
        links.traffic(session);
      }
      send(session, frame, more);
    }
  }

  private void send(PeerSession session, SyncFrame frame, boolean more) {
    links.effect(new SyncEffect.Send(session.peer(), frame, more));
  }

  private static boolean isBulky(SyncFrame frame) {
    return frame instanceof SyncFrame.Changes
        || frame instanceof SyncFrame.Latest
        || frame instanceof SyncFrame.Compare
        || frame instanceof SyncFrame.Heads
        || frame instanceof SyncFrame.Want
        || frame instanceof SyncFrame.Gone;
  }
}

package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentChanges;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentHeads;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentWant;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.guard.GuardException;
import dev.peatmesh.sync.internal.reconcile.DocumentFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps documents equal between this node and its peers. A state machine without I/O; belongs to
 * the document loop.
 *
 * <p>A new change is pushed to every peer at once. What a push missed (a link was down, a queue was
 * full) is mended by anti-entropy: when a link comes up, and when traffic on it has gone quiet,
 * both sides tell the fingerprint of all they hold. If these differ, the side with the lower id
 * lists its heads, and the other asks for what it lacks and sends what is lacking there. When they
 * are equal nothing more is said.
 */
public final class SyncEngine {
  /** How long a link must be silent before both sides compare what they hold. */
  public static final Duration QUIET = Duration.ofMillis(500);

  /** How long a link that is never silent may go without a comparison. */
  static final Duration COMPARE_AT_LATEST = Duration.ofSeconds(30);

  /** The most peers that are named to others; beyond it relays send what may be there already. */
  static final int NEIGHBOURS_MAX = 64;

  private final PeerId self;
  private final ChangeIntake intake;
  private final int documentsMax;
  private final NavigableMap<DocumentKey, DocumentState> documents = new TreeMap<>();
  private final Map<PeerId, PeerSession> sessions = new TreeMap<>();
  private final List<SyncEffect> effects = new ArrayList<>();
  private Fingerprint fingerprint = Fingerprint.EMPTY;
  private long filled;

  /**
   * A new engine.
   *
   * @param self this node
   * @param intake checks and applies changes of others
   * @param documentsMax the most documents; a peer's further ones are refused
   */
  public SyncEngine(PeerId self, ChangeIntake intake, int documentsMax) {
    this.self = self;
    this.intake = intake;
    this.documentsMax = documentsMax;
  }

  /** Handles one input; the effects are to be performed in order, before the next input. */
  public List<SyncEffect> handle(SyncInput input, long nowNanos) {
    effects.clear();
    if (input instanceof SyncInput.Received received) {
      received(received.peer(), received.frame(), nowNanos);
    } else if (input instanceof SyncInput.Published published) {
      publish(published.key(), published.chunk(), nowNanos);
    } else if (input instanceof SyncInput.Writable writable) {
      writable(writable.peer(), nowNanos);
    } else if (input instanceof SyncInput.Blocked blocked) {
      blocked(blocked.peer());
    } else if (input instanceof SyncInput.Woken woken) {
      woken(woken.peer(), nowNanos);
    } else if (input instanceof SyncInput.PeerUp up) {
      peerUp(up.peer(), nowNanos);
    } else if (input instanceof SyncInput.PeerDown down) {
      peerDown(down.peer());
    } else {
      throw new AssertionError("unhandled " + input);
    }
    return List.copyOf(effects);
  }

  /** The document of that name, if anything is known of it. */
  public @Nullable DocumentState document(DocumentKey key) {
    return documents.get(key);
  }

  /** All documents, by name. */
  public Iterable<DocumentState> documents() {
    return documents.values();
  }

  /** Takes in a change from this node's own disk. Returns false when it lacks what it stands on. */
  public boolean recover(DocumentKey key, ChangeChunk chunk) {
    DocumentState document = documents.computeIfAbsent(key, DocumentState::new);
    if (!document.graph().missing(chunk).isEmpty()) {
      return false;
    }
    if (!document.graph().contains(chunk.hash())) {
      document.add(chunk);
    }
    return true;
  }

  /** Recovery is over: the fingerprint of everything is known from here on. */
  public void recovered() {
    documents.values().forEach(this::refresh);
  }

  /**
   * Whether this node and the peer have agreed that they hold the same, and nothing is under way.
   */
  public boolean synchronised(PeerId peer) {
    PeerSession session = sessions.get(peer);
    return session != null && fingerprint.equals(session.agreed) && session.settled();
  }

  /** How many repairs brought nothing and had to be repeated, over the links that stand now. */
  public long stalls() {
    return sessions.values().stream().mapToLong(session -> session.repairs.stalls()).sum();
  }

  /** The digest of all that is held. */
  public Fingerprint fingerprint() {
    return fingerprint;
  }

  private void peerUp(PeerId peer, long nowNanos) {
    PeerSession session = new PeerSession(peer);
    session.lastComparedNanos = nowNanos;
    sessions.put(peer, session);
    tellNeighbours();
    summarise(session);
    traffic(session, nowNanos);
  }

  private void peerDown(PeerId peer) {
    PeerSession gone = sessions.remove(peer);
    if (gone == null) {
      return;
    }
    tellNeighbours();
    // Others may lack what this peer was to pass on to them, or hold what only it was asked for.
    sessions.values().stream()
        .filter(session -> !gone.requested.isEmpty() || !fingerprint.equals(session.agreed))
        .forEach(this::summarise);
  }

  private void tellNeighbours() {
    List<PeerId> peers =
        sessions.size() > NEIGHBOURS_MAX ? List.of() : List.copyOf(sessions.keySet());
    sessions.keySet().forEach(peer -> send(peer, new SyncFrame.Neighbours(peers), false));
  }

  private void publish(DocumentKey key, ChangeChunk chunk, long nowNanos) {
    DocumentState document = documents.computeIfAbsent(key, DocumentState::new);
    document.add(chunk);
    refresh(document);
    sessions.values().forEach(session -> session.push(key, chunk));
    pumpAll(nowNanos);
  }

  private void blocked(PeerId peer) {
    PeerSession session = sessions.get(peer);
    if (session != null) {
      session.writable = false;
    }
  }

  private void writable(PeerId peer, long nowNanos) {
    PeerSession session = sessions.get(peer);
    if (session != null) {
      session.writable = true;
      pump(session, nowNanos);
    }
  }

  private void woken(PeerId peer, long nowNanos) {
    PeerSession session = sessions.get(peer);
    if (session == null) {
      return;
    }
    session.wakeArmed = false;
    Duration silent = Duration.ofNanos(nowNanos - session.lastTrafficNanos);
    boolean overdue = nowNanos - session.lastComparedNanos >= COMPARE_AT_LATEST.toNanos();
    if ((silent.compareTo(QUIET) < 0 && !overdue) || !session.idle()) {
      wakeAfter(session, silent.compareTo(QUIET) < 0 ? QUIET.minus(silent) : QUIET);
      return;
    }
    // Whatever was asked for and has not come by now will not come.
    session.requested.clear();
    session.lastComparedNanos = nowNanos;
    if (!fingerprint.equals(session.agreed)) {
      summarise(session);
    }
  }

  private void received(PeerId peer, SyncFrame frame, long nowNanos) {
    PeerSession session = sessions.get(peer);
    if (session == null) {
      return;
    }
    if (frame instanceof SyncFrame.Changes changes) {
      for (DocumentChanges each : changes.documents()) {
        if (!changes(session, each, nowNanos)) {
          pumpAll(nowNanos);
          return;
        }
      }
      traffic(session, nowNanos);
      pumpAll(nowNanos);
    } else if (frame instanceof SyncFrame.Summary summary) {
      compare(session, summary.fingerprint(), nowNanos);
    } else if (frame instanceof SyncFrame.Heads heads) {
      listed(session, heads, nowNanos);
    } else if (frame instanceof SyncFrame.Want want) {
      wanted(session, want, nowNanos);
    } else if (frame instanceof SyncFrame.Neighbours neighbours) {
      neighbours(session, neighbours.peers());
    } else {
      throw new AssertionError("unhandled " + frame);
    }
  }

  /** Takes in one document's chunks. Returns false when the link must end. */
  private boolean changes(PeerSession session, DocumentChanges offer, long nowNanos) {
    DocumentState document = documents.get(offer.key());
    if (document == null) {
      if (documents.size() >= documentsMax) {
        effects.add(new SyncEffect.Refused(offer.key(), "documentsMax(" + documentsMax + ")"));
        return true;
      }
      document = new DocumentState(offer.key());
    }
    ChangeIntake.Result result;
    try {
      result = intake.take(document, session.peer(), offer.chunks());
    } catch (GuardException hostile) {
      effects.add(new SyncEffect.Violation(session.peer(), offer.key() + ": " + hostile.reason()));
      return false;
    }
    documents.putIfAbsent(offer.key(), document);
    result.seen().forEach(hash -> session.arrived(offer.key(), hash));
    result.refused().forEach(detail -> effects.add(new SyncEffect.Refused(offer.key(), detail)));
    if (!result.applied().isEmpty()) {
      refresh(document);
      effects.add(
          new SyncEffect.Applied(
              offer.key(),
              List.of(),
              new DocumentFacts(document.graph().heads(), false, 0, false, 0, 0),
              result.applied().stream().map(ChangeIntake.Applied::chunk).toList()));
      result.applied().forEach(applied -> relay(offer.key(), applied, nowNanos));
    }
    if (!result.missing().isEmpty() && !isRequested(offer.key())) {
      ask(session, List.of(want(session, document, result.missing())));
    }
    return true;
  }

  /** Passes a change on to every peer that its sender does not reach itself. */
  private void relay(DocumentKey key, ChangeIntake.Applied applied, long nowNanos) {
    PeerSession source = sessions.get(applied.source());
    Set<PeerId> reached = source == null ? Set.of() : source.neighbours;
    for (PeerSession session : sessions.values()) {
      if (session != source && !reached.contains(session.peer())) {
        session.push(key, applied.chunk());
      } else {
        traffic(session, nowNanos); // Its sender may die before it reaches them: compare later.
      }
    }
  }

  private void compare(PeerSession session, Fingerprint theirs, long nowNanos) {
    if (theirs.equals(fingerprint)) {
      session.agreed = fingerprint;
      if (!fingerprint.equals(session.told)) {
        summarise(session);
      }
      return;
    }
    boolean agreedBefore = session.agreed != null;
    session.agreed = null;
    if (!session.idle()) {
      return; // Not all is said yet; the silence that follows brings another summary.
    }
    if (self.compareTo(session.peer()) > 0) {
      // The other side lists. It must know that we differ.
      if (agreedBefore || !fingerprint.equals(session.told)) {
        summarise(session);
      }
      traffic(session, nowNanos);
      return;
    }
    Duration wait = session.repairs.attempt(fingerprint, theirs, nowNanos);
    if (wait.isZero()) {
      session.list(headsOfAll());
      pump(session, nowNanos);
    } else {
      session.told = null;
      wakeAfter(session, wait);
    }
  }

  private Iterator<DocumentHeads> headsOfAll() {
    // A copy of the names: documents may come while the listing waits for the link.
    return List.copyOf(documents.keySet()).stream()
        .map(documents::get)
        .filter(document -> document.graph().size() > 0)
        .map(document -> new DocumentHeads(document.key(), document.graph().heads()))
        .iterator();
  }

  private void listed(PeerSession session, SyncFrame.Heads page, long nowNanos) {
    Set<DocumentKey> listed = session.listed == null ? new TreeSet<>() : session.listed;
    List<DocumentWant> wants = new ArrayList<>();
    for (DocumentHeads each : page.documents()) {
      listed.add(each.key());
      DocumentState document = documents.get(each.key());
      List<ChangeHash> unknown = unknown(document, each.key(), each.heads());
      if (!unknown.isEmpty()) {
        wants.add(want(session, each.key(), document, unknown));
      } else if (document != null && !document.graph().heads().equals(each.heads())) {
        session.serve(new DocumentWant(each.key(), document.graph().heads(), each.heads()));
      }
    }
    ask(session, wants);
    session.listed = page.last() ? null : listed;
    if (page.last()) {
      for (DocumentState document : documents.values()) {
        if (document.graph().size() > 0 && !listed.contains(document.key())) {
          session.serve(new DocumentWant(document.key(), document.graph().heads(), List.of()));
        }
      }
    }
    traffic(session, nowNanos);
    pump(session, nowNanos);
  }

  private void wanted(PeerSession session, SyncFrame.Want want, long nowNanos) {
    List<DocumentWant> wants = new ArrayList<>();
    for (DocumentWant each : want.documents()) {
      DocumentState document = documents.get(each.key());
      if (document != null) {
        session.serve(each);
      }
      List<ChangeHash> unknown = unknown(document, each.key(), each.have());
      if (!unknown.isEmpty()) {
        wants.add(want(session, each.key(), document, unknown));
      }
    }
    ask(session, wants);
    traffic(session, nowNanos);
    pump(session, nowNanos);
  }

  private void neighbours(PeerSession session, List<PeerId> named) {
    if (named.size() > NEIGHBOURS_MAX) {
      effects.add(
          new SyncEffect.Violation(
              session.peer(), "neighbours(" + named.size() + "): at most " + NEIGHBOURS_MAX));
      return;
    }
    Set<PeerId> now = Set.copyOf(named);
    Set<PeerId> before = session.neighbours;
    session.neighbours = now;
    for (PeerId lost : new TreeSet<>(before)) {
      PeerSession other = sessions.get(lost);
      if (!now.contains(lost) && other != null) {
        // What we did not relay because this peer reached the other may not have arrived.
        summarise(other);
      }
    }
  }

  private List<ChangeHash> unknown(
      @Nullable DocumentState document, DocumentKey key, List<ChangeHash> hashes) {
    return hashes.stream()
        .filter(hash -> document == null || document.lacks(hash))
        .filter(hash -> sessions.values().stream().noneMatch(each -> each.hasAsked(key, hash)))
        .toList();
  }

  private DocumentWant want(PeerSession session, DocumentState document, List<ChangeHash> need) {
    return want(session, document.key(), document, need);
  }

  private static DocumentWant want(
      PeerSession session,
      DocumentKey key,
      @Nullable DocumentState document,
      List<ChangeHash> need) {
    session.asked(key, need);
    return new DocumentWant(key, need, document == null ? List.of() : document.graph().sample());
  }

  private boolean isRequested(DocumentKey key) {
    return sessions.values().stream().anyMatch(session -> session.requested.containsKey(key));
  }

  private void ask(PeerSession session, List<DocumentWant> wants) {
    if (!wants.isEmpty()) {
      send(session.peer(), new SyncFrame.Want(wants), false);
    }
  }

  private void summarise(PeerSession session) {
    session.told = fingerprint;
    send(session.peer(), new SyncFrame.Summary(filled, fingerprint), false);
  }

  private void refresh(DocumentState document) {
    Fingerprint before = document.fingerprint();
    document.refreshFingerprint();
    filled += before.equals(Fingerprint.EMPTY) ? 1 : 0;
    filled -= document.fingerprint().equals(Fingerprint.EMPTY) ? 1 : 0;
    fingerprint = fingerprint.minus(before).plus(document.fingerprint());
  }

  private void pumpAll(long nowNanos) {
    sessions.values().forEach(session -> pump(session, nowNanos));
  }

  /** Sends one bulk frame if the link has room; the link asks for the next. */
  private void pump(PeerSession session, long nowNanos) {
    if (!session.writable) {
      return;
    }
    SyncFrame frame = session.nextFrame(this::answer);
    if (frame != null) {
      boolean more = !session.idle();
      session.writable = !more;
      traffic(session, nowNanos);
      send(session.peer(), frame, more);
    } else if (session.behind) {
      session.behind = false;
      summarise(session);
    }
  }

  private List<ChangeChunk> answer(DocumentWant want) {
    DocumentState document = documents.get(want.key());
    return document == null ? List.of() : document.graph().between(want.need(), want.have());
  }

  private void traffic(PeerSession session, long nowNanos) {
    session.lastTrafficNanos = nowNanos;
    wakeAfter(session, QUIET);
  }

  private void wakeAfter(PeerSession session, Duration delay) {
    if (!session.wakeArmed) {
      session.wakeArmed = true;
      effects.add(new SyncEffect.Wake(session.peer(), delay));
    }
  }

  private void send(PeerId peer, SyncFrame frame, boolean more) {
    effects.add(new SyncEffect.Send(peer, frame, more));
  }
}

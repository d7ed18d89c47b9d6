package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentGone;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentHeads;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentWant;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.reconcile.Difference;
import dev.peatmesh.sync.internal.reconcile.DocumentEntry;
import dev.peatmesh.sync.internal.reconcile.DocumentFacts;
import dev.peatmesh.sync.internal.reconcile.Fingerprint;
import dev.peatmesh.sync.internal.reconcile.RangeFrame;
import dev.peatmesh.sync.internal.reconcile.RangeViolation;
import dev.peatmesh.sync.internal.reconcile.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How two nodes find out whether they hold the same, and mend what differs: both tell what all they
 * hold comes to; if that differs, the side with the lower id leads a reconciliation; and of each
 * document that turns out to differ, heads, wants and changes bring the rest. Belongs to the
 * document loop.
 */
final class Exchange {
  /** Agreements are kept durably at most this often. */
  static final Duration KEEP_AGREEMENT = Duration.ofMinutes(1);

  /** A stalled pair answers its leader this much too early: links have jitter. */
  private static final Duration SLACK = Duration.ofMillis(200);

  private final Documents documents;
  private final Holdings holdings;
  private final Links links;
  private final Contracts contracts;
  private final Transfers transfers;
  private final Agreements agreements;
  private final EngineSettings settings;
  private final RandomGenerator random;
  private long stalls;

  Exchange(
      Documents documents,
      Holdings holdings,
      Links links,
      Contracts contracts,
      Transfers transfers,
      Agreements agreements,
      EngineSettings settings,
      RandomGenerator random) {
    this.documents = documents;
    this.holdings = holdings;
    this.links = links;
    this.contracts = contracts;
    this.transfers = transfers;
    this.agreements = agreements;
    this.settings = settings;
    this.random = random;
  }

  /** Begins anew with a peer. */
  void greet(PeerSession session) {
    session.fromBucket = Math.max(session.fromBucket, fromBucket());
    session.lastComparedNanos = links.now().nanos();
    introduce(session);
    contracts.greet(session);
    session.outbox().summary();
    links.traffic(session);
  }

  /** Tells a peer which store we have. */
  void introduce(PeerSession session) {
    session
        .outbox()
        .control(
            new SyncFrame.Hello(
                documents.lineage(), settings.durable(), settings.bucketSeconds(), fromBucket()));
  }

  /** A peer has said which store it has. */
  void hello(PeerSession session, SyncFrame.Hello hello) {
    boolean again = session.hello != null;
    session.hello = hello;
    session.agreement = agreements.with(session.peer(), hello.lineage());
    // Buckets of different spans cannot be compared; deletes are then found by what they delete.
    session.fromBucket =
        sameBuckets(session) ? Math.max(session.fromBucket, hello.fromBucket()) : Integer.MAX_VALUE;
    if (again) {
      session.agreedVersion = -1;
      session.requests.clear();
      session.outbox().summary();
    } else if (!session.scope().equals(session.toldScope)) {
      session.outbox().summary();
    }
  }

  /** A peer has said how it keeps collections. Returns false when the link must end. */
  boolean contracts(PeerSession session, SyncFrame.Contracts frame) {
    int before = session.refused.size();
    if (!contracts.told(session, frame.collections())) {
      links.effect(
          new SyncEffect.Violation(
              session.peer(), "contracts: more than " + Contracts.REFUSED_MAX + " differ"));
      return false;
    }
    if (session.refused.size() != before) {
      session.agreedVersion = -1;
      session.outbox().summary();
    }
    return true;
  }

  /** A peer has said what all it holds comes to. */
  void compare(PeerSession session, SyncFrame.Summary theirs) {
    if (session.hello == null) {
      return; // No correct peer begins with that; without it nothing can be concluded.
    }
    session.fromBucket = Math.max(session.fromBucket, Math.max(theirs.fromBucket(), fromBucket()));
    Scope scope = session.scope();
    if (theirs.fromBucket() != scope.fromBucket() || theirs.refused() != scope.refused().size()) {
      if (!scope.equals(session.toldScope)) {
        session.outbox().summary(); // It compares, once it knows what we compare.
      }
      return;
    }
    Fingerprint ours = holdings.fingerprint(scope);
    if (theirs.fingerprint().equals(ours)) {
      agreed(session, theirs, ours);
    } else {
      differs(session, theirs.fingerprint(), ours);
    }
  }

  private void agreed(PeerSession session, SyncFrame.Summary theirs, Fingerprint ours) {
    session.agreedVersion = holdings.version();
    session.repairs.progress();
    if (!session.hasTold(ours)) {
      session.outbox().summary();
    }
    session.theirSequence = theirs.durableSequence();
    noteAgreement(session);
    if (!documents.durable()) {
      links.wakeAfter(session, SyncEngine.QUIET);
    }
  }

  /**
   * Both hold the same: that counts once both hold it durably. Who was asked, or has told, a moment
   * too early comes back to it: or deletes would wait for that agreement until something changes.
   */
  private void noteAgreement(PeerSession session) {
    SyncFrame.Hello hello = session.hello;
    if (hello == null
        || !settings.durable()
        || !session.refused.isEmpty()
        || !sameBuckets(session)) {
      return;
    }
    long sequence = holdings.durableSequence();
    if (sequence == 0) {
      return;
    }
    if (session.toldTooEarly) {
      session.outbox().summary();
    }
    if (session.theirSequence > 0) {
      note(
          session,
          new Agreement(
              session.peer(),
              hello.lineage().store(),
              hello.lineage().opening(),
              session.theirSequence,
              sequence,
              links.now().wallMillis()));
      keep(session, KEEP_AGREEMENT);
    }
  }

  private void note(PeerSession session, Agreement agreement) {
    session.agreement = Optional.of(agreement);
    agreements.note(agreement);
  }

  /** Has the agreement kept durably if it is newer than what was kept, by that much. */
  private void keep(PeerSession session, Duration atLeast) {
    session.agreement.ifPresent(
        agreement -> {
          if (agreement.wallMillis() - session.agreementKeptMillis >= atLeast.toMillis()) {
            session.agreementKeptMillis = agreement.wallMillis();
            links.effect(new SyncEffect.Agreed(agreement));
          }
        });
  }

  private void differs(PeerSession session, Fingerprint theirs, Fingerprint ours) {
    boolean agreedBefore = session.agreedVersion >= 0;
    session.agreedVersion = -1;
    session.theirFingerprint = theirs;
    long now = links.now().nanos();
    if (!session.outbox().idle()) {
      // Not all is said yet; the silence that follows brings another summary.
      session.repairs.watch(ours, theirs, now);
      resetIfStalled(session);
      return;
    }
    if (!session.leads()) {
      // The other side leads. It must know that we differ.
      if (agreedBefore || !session.hasTold(ours)) {
        session.outbox().summary();
      }
      links.traffic(session);
      return;
    }
    Duration wait = session.repairs.attempt(ours, theirs, now);
    if (resetIfStalled(session)) {
      return;
    }
    if (wait.isZero()) {
      session.reconciliation().begin(random.nextLong(), session.scope());
      links.traffic(session);
    } else {
      session.toldFingerprint = null;
      links.wakeAfter(session, wait);
    }
  }

  /** A step of a reconciliation. Returns false when the link must end. */
  boolean step(PeerSession session, RangeFrame frame) {
    if (begins(frame) && !session.leads() && comesTooSoon(session)) {
      return true;
    }
    links.traffic(session);
    try {
      for (Difference each : session.reconciliation().handle(frame, session.scope())) {
        if (each instanceof Difference.Offered offered) {
          settle(session, offered.key(), offered.heads());
        } else if (each instanceof Difference.Lacking lacking) {
          // It may have it under another partition: let it see what we have.
          session.outbox().heads(lacking.key());
        } else {
          throw new AssertionError("unhandled " + each);
        }
      }
      return true;
    } catch (RangeViolation hostile) {
      links.effect(new SyncEffect.Violation(session.peer(), String.valueOf(hostile.getMessage())));
      return false;
    }
  }

  private static boolean begins(RangeFrame frame) {
    return frame instanceof RangeFrame.Partitions page && page.after().isEmpty();
  }

  /** Whether a leader begins more often than a pair that gets nowhere should. */
  private boolean comesTooSoon(PeerSession session) {
    Fingerprint theirs = session.theirFingerprint;
    if (theirs == null) {
      return false;
    }
    boolean stalledBefore = session.repairs.isStalled();
    Duration wait =
        session.repairs.attempt(holdings.fingerprint(session.scope()), theirs, links.now().nanos());
    return (stalledBefore && wait.compareTo(SLACK) > 0) || resetIfStalled(session);
  }

  /** A peer has told its heads of documents that differ. */
  void heads(PeerSession session, List<DocumentHeads> documents) {
    links.traffic(session);
    documents.forEach(each -> settle(session, each.key(), each.heads()));
  }

  /** The peer's document is at these heads: ask for what is lacking here, send what is there. */
  private void settle(PeerSession session, DocumentKey key, List<ChangeHash> theirs) {
    if (session.refuses(key.collection())) {
      return;
    }
    DocumentEntry entry = holdings.get(key);
    if (entry == null) {
      transfers.wantAll(session, key, theirs);
    } else if (theirs.isEmpty()) {
      offer(session, entry);
    } else if (entry.facts().gone()) {
      session.outbox().gone(key);
    } else if (holdings.isLatestOnly(key)) {
      session.outbox().latest(key); // It answers with its own state if that has more.
    } else if (!entry.facts().heads().equals(theirs)) {
      DocumentState document = documents.history(key);
      if (transfers.lacksAny(document, theirs)) {
        transfers.want(session, document, theirs); // Which tells the peer what we have.
      } else {
        session.outbox().serve(new DocumentWant(key, entry.facts().heads(), theirs));
      }
    }
  }

  /** The peer knows nothing of the document: it is new to it, or was deleted there long ago. */
  private void offer(PeerSession session, DocumentEntry entry) {
    DocumentKey key = entry.key();
    DocumentFacts facts = entry.facts();
    if (agreements.deletedMeanwhile(session.agreement, facts, links.now().wallMillis())) {
      documents.adoptDeletion(key);
    } else if (facts.gone()) {
      session.outbox().gone(key);
    } else {
      give(session, entry);
    }
  }

  private void give(PeerSession session, DocumentEntry entry) {
    if (holdings.isLatestOnly(entry.key())) {
      session.outbox().latest(entry.key());
    } else {
      session.outbox().serve(new DocumentWant(entry.key(), entry.facts().heads(), List.of()));
    }
  }

  /** A peer asks for content. */
  void wanted(PeerSession session, List<DocumentWant> wants) {
    links.traffic(session);
    for (DocumentWant each : wants) {
      DocumentEntry entry = holdings.get(each.key());
      if (session.refuses(each.key().collection())) {
        continue;
      }
      if (entry == null) {
        if (!each.have().isEmpty()) {
          transfers.wantAll(session, each.key(), each.have());
        }
      } else if (each.have().isEmpty()) {
        offer(session, entry);
      } else if (entry.facts().gone()) {
        session.outbox().gone(each.key());
      } else if (holdings.isLatestOnly(each.key())) {
        session.outbox().latest(each.key());
      } else {
        session.outbox().serve(each);
        transfers.want(session, documents.history(each.key()), each.have());
      }
    }
  }

  /** A peer has dropped documents that were deleted. */
  void gone(PeerSession session, List<DocumentGone> documents) {
    links.traffic(session);
    for (DocumentGone each : documents) {
      if (!session.refuses(each.key().collection()) && !each.heads().isEmpty()) {
        gone(session, each);
      }
    }
  }

  private void gone(PeerSession session, DocumentGone theirs) {
    DocumentKey key = theirs.key();
    DocumentEntry entry = holdings.get(key);
    if (entry == null) {
      if (holdings.index().bucket(theirs.deletedSeconds()) >= fromBucket()
          && holdings.index().admits(key)) {
        mark(theirs);
      }
      return;
    }
    DocumentFacts facts = entry.facts();
    if (facts.heads().equals(theirs.heads())) {
      return;
    }
    if (agreements.droppedThere(session.agreement, facts)) {
      documents.adoptDeletion(key);
    } else if (!facts.gone()) {
      give(session, entry);
    } else if (compare(theirs.heads(), facts.heads()) > 0) {
      mark(theirs); // Nobody knows any more which delete was the later one; all choose the same.
    } else {
      session.outbox().gone(key);
    }
  }

  private void mark(DocumentGone theirs) {
    DocumentFacts marker =
        new DocumentFacts(
            theirs.heads(), true, theirs.deletedSeconds(), true, 0, documents.lineage().sequence());
    holdings.put(theirs.key(), marker);
    links.effect(new SyncEffect.Collected(theirs.key(), marker));
  }

  /** The time asked for has come: compare if the link is quiet and something has moved. */
  void woken(PeerSession session) {
    long now = links.now().nanos();
    session.wakeArmed = false;
    Duration silent = Duration.ofNanos(now - session.lastTrafficNanos);
    boolean recent = silent.compareTo(SyncEngine.QUIET) < 0;
    boolean overdue = now - session.lastComparedNanos >= SyncEngine.COMPARE_AT_LATEST.toNanos();
    boolean quiet = !recent && session.outbox().idle();
    if (!quiet && !overdue) {
      links.wakeAfter(session, recent ? SyncEngine.QUIET.minus(silent) : SyncEngine.QUIET);
      return;
    }
    if (quiet) {
      // Whatever was asked for and has not come by now will not come.
      session.requests.clear();
    } else {
      links.wakeAfter(session, SyncEngine.QUIET);
    }
    session.lastComparedNanos = now;
    if (!session.agreed(holdings.version())) {
      session.outbox().summary();
    } else {
      noteAgreement(session);
    }
  }

  /** The link ends: what both agreed on holds until now, if nothing has moved since. */
  void parted(PeerSession session) {
    refresh(session);
    keep(session, Duration.ofMillis(1));
  }

  /** While a pair agrees, it does so now. */
  void refresh(PeerSession session) {
    if (session.agreed(holdings.version())) {
      if (isUnnoted(session)) {
        noteAgreement(session);
      }
      session.agreement.ifPresent(last -> note(session, last.at(links.now().wallMillis())));
      keep(session, Duration.ofSeconds(settings.bucketSeconds()));
    }
  }

  private boolean isUnnoted(PeerSession session) {
    long sequence = holdings.durableSequence();
    return session.toldTooEarly
        || session.agreement.filter(last -> last.ourSequence() >= sequence).isEmpty();
  }

  /** How often a pair had to begin anew because it got nowhere. */
  long stalls() {
    return stalls;
  }

  int fromBucket() {
    return agreements.fromBucket(links.now().wallSeconds());
  }

  private boolean sameBuckets(PeerSession session) {
    return session.hello != null && session.hello.bucketSeconds() == settings.bucketSeconds();
  }

  private boolean resetIfStalled(PeerSession session) {
    if (!session.repairs.stalls()) {
      return false;
    }
    stalls++;
    links.effect(
        new SyncEffect.Stalled(
            session.peer(),
            RepairBackoff.ROUNDS_MAX + " comparisons in a row differ and nothing moves"));
    session.reset();
    greet(session);
    return true;
  }

  /** As lists of unsigned numbers. */
  private static int compare(List<ChangeHash> one, List<ChangeHash> other) {
    for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
      int order = one.get(i).compareTo(other.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(one.size(), other.size());
  }
}

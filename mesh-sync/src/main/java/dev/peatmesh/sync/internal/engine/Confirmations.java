package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.engine.SyncFrame.Answer;
import dev.peatmesh.sync.internal.engine.SyncFrame.Holder;
import dev.peatmesh.sync.internal.engine.SyncFrame.Question;
import dev.peatmesh.sync.internal.reconcile.DocumentEntry;
import dev.peatmesh.sync.internal.reconcile.DocumentIndex;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who holds which write. Asks peers about the writes that somebody here waits for, remembers what
 * peers ask and answers once the write is durable here, and passes questions and answers on between
 * peers that do not reach each other. Belongs to the document loop.
 *
 * <p>A node is named as a holder by itself only, after its own commit; others merely pass its word
 * on. So what is told here is true, though it may come late or, when a bound is met, not at all.
 */
final class Confirmations {
  /** The most nodes that pass a question on, one after the other. */
  static final int HOPS_MAX = 8;

  /** The most writes that one peer may ask about at a time; the oldest question goes first. */
  static final int QUESTIONS_PER_PEER_MAX = 16_384;

  /** The most writes asked about by all peers together; the oldest question goes first. */
  static final int QUESTIONS_MAX = 65_536;

  /** The most holders known of one write. */
  static final int HOLDERS_MAX = 255;

  /** How long a peer's question is remembered; nobody waits for longer. */
  static final Duration REMEMBERED = Duration.ofMinutes(15);

  private final PeerId self;
  private final Documents documents;
  private final DocumentIndex index;
  private final Links links;
  private final boolean weAreDurable;
  private final Map<Subject, Inquiry> inquiries = new LinkedHashMap<>();
  private final Map<DocumentKey, Set<Subject>> byDocument = new HashMap<>();
  private final Map<Long, Subject> waiting = new HashMap<>();

  Confirmations(
      PeerId self, Documents documents, DocumentIndex index, Links links, boolean weAreDurable) {
    this.self = self;
    this.documents = documents;
    this.index = index;
    this.links = links;
    this.weAreDurable = weAreDurable;
  }

  private record Subject(DocumentKey key, ChangeRef change) {}

  /** What is known about one write, and who wants to know. */
  private static final class Inquiry {
    final Subject subject;
    final long sinceNanos;
    final Set<Long> waiters = new LinkedHashSet<>();
    final Set<PeerId> askers = new TreeSet<>();
    final Set<PeerId> asked = new TreeSet<>();
    final Map<PeerId, Boolean> holders = new TreeMap<>();
    int hops = HOPS_MAX;

    /** The event after which the write is here; 0 while it is not. */
    long heldSince;

    boolean answered;

    Inquiry(Subject subject, long sinceNanos) {
      this.subject = subject;
      this.sinceNanos = sinceNanos;
    }

    boolean isIdle() {
      return waiters.isEmpty() && askers.isEmpty();
    }
  }

  /** Somebody here waits for holders of the write. */
  void confirm(SyncInput.Confirm confirm) {
    Inquiry inquiry = inquiry(new Subject(confirm.key(), confirm.change()));
    inquiry.waiters.add(confirm.id());
    inquiry.hops = 0;
    waiting.put(confirm.id(), inquiry.subject);
    inquiry.holders.forEach(
        (peer, durable) -> links.effect(new SyncEffect.Confirmed(confirm.id(), peer, durable)));
    links.open().forEach(session -> ask(inquiry, session));
  }

  /** Nobody here waits any more. */
  void unconfirm(long id) {
    Subject subject = waiting.remove(id);
    Inquiry inquiry = subject == null ? null : inquiries.get(subject);
    if (inquiry != null) {
      inquiry.waiters.remove(id);
      forgetIfIdle(inquiry);
    }
  }

  /** A peer wants to know who holds a write. */
  void asked(PeerSession asker, Question question) {
    if (question.hops() > HOPS_MAX) {
      return;
    }
    Inquiry inquiry = inquiry(new Subject(question.key(), question.change()));
    inquiry.hops = Math.min(inquiry.hops, question.hops() + 1);
    if (inquiry.askers.add(asker.peer())) {
      makeRoom(asker);
      asker.questions.add(inquiry);
    }
    List<Holder> holders = new ArrayList<>();
    inquiry.holders.forEach((peer, durable) -> holders.add(new Holder(peer, durable)));
    holders.removeIf(holder -> holder.peer().equals(asker.peer()));
    boolean answeredBefore = inquiry.answered;
    check(inquiry);
    if (answeredBefore) {
      holders.add(new Holder(self, weAreDurable));
    }
    if (!holders.isEmpty()) {
      asker.outbox().answer(answer(inquiry, holders));
    }
    for (PeerSession session : links.open()) {
      if (session != asker && !asker.neighbours.contains(session.peer())) {
        ask(inquiry, session);
      }
    }
  }

  /** A peer knows of holders. */
  void told(PeerSession teller, Answer answer) {
    Inquiry inquiry = inquiries.get(new Subject(answer.key(), answer.change()));
    if (inquiry == null || !inquiry.asked.contains(teller.peer())) {
      return; // Nobody asked for it.
    }
    for (Holder holder : answer.holders()) {
      Boolean before = inquiry.holders.get(holder.peer());
      boolean news = before == null || (holder.durable() && !before);
      if (news
          && !holder.peer().equals(self)
          && (before != null || inquiry.holders.size() < HOLDERS_MAX)) {
        inquiry.holders.put(holder.peer(), holder.durable());
        spread(inquiry, holder, teller.peer());
      }
    }
  }

  /** A write of our own, which is durable, has entered the document. */
  void published(DocumentKey key) {
    inquiriesOf(key).forEach(this::check);
  }

  /** What peers wrote has entered the document: it has yet to become durable. */
  void received(DocumentKey key) {
    for (Inquiry inquiry : inquiriesOf(key)) {
      if (findHere(inquiry) && !weAreDurable) {
        answerForUs(inquiry);
      }
    }
  }

  /** What happened to the document up to that event is durable here. */
  void stored(DocumentKey key, long sequence) {
    for (Inquiry inquiry : inquiriesOf(key)) {
      if (inquiry.heldSince > 0 && inquiry.heldSince <= sequence) {
        answerForUs(inquiry);
      }
    }
  }

  /** A peer can be asked, from now on. */
  void opened(PeerSession session) {
    inquiries.values().forEach(inquiry -> ask(inquiry, session));
  }

  /** A peer's questions need no answer any more, and ours are lost. */
  void closed(PeerSession session) {
    session.questions.clear();
    for (Inquiry inquiry : List.copyOf(inquiries.values())) {
      inquiry.asked.remove(session.peer());
      inquiry.askers.remove(session.peer());
      forgetIfIdle(inquiry);
    }
  }

  /** The asker no longer reaches this one: pass its questions on. */
  void parted(PeerId asker, PeerSession from) {
    for (Inquiry inquiry : inquiries.values()) {
      if (inquiry.askers.contains(asker)) {
        ask(inquiry, from);
      }
    }
  }

  /** Forgets what peers have asked long ago. */
  void housekeep() {
    long now = links.now().nanos();
    for (Inquiry inquiry : List.copyOf(inquiries.values())) {
      if (now - inquiry.sinceNanos > REMEMBERED.toNanos() && inquiry.waiters.isEmpty()) {
        forget(inquiry);
      }
    }
  }

  int size() {
    return inquiries.size();
  }

  private void ask(Inquiry inquiry, PeerSession session) {
    boolean fromHere = !inquiry.waiters.isEmpty();
    int hops = fromHere ? 0 : inquiry.hops;
    boolean ours = inquiry.askers.contains(session.peer()) && !fromHere;
    if (ours || hops > HOPS_MAX || session.refuses(inquiry.subject.key.collection())) {
      return;
    }
    if (inquiry.asked.add(session.peer())) {
      session.outbox().ask(new Question(inquiry.subject.key, inquiry.subject.change, hops));
    }
  }

  /** Answers if the write is durable here. */
  private void check(Inquiry inquiry) {
    boolean here = !inquiry.answered && findHere(inquiry);
    if (here && (!weAreDurable || documents.durable(inquiry.subject.key))) {
      answerForUs(inquiry);
    }
  }

  /** Whether the write is here; if so, notes what has to become durable for an answer. */
  private boolean findHere(Inquiry inquiry) {
    Subject subject = inquiry.subject;
    if (inquiry.heldSince == 0) {
      DocumentEntry entry = index.get(subject.key);
      if (entry == null || !documents.holds(subject.key, subject.change)) {
        return false;
      }
      inquiry.heldSince = entry.facts().sequence();
    }
    return true;
  }

  private void answerForUs(Inquiry inquiry) {
    if (!inquiry.answered) {
      inquiry.answered = true;
      tellAskers(inquiry, new Holder(self, weAreDurable), self);
    }
  }

  private void spread(Inquiry inquiry, Holder holder, PeerId teller) {
    for (long id : inquiry.waiters) {
      links.effect(new SyncEffect.Confirmed(id, holder.peer(), holder.durable()));
    }
    tellAskers(inquiry, holder, teller);
  }

  private void tellAskers(Inquiry inquiry, Holder holder, PeerId teller) {
    for (PeerId asker : inquiry.askers) {
      PeerSession session = links.get(asker);
      if (session != null && !asker.equals(teller) && !asker.equals(holder.peer())) {
        session.outbox().answer(answer(inquiry, List.of(holder)));
      }
    }
  }

  private static Answer answer(Inquiry inquiry, List<Holder> holders) {
    return new Answer(inquiry.subject.key, inquiry.subject.change, holders);
  }

  private Inquiry inquiry(Subject subject) {
    return inquiries.computeIfAbsent(
        subject,
        unused -> {
          byDocument.computeIfAbsent(subject.key, none -> new LinkedHashSet<>()).add(subject);
          return new Inquiry(subject, links.now().nanos());
        });
  }

  private Collection<Inquiry> inquiriesOf(DocumentKey key) {
    List<Inquiry> found = new ArrayList<>();
    for (Subject each : byDocument.getOrDefault(key, Set.of())) {
      Inquiry inquiry = inquiries.get(each);
      if (inquiry != null) {
        found.add(inquiry);
      }
    }
    return found;
  }

  /** Forgets a peer's oldest question when it asks too many, or all of them together do. */
  private void makeRoom(PeerSession asker) {
    if (asker.questions.size() < QUESTIONS_PER_PEER_MAX && inquiries.size() <= QUESTIONS_MAX) {
      return;
    }
    Iterator<Object> questions = asker.questions.iterator();
    if (questions.hasNext() && questions.next() instanceof Inquiry oldest) {
      questions.remove();
      oldest.askers.remove(asker.peer());
      forgetIfIdle(oldest);
    }
  }

  private void forgetIfIdle(Inquiry inquiry) {
    if (inquiry.isIdle()) {
      forget(inquiry);
    }
  }

  private void forget(Inquiry inquiry) {
    inquiries.remove(inquiry.subject);
    Set<Subject> siblings = byDocument.get(inquiry.subject.key);
    if (siblings != null && siblings.remove(inquiry.subject) && siblings.isEmpty()) {
      byDocument.remove(inquiry.subject.key);
    }
    for (PeerId asker : inquiry.askers) {
      PeerSession session = links.get(asker);
      if (session != null) {
        session.questions.remove(inquiry);
      }
    }
  }
}

package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentChanges;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentLatest;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentWant;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.guard.GuardException;
import dev.peatmesh.sync.internal.guard.GuardLimits;
import dev.peatmesh.sync.internal.reconcile.DocumentFacts;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The content of documents on its way: pushes what is new here, takes in what peers send, passes it
 * on to those whom its sender does not reach, and asks for what it stands on. Belongs to the
 * document loop.
 */
final class Transfers {
  private final Documents documents;
  private final Holdings holdings;
  private final Links links;
  private final Contracts contracts;
  private final Confirmations confirmations;
  private final ChangeIntake intake;

  Transfers(
      Documents documents,
      Holdings holdings,
      Links links,
      Contracts contracts,
      Confirmations confirmations,
      GuardLimits limits) {
    this.documents = documents;
    this.holdings = holdings;
    this.links = links;
    this.contracts = contracts;
    this.confirmations = confirmations;
    intake = new ChangeIntake(documents, limits);
  }

  /** Sends a change of our own to every peer. */
  void publish(DocumentKey key, ChangeChunk chunk) {
    documents.history(key).add(chunk);
    holdings.put(key, documents.facts(key));
    contracts.announce(key.collection());
    for (PeerSession session : links.open()) {
      if (!session.refuses(key.collection())) {
        session.outbox().push(key, chunk);
        links.traffic(session);
      }
    }
    confirmations.published(key);
  }

  /** Sends a state of our own to every peer. */
  void publishLatest(DocumentKey key) {
    holdings.put(key, documents.facts(key));
    contracts.announce(key.collection());
    for (PeerSession session : links.open()) {
      if (!session.refuses(key.collection())) {
        session.outbox().latest(key);
        links.traffic(session);
      }
    }
    confirmations.published(key);
  }

  /** Takes in the changes of one document. Returns false when the link must end. */
  boolean changes(PeerSession session, DocumentChanges offer) {
    DocumentKey key = offer.key();
    if (session.refuses(key.collection()) || holdings.isLatestOnly(key) || !admits(key)) {
      return true;
    }
    List<ChangeHash> oldHeads = holdings.headsOf(key);
    DocumentState document = documents.history(key);
    ChangeIntake.Result result;
    try {
      result = intake.take(document, session.peer(), offer.chunks());
    } catch (GuardException hostile) {
      links.effect(new SyncEffect.Violation(session.peer(), key + ": " + hostile.reason()));
      return false;
    }
    session.requests.arrived(key, result.seen(), links.now().nanos());
    result.refused().forEach(detail -> links.effect(new SyncEffect.Refused(key, detail)));
    if (!result.applied().isEmpty()) {
      DocumentFacts facts = documents.facts(key);
      holdings.put(key, facts);
      session.repairs.progress();
      List<ChangeChunk> chunks =
          result.applied().stream().map(ChangeIntake.Applied::chunk).toList();
      links.effect(new SyncEffect.Applied(key, oldHeads, facts, chunks));
      contracts.announce(key.collection());
      result.applied().forEach(applied -> relay(key, applied));
      confirmations.received(key);
    }
    want(session, document, result.missing());
    return true;
  }

  /** Takes in the state of one document. Returns false when the link must end. */
  boolean latest(PeerSession session, DocumentLatest offer) {
    DocumentKey key = offer.key();
    if (session.refuses(key.collection()) || !holdings.isLatestOnly(key) || !admits(key)) {
      return true;
    }
    session.requests.arrived(key, links.now().nanos());
    Optional<String> tooLarge = documents.tooLarge(key, offer.state().remaining());
    if (tooLarge.isPresent()) {
      links.effect(new SyncEffect.Refused(key, tooLarge.get()));
      return true;
    }
    List<ChangeHash> oldHeads = holdings.headsOf(key);
    LatestMerge merge;
    try {
      merge = documents.merge(key, offer.state());
    } catch (GuardException hostile) {
      links.effect(new SyncEffect.Violation(session.peer(), key + ": " + hostile.reason()));
      return false;
    } catch (MeshException.Refused tooMuch) {
      links.effect(new SyncEffect.Refused(key, String.valueOf(tooMuch.getMessage())));
      return true;
    }
    if (merge.changed()) {
      holdings.put(key, merge.facts());
      session.repairs.progress();
      links.effect(new SyncEffect.Merged(key, oldHeads, merge.facts()));
      contracts.announce(key.collection());
      for (PeerSession other : links.open()) {
        if (isToBeTold(other, session, key)) {
          other.outbox().latest(key);
        }
        links.traffic(other);
      }
      confirmations.received(key);
    }
    if (merge.theyLack()) {
      session.outbox().latest(key);
    }
    return true;
  }

  /** Asks a peer for changes of a document with history. */
  void want(PeerSession session, DocumentState document, List<ChangeHash> hashes) {
    DocumentKey key = document.key();
    List<ChangeHash> need =
        unexpected(key, hashes.stream().filter(hash -> intake.lacks(document, hash)).toList());
    if (!need.isEmpty()) {
      ask(session, new DocumentWant(key, need, document.graph().sample()));
    }
  }

  /** Asks a peer for a document of which nothing is known here, in either mode. */
  void wantAll(PeerSession session, DocumentKey key, List<ChangeHash> heads) {
    List<ChangeHash> need =
        unexpected(key, heads.stream().filter(hash -> !intake.refuses(hash)).toList());
    if (!need.isEmpty() && holdings.index().admits(key)) {
      ask(session, new DocumentWant(key, need, List.of()));
    }
  }

  /** Whether any of the changes is not here and not refused. */
  boolean lacksAny(DocumentState document, List<ChangeHash> hashes) {
    return hashes.stream().anyMatch(hash -> intake.lacks(document, hash));
  }

  private void ask(PeerSession session, DocumentWant want) {
    session.requests.asked(want.key(), want.need(), links.now().nanos());
    session.outbox().want(want);
    links.traffic(session);
  }

  private List<ChangeHash> unexpected(DocumentKey key, List<ChangeHash> hashes) {
    long now = links.now().nanos();
    return hashes.stream()
        .filter(
            hash -> links.all().stream().noneMatch(each -> each.requests.expects(key, hash, now)))
        .toList();
  }

  /** Passes a change on to every peer that its sender does not reach itself. */
  private void relay(DocumentKey key, ChangeIntake.Applied applied) {
    PeerSession source = links.get(applied.source());
    for (PeerSession session : links.open()) {
      if (isToBeTold(session, source, key)) {
        session.outbox().push(key, applied.chunk());
      }
      // Where it is not sent, its sender may die before it arrives: compare later.
      links.traffic(session);
    }
  }

  private static boolean isToBeTold(
      PeerSession session, @Nullable PeerSession source, DocumentKey key) {
    Set<PeerId> reached = source == null ? Set.of() : source.neighbours;
    return session != source
        && !reached.contains(session.peer())
        && !session.refuses(key.collection());
  }

  private boolean admits(DocumentKey key) {
    if (holdings.index().admits(key)) {
      return true;
    }
    links.effect(
        new SyncEffect.Refused(
            key, "no room for another document or collection. Raise documentsMax or delete some."));
    return false;
  }
}

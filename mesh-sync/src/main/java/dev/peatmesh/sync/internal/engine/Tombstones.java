package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.reconcile.DocumentEntry;
import dev.peatmesh.sync.internal.reconcile.DocumentFacts;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Drops what is left of deleted documents: their history once every replica has agreed after the
 * delete and some time has passed, and the last trace of them after the retention. Belongs to the
 * document loop.
 *
 * <p>The retention counts twice: from the time of the delete, which is the same everywhere, so that
 * all cease to compare it at once; and from when it came here, because it may have come late, or
 * its author's clock may be wrong, and others have yet to hear of it. In between a marker is left.
 */
final class Tombstones {
  /** The most documents collected at a time: the rest waits for the next time. */
  static final int COLLECTED_MAX = 10_000;

  private final PeerId self;
  private final long graceSeconds;
  private final Holdings holdings;
  private final Links links;
  private final Agreements agreements;
  private final Checkpoints checkpoints;
  private int fromBucket;

  Tombstones(
      PeerId self,
      Holdings holdings,
      Links links,
      Agreements agreements,
      Checkpoints checkpoints,
      long graceSeconds) {
    this.self = self;
    this.graceSeconds = graceSeconds;
    this.holdings = holdings;
    this.links = links;
    this.agreements = agreements;
    this.checkpoints = checkpoints;
  }

  /** The lowest bucket of deletes that counts as held; older ones may be left here or not. */
  int fromBucket() {
    return fromBucket;
  }

  void housekeep() {
    if (checkpoints.advance(links.now().wallMillis(), holdings.settledSequence())) {
      links.effect(new SyncEffect.Checkpointed(checkpoints.all()));
    }
    fromBucket = agreements.fromBucket(links.now().wallSeconds());
    holdings.index().deletesBefore(fromBucket).forEach(this::expire);
    collect(agreements.commonSequence(standing(), named(), links.now().wallMillis()));
  }

  private void expire(DocumentEntry entry) {
    if (!checkpoints.isRecent(entry.facts().sequence())) {
      holdings.index().remove(entry.key());
      links.effect(new SyncEffect.Forgotten(entry.key()));
    } else if (!entry.facts().gone()) {
      // Others may have forgotten it and begun the document anew: no history is to meet that.
      collect(entry.key(), entry.facts());
    }
  }

  private void collect(long upTo) {
    int collected = 0;
    // Who writes such a document anew, here, begins another history. One who still has the old one
    // would unite both, and show again what was deleted: so all drop it at about the same time.
    long oldEnough = links.now().wallSeconds() - graceSeconds;
    Iterator<DocumentEntry> deletes = holdings.index().deletes();
    while (deletes.hasNext() && collected < COLLECTED_MAX) {
      DocumentEntry each = deletes.next();
      DocumentFacts facts = each.facts();
      // Without history there is nothing to drop but a few bytes.
      if (!facts.gone()
          && facts.sequence() <= upTo
          && facts.deletedSeconds() < oldEnough
          && !holdings.isLatestOnly(each.key())) {
        collect(each.key(), facts);
        collected++;
      }
    }
  }

  private void collect(DocumentKey key, DocumentFacts facts) {
    DocumentFacts marker =
        new DocumentFacts(facts.heads(), true, facts.deletedSeconds(), true, 0, facts.sequence());
    // The heads stay, so to others nothing has changed.
    holdings.index().put(key, marker);
    links.effect(new SyncEffect.Collected(key, marker));
  }

  /** Up to which number of our journal each connected peer agrees. */
  private Map<PeerId, Long> standing() {
    Map<PeerId, Long> standing = new TreeMap<>();
    for (PeerSession session : links.all()) {
      standing.put(session.peer(), session.agreement.map(Agreement::ourSequence).orElse(0L));
    }
    return standing;
  }

  private Set<PeerId> named() {
    Set<PeerId> named = new TreeSet<>();
    links.all().forEach(session -> named.addAll(session.neighbours));
    named.remove(self);
    return named;
  }
}

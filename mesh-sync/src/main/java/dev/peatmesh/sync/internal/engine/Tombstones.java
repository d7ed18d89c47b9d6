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
 */
final class Tombstones {
  /** The most documents collected at a time: the rest waits for the next time. */
  static final int COLLECTED_MAX = 10_000;

  private final PeerId self;
  private final long graceSeconds;
  private final Holdings holdings;
  private final Links links;
  private final Agreements agreements;

  Tombstones(
      PeerId self, Holdings holdings, Links links, Agreements agreements, long graceSeconds) {
    this.self = self;
    this.graceSeconds = graceSeconds;
    this.holdings = holdings;
    this.links = links;
    this.agreements = agreements;
  }

  void housekeep() {
    int fromBucket = agreements.fromBucket(links.now().wallSeconds());
    holdings
        .index()
        .expireBuckets(fromBucket)
        .forEach(key -> links.effect(new SyncEffect.Forgotten(key)));
    collect(agreements.commonSequence(standing(), named(), links.now().wallMillis()));
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

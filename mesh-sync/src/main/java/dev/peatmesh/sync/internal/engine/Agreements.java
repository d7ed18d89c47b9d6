package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.internal.reconcile.DocumentFacts;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * When this node last agreed with which replica, and what follows from that for deletes: how long
 * tombstones are needed, and whether a document that a peer lacks was deleted or has yet to reach
 * it. Pure decisions; belongs to the document loop.
 *
 * <p>The rule behind all of them: in doubt a document is kept. It is taken for deleted elsewhere
 * only if a peer whose store has lost nothing held it once, holds nothing of it now, and nobody
 * known here has touched it since.
 */
final class Agreements {
  /** The most replicas remembered; the one not agreed with for longest goes first. */
  static final int REPLICAS_MAX = 1_024;

  private final Duration retention;
  private final long bucketSeconds;
  private final Map<PeerId, Agreement> known = new TreeMap<>();

  Agreements(Duration retention, long bucketSeconds, Collection<Agreement> known) {
    this.retention = retention;
    this.bucketSeconds = bucketSeconds;
    known.forEach(this::note);
  }

  /** Keeps an agreement in place of the one before. */
  void note(Agreement agreement) {
    known.put(agreement.peer(), agreement);
    if (known.size() > REPLICAS_MAX) {
      known.values().stream()
          .min(Comparator.comparingLong(Agreement::wallMillis))
          .ifPresent(oldest -> known.remove(oldest.peer()));
    }
  }

  /**
   * The last agreement with the replica that a peer is now; empty when it never was one of ours, or
   * its store was emptied, replaced or set back in time since.
   */
  Optional<Agreement> with(PeerId peer, Lineage theirs) {
    return Optional.ofNullable(known.get(peer))
        .filter(last -> theirs.continues(last.store(), last.theirOpening(), last.theirSequence()));
  }

  /**
   * Whether a document that lives here, and of which the peer knows nothing at all, was deleted
   * there and its tombstone dropped, so that it is to be deleted here as well.
   *
   * @param last the last agreement with that very replica
   */
  boolean deletedMeanwhile(Optional<Agreement> last, DocumentFacts facts, long wallMillis) {
    // Within the retention the tombstone would still be there.
    return last.filter(agreed -> isStale(agreed, wallMillis)).isPresent()
        && droppedThere(last, facts);
  }

  /** Whether a document that lives here is to be deleted since the peer says that it is gone. */
  boolean droppedThere(Optional<Agreement> last, DocumentFacts facts) {
    return !facts.deleted()
        && last.filter(agreed -> facts.sequence() <= agreed.ourSequence()).isPresent();
  }

  /** Whether the agreement is so old that tombstones since may have been dropped. */
  boolean isStale(Agreement agreed, long wallMillis) {
    return wallMillis - agreed.wallMillis() > retention.toMillis();
  }

  /** The lowest bucket of tombstones that is still needed. */
  int fromBucket(long wallSeconds) {
    // A bucket goes when the youngest tombstone that fits in it is older than the retention.
    long first = Math.floorDiv(wallSeconds - retention.toSeconds() - 1, bucketSeconds);
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE, first));
  }

  /**
   * The number of our journal up to which every replica that can still come back in time knows what
   * we know. Those that were away for longer than the retention do not count: their return is a
   * stale reunion anyway.
   *
   * @param standing the sequences up to which the peers agree that are connected now
   * @param named other nodes of the mesh of which somebody speaks
   */
  long commonSequence(Map<PeerId, Long> standing, Set<PeerId> named, long wallMillis) {
    long common = Long.MAX_VALUE;
    for (PeerId each : named) {
      common = Math.min(common, upTo(standing.get(each), known.get(each)));
    }
    for (Map.Entry<PeerId, Long> each : standing.entrySet()) {
      common = Math.min(common, upTo(each.getValue(), known.get(each.getKey())));
    }
    for (Agreement each : known.values()) {
      if (!isStale(each, wallMillis)) {
        common = Math.min(common, upTo(standing.get(each.peer()), each));
      }
    }
    return common;
  }

  private static long upTo(@Nullable Long standing, @Nullable Agreement noted) {
    return Math.max(standing == null ? 0 : standing, noted == null ? 0 : noted.ourSequence());
  }
}

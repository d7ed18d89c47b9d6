package dev.peatmesh.examples;

import dev.peatmesh.sync.Document;
import dev.peatmesh.sync.DocumentCollection;
import dev.peatmesh.sync.FeedEvent;
import dev.peatmesh.sync.Filter;
import dev.peatmesh.sync.Query;
import dev.peatmesh.sync.QueryPage;
import dev.peatmesh.sync.Subscription;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A copy of the documents that matter here, which the change feed keeps right. */
public final class FilteredCopy {
  private final DocumentCollection tracks;
  private final Map<String, Map<String, @Nullable Object>> fast = new ConcurrentHashMap<>();
  private final Set<String> inSnapshot = new HashSet<>();
  private volatile long sequence;

  /** An empty copy of that collection. */
  public FilteredCopy(DocumentCollection tracks) {
    this.tracks = tracks;
  }

  /** Fills the copy, and keeps it right until the subscription is cancelled. */
  public Subscription start() {
    // region subscribe
    return tracks.subscribe(Filter.gt("speed", 12), this::heard);
    // endregion
  }

  /** Goes on after a restart, given the copy as it was and the number that belongs to it. */
  public Subscription resume(Map<String, Map<String, @Nullable Object>> kept, long since) {
    fast.putAll(kept);
    // region resume
    return tracks.subscribe(Filter.gt("speed", 12), since, this::heard);
    // endregion
  }

  // region listener
  private void heard(FeedEvent event) {
    if (event instanceof FeedEvent.Present present) {
      Document document = present.document();
      fast.put(document.id(), document.value());
      inSnapshot.add(document.id());
    } else if (event instanceof FeedEvent.SnapshotEnd end) {
      fast.keySet().retainAll(inSnapshot); // nothing goes, but after a Resync
      inSnapshot.clear();
      sequence = end.sequence();
    } else if (event instanceof FeedEvent.Changed changed) {
      String id = changed.key().id();
      if (changed.kind() == FeedEvent.Kind.CHANGED) {
        tracks.get(id).ifPresentOrElse(value -> fast.put(id, value), () -> fast.remove(id));
      } else {
        fast.remove(id); // DELETED, or LEFT what the filter means
      }
      sequence = changed.sequence();
    }
    // FeedEvent.Resync: a snapshot follows; what is held stays until its end
  }

  // endregion

  /** The number to go on from: keep it together with the copy. */
  public long sequence() {
    return sequence;
  }

  /** The ten fastest ones of a fleet, without a copy. */
  public static QueryPage fastest(DocumentCollection tracks, String fleet) {
    // region query
    return tracks.query(
        Query.where(Filter.and(Filter.eq("owner.fleet", fleet), Filter.exists("speed")))
            .orderByDescending("speed")
            .limit(10));
    // endregion
  }
}

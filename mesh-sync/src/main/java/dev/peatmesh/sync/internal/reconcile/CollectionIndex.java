package dev.peatmesh.sync.internal.reconcile;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The documents of one collection: by id, and by partition. */
final class CollectionIndex {
  private final String name;
  private final NavigableMap<String, DocumentEntry> live = new TreeMap<>();
  private final NavigableMap<String, DocumentEntry> deleted = new TreeMap<>();
  private final NavigableMap<Integer, PositionTree> partitions = new TreeMap<>();

  CollectionIndex(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  boolean isEmpty() {
    return partitions.isEmpty();
  }

  int existing() {
    return live.size();
  }

  @Nullable DocumentEntry get(String id) {
    DocumentEntry found = live.get(id);
    return found != null ? found : deleted.get(id);
  }

  /** The first document that exists and comes after the id; without an id, the first one. */
  @Nullable DocumentEntry following(@Nullable String id) {
    Map.Entry<String, DocumentEntry> found = id == null ? live.firstEntry() : live.higherEntry(id);
    return found == null ? null : found.getValue();
  }

  /** The first deleted document that comes after the id; without an id, the first one. */
  @Nullable DocumentEntry deletedAfter(@Nullable String id) {
    Map.Entry<String, DocumentEntry> found =
        id == null ? deleted.firstEntry() : deleted.higherEntry(id);
    return found == null ? null : found.getValue();
  }

  void add(DocumentEntry entry, int bucket) {
    (bucket == Partition.LIVE ? live : deleted).put(entry.key().id(), entry);
    partitions.computeIfAbsent(bucket, unused -> new PositionTree()).add(entry);
  }

  void remove(DocumentEntry entry, int bucket) {
    (bucket == Partition.LIVE ? live : deleted).remove(entry.key().id());
    PositionTree tree = tree(bucket);
    tree.remove(entry);
    if (tree.sum().count() == 0) {
      partitions.remove(bucket);
    }
  }

  void replace(DocumentEntry before, DocumentEntry after, int bucket) {
    (bucket == Partition.LIVE ? live : deleted).put(after.key().id(), after);
    tree(bucket).replace(before, after);
  }

  @Nullable PositionTree partition(int bucket) {
    return partitions.get(bucket);
  }

  /** The buckets of deletes that end before the given one, and {@link Partition#LIVE} never. */
  List<Integer> bucketsBefore(int bucket) {
    return new ArrayList<>(partitions.subMap(0, true, bucket, false).keySet());
  }

  /** What the partitions from the given bucket on come to, and the living documents. */
  Fingerprint fingerprint(int fromBucket) {
    Fingerprint sum = Fingerprint.EMPTY;
    PositionTree existing = partitions.get(Partition.LIVE);
    if (existing != null) {
      sum = existing.sum().fingerprint();
    }
    Collection<PositionTree> recent = partitions.tailMap(Math.max(0, fromBucket), true).values();
    for (PositionTree each : recent) {
      sum = sum.plus(each.sum().fingerprint());
    }
    return sum;
  }

  /** The first partition whose bucket is above the given one. */
  @Nullable Partition following(int bucket) {
    Integer next = partitions.higherKey(bucket);
    return next == null ? null : new Partition(name, next);
  }

  private PositionTree tree(int bucket) {
    PositionTree tree = partitions.get(bucket);
    if (tree == null) {
      throw new AssertionError("bucket " + bucket + " has no documents");
    }
    return tree;
  }
}

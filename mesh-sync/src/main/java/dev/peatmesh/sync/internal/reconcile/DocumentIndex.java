package dev.peatmesh.sync.internal.reconcile;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of every document, existing or deleted: small enough to be in memory always.
 * Belongs to the document loop.
 *
 * <p>Documents are divided in {@link Partition}s; each one is summed over any range of positions in
 * O(log n), and a change costs O(log n). Holds at most {@code documentsMax} documents in at most
 * {@code collectionsMax} collections, about 300 bytes for each besides its name.
 */
public final class DocumentIndex {
  private final int documentsMax;
  private final int collectionsMax;
  private final long bucketSeconds;
  private final NavigableMap<String, CollectionIndex> collections = new TreeMap<>();
  private final NavigableMap<Integer, RangeSum> deletes = new TreeMap<>();
  private Fingerprint total = Fingerprint.EMPTY;
  private int size;
  private int existing;

  /**
   * An empty index.
   *
   * @param bucketSeconds the span of deletes that are compared and forgotten together; the same on
   *     every node of a mesh, or deletes are compared again that both know
   */
  public DocumentIndex(int documentsMax, int collectionsMax, long bucketSeconds) {
    this.documentsMax = documentsMax;
    this.collectionsMax = collectionsMax;
    this.bucketSeconds = bucketSeconds;
  }

  /** Whether a document of that name is here, or there is room for it. */
  public boolean admits(DocumentKey key) {
    CollectionIndex collection = collections.get(key.collection());
    if (collection != null && collection.get(key.id()) != null) {
      return true;
    }
    return size < documentsMax && (collection != null || collections.size() < collectionsMax);
  }

  /**
   * Takes in a document, in the place of what was known of it.
   *
   * @throws MeshException.Refused when there is no room for one more
   */
  public void put(DocumentKey key, DocumentFacts facts) {
    DocumentEntry before = get(key);
    if (before == null) {
      checkRoom(key);
      add(DocumentEntry.of(shared(key), facts));
      return;
    }
    DocumentEntry after = before.with(facts);
    int bucket = bucket(facts);
    if (bucket == bucket(before.facts())) {
      count(bucket, 0, after.digest(), before.digest());
      collection(key).replace(before, after, bucket);
    } else {
      take(before);
      add(after);
    }
  }

  /** Forgets a document. Returns whether it was known. */
  public boolean remove(DocumentKey key) {
    DocumentEntry before = get(key);
    if (before == null) {
      return false;
    }
    take(before);
    return true;
  }

  /** What is known of the document. */
  public @Nullable DocumentEntry get(DocumentKey key) {
    CollectionIndex collection = collections.get(key.collection());
    return collection == null ? null : collection.get(key.id());
  }

  /** How many documents are known, deleted ones included. */
  public int size() {
    return size;
  }

  /** How many documents exist. */
  public int existing() {
    return existing;
  }

  /** The names of all collections, ascending; those with nothing but deletes included. */
  public Set<String> collections() {
    return Collections.unmodifiableSet(collections.keySet());
  }

  /**
   * The first document of a collection that exists and has a greater id; the first one of all when
   * no id is given. Null at the end.
   */
  public @Nullable DocumentEntry following(String collection, @Nullable String id) {
    CollectionIndex from = collections.get(collection);
    return from == null ? null : from.following(id);
  }

  /** The documents of a collection that exist, by id. Goes on when the index changes meanwhile. */
  public Iterator<DocumentEntry> documents(String collection) {
    return new Walk(
        last -> {
          CollectionIndex from = collections.get(collection);
          return from == null ? null : from.following(last == null ? null : last.key().id());
        });
  }

  /** All documents, deleted ones too. Goes on when the index changes meanwhile. */
  public Iterator<DocumentEntry> entries() {
    return new Walk(this::entryAfter);
  }

  /** The documents that are deleted, by name. Goes on when the index changes meanwhile. */
  public Iterator<DocumentEntry> deletes() {
    return new Walk(
        last -> {
          String id = last == null ? null : last.key().id();
          for (CollectionIndex each :
              collections.tailMap(last == null ? "" : last.key().collection(), true).values()) {
            boolean same = last != null && each.name().equals(last.key().collection());
            DocumentEntry next = each.deletedAfter(same ? id : null);
            if (next != null) {
              return next;
            }
          }
          return null;
        });
  }

  /** The fingerprint of all that the scope covers. */
  public Fingerprint fingerprint(Scope scope) {
    Fingerprint sum = total;
    for (RangeSum old : deletes.headMap(scope.fromBucket(), false).values()) {
      sum = sum.minus(old.fingerprint());
    }
    for (String refused : scope.refused()) {
      CollectionIndex collection = collections.get(refused);
      if (collection != null) {
        sum = sum.minus(collection.fingerprint(scope.fromBucket()));
      }
    }
    return sum;
  }

  /** The bucket of a delete at that time. */
  public int bucket(long unixSeconds) {
    return (int) Math.min(Integer.MAX_VALUE, Math.max(0, unixSeconds) / bucketSeconds);
  }

  /** The deletes of all buckets before the given one. */
  public List<DocumentEntry> deletesBefore(int bucket) {
    List<DocumentEntry> old = new ArrayList<>();
    if (deletes.headMap(bucket, false).isEmpty()) {
      return old;
    }
    for (CollectionIndex collection : collections.values()) {
      for (int each : collection.bucketsBefore(bucket)) {
        Partition partition = new Partition(collection.name(), each);
        for (DocumentEntry entry = first(partition, PositionRange.ALL);
            entry != null;
            entry = next(partition, PositionRange.ALL, entry)) {
          old.add(entry);
        }
      }
    }
    return old;
  }

  /** The partition of a document. */
  public Partition partition(DocumentEntry entry) {
    return new Partition(entry.key().collection(), bucket(entry.facts()));
  }

  /** The first partition within the scope that comes after the given one. */
  @Nullable Partition partitionAfter(@Nullable Partition last, Scope scope) {
    Partition next = last == null ? firstOf(collections.firstEntry()) : after(last);
    while (next != null && !scope.covers(next)) {
      next = after(next);
    }
    return next;
  }

  /** What the documents of the partition within the range come to. */
  RangeSum sum(Partition partition, PositionRange range) {
    PositionTree tree = tree(partition);
    return tree == null ? RangeSum.NOTHING : tree.sum(range);
  }

  @Nullable DocumentEntry first(Partition partition, PositionRange range) {
    PositionTree tree = tree(partition);
    return tree == null ? null : tree.first(range);
  }

  /** The document of the range that stands behind the given one, which may be gone by now. */
  @Nullable DocumentEntry next(Partition partition, PositionRange range, DocumentEntry last) {
    PositionTree tree = tree(partition);
    return tree == null ? null : tree.next(range, last.position(), last.key());
  }

  /** How many nodes of the partition were touched so far. */
  long visits(Partition partition) {
    PositionTree tree = tree(partition);
    return tree == null ? 0 : tree.visits();
  }

  private @Nullable DocumentEntry entryAfter(@Nullable DocumentEntry last) {
    Partition partition = last == null ? null : partition(last);
    if (last != null && partition != null) {
      DocumentEntry next = next(partition, PositionRange.ALL, last);
      if (next != null) {
        return next;
      }
    }
    Partition later = partitionAfter(partition, Scope.ALL);
    return later == null ? null : first(later, PositionRange.ALL);
  }

  private void add(DocumentEntry entry) {
    int bucket = bucket(entry.facts());
    collections.computeIfAbsent(entry.key().collection(), CollectionIndex::new).add(entry, bucket);
    count(bucket, 1, entry.digest(), Fingerprint.EMPTY);
  }

  private void take(DocumentEntry entry) {
    int bucket = bucket(entry.facts());
    CollectionIndex collection = collection(entry.key());
    collection.remove(entry, bucket);
    if (collection.isEmpty()) {
      collections.remove(collection.name());
    }
    count(bucket, -1, Fingerprint.EMPTY, entry.digest());
  }

  private void count(int bucket, int more, Fingerprint plus, Fingerprint minus) {
    total = total.minus(minus).plus(plus);
    size += more;
    if (bucket == Partition.LIVE) {
      existing += more;
      return;
    }
    RangeSum before = deletes.getOrDefault(bucket, RangeSum.NOTHING);
    if (before.count() + more == 0) {
      deletes.remove(bucket);
    } else {
      deletes.put(
          bucket,
          new RangeSum(before.count() + more, before.fingerprint().minus(minus).plus(plus)));
    }
  }

  private void checkRoom(DocumentKey key) {
    if (size >= documentsMax) {
      throw new MeshException.Refused(
          "document(%s): there are %d, and at most %d. Delete some, or raise documentsMax."
              .formatted(key, size, documentsMax));
    }
    if (!admits(key)) {
      throw new MeshException.Refused(
          "collection(%s): there are %d, and at most %d. Use ids, not collections, to tell apart."
              .formatted(key.collection(), collections.size(), collectionsMax));
    }
  }

  /** The same name, sharing the text of its collection with all others. */
  private DocumentKey shared(DocumentKey key) {
    CollectionIndex collection = collections.get(key.collection());
    return collection == null ? key : new DocumentKey(collection.name(), key.id());
  }

  private int bucket(DocumentFacts facts) {
    return facts.deleted() ? bucket(facts.deletedSeconds()) : Partition.LIVE;
  }

  private CollectionIndex collection(DocumentKey key) {
    CollectionIndex collection = collections.get(key.collection());
    if (collection == null) {
      throw new AssertionError(key + " has no collection");
    }
    return collection;
  }

  private @Nullable PositionTree tree(Partition partition) {
    CollectionIndex collection = collections.get(partition.collection());
    return collection == null ? null : collection.partition(partition.bucket());
  }

  private @Nullable Partition after(Partition last) {
    CollectionIndex same = collections.get(last.collection());
    Partition next = same == null ? null : same.following(last.bucket());
    return next != null ? next : firstOf(collections.higherEntry(last.collection()));
  }

  private static @Nullable Partition firstOf(
      Map.@Nullable Entry<String, CollectionIndex> collection) {
    return collection == null ? null : collection.getValue().following(Partition.LIVE - 1);
  }

  /** An iteration that holds nothing but where it is. */
  private static final class Walk implements Iterator<DocumentEntry> {
    private final Function<@Nullable DocumentEntry, @Nullable DocumentEntry> following;
    private @Nullable DocumentEntry last;

    Walk(Function<@Nullable DocumentEntry, @Nullable DocumentEntry> following) {
      this.following = following;
    }

    @Override
    public boolean hasNext() {
      return following.apply(last) != null;
    }

    @Override
    public DocumentEntry next() {
      DocumentEntry next = following.apply(last);
      if (next == null) {
        throw new NoSuchElementException("no more documents");
      }
      last = next;
      return next;
    }
  }
}

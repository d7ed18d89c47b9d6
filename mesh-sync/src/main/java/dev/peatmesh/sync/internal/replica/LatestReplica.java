package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.engine.LatestMerge;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.guard.GuardException;
import dev.peatmesh.sync.internal.latest.LatestDocument;
import dev.peatmesh.sync.internal.latest.LatestLimits;
import dev.peatmesh.sync.internal.reconcile.DocumentFacts;
import dev.peatmesh.sync.internal.store.StoreWrite;
import dev.peatmesh.sync.internal.store.StoredHead;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One open document without history: the state that peers may see, and the one that this node sees,
 * which has its writes under way besides. Belongs to the document loop.
 */
final class LatestReplica implements OpenDocument {
  /** What is on the disk was within the limits when it came. */
  private static final LatestLimits LIMITS = new LatestLimits(Integer.MAX_VALUE);

  /** What the objects around the encoded state take. */
  private static final long OBJECT_BYTES = 512;

  /** Fields and their values beside their encoding. */
  private static final long BYTES_PER_ENCODED = 6;

  private final DocumentKey key;
  private final StoredExpiry storedExpiry;
  private final Deque<LatestDocument> underWay = new ArrayDeque<>();
  private LatestDocument published;
  private LatestDocument working;
  private @Nullable Map<String, @Nullable Object> value;
  private int generation;
  private int unsaved;
  private long sequence;

  LatestReplica(DocumentKey key, LatestDocument stored, StoredExpiry storedExpiry, long sequence) {
    this.key = key;
    this.storedExpiry = storedExpiry;
    this.sequence = sequence;
    published = stored;
    working = stored;
  }

  @Override
  public DocumentKey key() {
    return key;
  }

  @Override
  public long bytes() {
    return OBJECT_BYTES + BYTES_PER_ENCODED * working.sizeBytes();
  }

  @Override
  public DocumentFacts facts() {
    boolean deleted = !published.exists();
    return new DocumentFacts(
        List.of(published.head()),
        deleted,
        deleted ? published.deletedSeconds() : 0,
        false,
        deleted ? 0 : millis(published),
        sequence);
  }

  @Override
  public boolean isBlank() {
    return working.isEmpty();
  }

  @Override
  public boolean absent() {
    return !working.exists();
  }

  @Override
  public Map<String, @Nullable Object> value() {
    if (value == null) {
      value = working.value();
    }
    return value;
  }

  @Override
  public long expiresMillis() {
    return millis(working);
  }

  @Override
  public StoredExpiry storedExpiry() {
    return storedExpiry;
  }

  @Override
  public List<ChangeHash> tips() {
    return working.isEmpty() ? List.of() : List.of(working.head());
  }

  @Override
  public boolean settled() {
    return underWay.isEmpty();
  }

  @Override
  public boolean durable() {
    return unsaved == 0;
  }

  @Override
  public void saved(int contents) {
    unsaved -= contents;
  }

  @Override
  public void close() {
    // Everything is in the heap.
  }

  /** What peers may see. */
  LatestDocument published() {
    return published;
  }

  /** What this node sees. */
  LatestDocument working() {
    return working;
  }

  /** Grows with every roll-back: a completion that names an older one comes too late. */
  int generation() {
    return generation;
  }

  /** An event of it became visible. */
  void sequence(long latest) {
    sequence = Math.max(sequence, latest);
  }

  /** A write of this node is on its way to the disk. */
  void begun(LatestDocument written) {
    underWay.add(written);
    work(written);
  }

  /** The first write under way is durable. */
  void published(long event) {
    LatestDocument own = underWay.remove();
    published = underWay.isEmpty() ? working : published.merge(own);
    sequence(event);
  }

  /** Takes back every write that is not durable. */
  void rollBack() {
    underWay.clear();
    generation++;
    storedExpiry.doubt();
    work(published);
  }

  /**
   * Takes in a peer's state.
   *
   * @throws GuardException when the two together are beyond the limits; nothing was changed
   */
  boolean merge(LatestDocument other) {
    LatestDocument merged = published.merge(other);
    boolean changed = merged != published;
    if (changed) {
      work(underWay.isEmpty() ? merged : working.merge(other));
      published = merged;
      unsaved++;
    }
    return changed;
  }

  /** How a merge ended, for the engine. */
  LatestMerge outcome(LatestDocument other, boolean changed) {
    return new LatestMerge(facts(), changed, !published.head().equals(other.head()));
  }

  /**
   * What the disk must hold: all that is here, what is under way included. The log keeps the order,
   * so it cannot take the place of anything newer; and when a write of this node fails, this fails
   * with it and is made anew without it.
   */
  StoreWrite stored(long event) {
    long deleted = working.exists() ? StoredHead.ALIVE : working.deletedSeconds();
    return new StoreWrite.Latest(
        key, new StoredHead(working.head(), deleted), working.encode(), event);
  }

  /** Reads what the disk holds. */
  static LatestReplica open(
      DocumentKey key,
      @Nullable ByteBuffer stored,
      StoredExpiry storedExpiry,
      long sequence,
      DocumentShelf.Damage damage) {
    LatestDocument state = LatestDocument.empty();
    if (stored != null) {
      try {
        state = LatestDocument.decode(stored, LIMITS);
      } catch (GuardException unreadable) {
        damage.unreadable();
      }
    }
    return new LatestReplica(key, state, storedExpiry, sequence);
  }

  private static long millis(LatestDocument document) {
    return document.expires().map(Instant::toEpochMilli).orElse(0L);
  }

  private void work(LatestDocument state) {
    working = state;
    value = null;
  }
}

package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.CollectionSettings;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.SyncMode;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.reconcile.DocumentFacts;
import dev.peatmesh.sync.internal.reconcile.DocumentIndex;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Documents in maps, and a disk that keeps what was flushed: {@link #crash} leaves nothing else.
 * Forgets open documents at every call when asked to, as eviction may.
 */
final class FakeDocuments implements Documents {
  /** What one write puts on the disk. */
  private record Pending(DocumentKey key, long sequence, Runnable write) {}

  private final Map<ChangeHash, Long> deleteTimes;
  private final Map<DocumentKey, DocumentState> histories = new TreeMap<>();
  private final Map<DocumentKey, TestLatest> latests = new TreeMap<>();
  private final Map<DocumentKey, Long> sequences = new TreeMap<>();
  private final Map<DocumentKey, List<ChangeChunk>> diskHistories = new TreeMap<>();
  private final Map<DocumentKey, TestLatest> diskLatests = new TreeMap<>();
  private final Map<DocumentKey, DocumentFacts> diskFacts = new TreeMap<>();
  private final Map<PeerId, Agreement> diskAgreements = new TreeMap<>();
  private final Deque<Pending> pending = new ArrayDeque<>();
  private StoreId store;
  private long sequence;
  private final List<Lineage.Opening> openings = new ArrayList<>();
  private long opened;

  final Map<String, CollectionSettings> settings = new HashMap<>();
  final List<DocumentKey> adopted = new ArrayList<>();
  Predicate<ChangeChunk> takes = chunk -> true;
  long bytesMax = Long.MAX_VALUE;
  boolean durable = true;

  /** Rebuild every document from its changes each time it is opened. */
  boolean evicts;

  FakeDocuments(Map<ChangeHash, Long> deleteTimes, StoreId store) {
    this.deleteTimes = deleteTimes;
    this.store = store;
    open(0);
  }

  @Override
  public Set<String> collections() {
    return settings.keySet();
  }

  @Override
  public CollectionSettings settings(String collection) {
    return settings.computeIfAbsent(collection, CollectionSettings::forCollection);
  }

  boolean isLatest(DocumentKey key) {
    return settings(key.collection()).mode() == SyncMode.LATEST_ONLY;
  }

  @Override
  public DocumentState history(DocumentKey key) {
    DocumentState open = histories.get(key);
    if (open == null) {
      open = new DocumentState(key);
    } else if (evicts) {
      DocumentState again = new DocumentState(key);
      open.graph().all().forEach(again::add);
      open = again;
      histories.put(key, again);
    }
    return open;
  }

  @Override
  public List<ChangeChunk> apply(DocumentState document, List<ChangeChunk> chunks) {
    List<ChangeChunk> refused = chunks.stream().filter(takes.negate()).toList();
    if (refused.size() < chunks.size()) {
      histories.put(document.key(), document);
      sequences.put(document.key(), ++sequence);
    }
    return refused;
  }

  @Override
  public DocumentFacts facts(DocumentKey key) {
    long number = sequences.getOrDefault(key, 0L);
    if (isLatest(key)) {
      TestLatest latest = latests.get(key);
      long deleted = latest.deleted() ? latest.deletedSeconds : 0;
      return new DocumentFacts(latest.heads(), latest.deleted(), deleted, false, 0, number);
    }
    ChangeGraph graph = history(key).graph();
    long seconds =
        graph.deleted()
            ? graph.heads().stream().mapToLong(deleteTimes::get).max().orElseThrow()
            : 0;
    return new DocumentFacts(graph.heads(), graph.deleted(), seconds, false, 0, number);
  }

  @Override
  public Optional<ByteBuffer> latest(DocumentKey key) {
    return Optional.ofNullable(latests.get(key)).map(TestLatest::encode);
  }

  TestLatest latestOf(DocumentKey key) {
    return latests.computeIfAbsent(key, unused -> new TestLatest());
  }

  @Override
  public LatestMerge merge(DocumentKey key, ByteBuffer state) {
    TestLatest theirs = TestLatest.decode(state);
    TestLatest ours = latestOf(key);
    ChangeHash before = ours.head();
    boolean isNew = ours.seen.isEmpty();
    ours.merge(theirs);
    boolean changed = isNew || !ours.head().equals(before);
    if (changed) {
      sequences.put(key, ++sequence);
    }
    return new LatestMerge(facts(key), changed, !ours.head().equals(theirs.head()));
  }

  @Override
  public boolean holds(DocumentKey key, ChangeRef change) {
    if (change instanceof ChangeRef.Hash hash) {
      return history(key).graph().contains(hash.hash());
    }
    ChangeRef.Dot dot = (ChangeRef.Dot) change;
    TestLatest latest = latests.get(key);
    return latest != null && latest.covers(dot.actor().hex(), dot.counter());
  }

  @Override
  public boolean durable(DocumentKey key) {
    return pending.stream().noneMatch(each -> each.key().equals(key));
  }

  @Override
  public boolean durable() {
    return durable && pending.isEmpty();
  }

  @Override
  public Lineage lineage() {
    return new Lineage(store, sequence, openings);
  }

  @Override
  public void adoptDeletion(DocumentKey key) {
    adopted.add(key);
  }

  @Override
  public Optional<String> tooLarge(DocumentKey key, long additionalBytes) {
    return additionalBytes > bytesMax ? Optional.of("too large") : Optional.empty();
  }

  /** A write of our own is on the disk, with all that was written before. */
  void wroteHistory(DocumentKey key, ChangeChunk chunk) {
    flush();
    sequences.put(key, ++sequence);
    histories.computeIfAbsent(key, DocumentState::new);
    diskHistories.computeIfAbsent(key, unused -> new ArrayList<>()).add(chunk);
    diskFacts.remove(key);
  }

  void wroteLatest(DocumentKey key) {
    flush();
    sequences.put(key, ++sequence);
    storeLatest(key, latestOf(key).encode());
  }

  /** Takes note of an effect that has to reach the disk. */
  void perform(SyncEffect effect) {
    if (effect instanceof SyncEffect.Applied applied) {
      DocumentKey key = applied.key();
      later(
          key,
          applied.facts().sequence(),
          () -> {
            diskHistories
                .computeIfAbsent(key, unused -> new ArrayList<>())
                .addAll(applied.chunks());
            diskFacts.remove(key);
          });
    } else if (effect instanceof SyncEffect.Merged merged) {
      ByteBuffer state = latests.get(merged.key()).encode();
      later(merged.key(), merged.facts().sequence(), () -> storeLatest(merged.key(), state));
    } else if (effect instanceof SyncEffect.Collected collected) {
      histories.remove(collected.key());
      later(collected.key(), 0, () -> mark(collected.key(), collected.facts()));
    } else if (effect instanceof SyncEffect.Forgotten forgotten) {
      histories.remove(forgotten.key());
      latests.remove(forgotten.key());
      sequences.remove(forgotten.key());
      later(forgotten.key(), 0, () -> drop(forgotten.key()));
    } else if (effect instanceof SyncEffect.Agreed agreed) {
      later(
          new DocumentKey("agreements", "-"),
          0,
          () -> diskAgreements.put(agreed.agreement().peer(), agreed.agreement()));
    }
  }

  private void later(DocumentKey key, long number, Runnable write) {
    pending.add(new Pending(key, number, write));
  }

  private void storeLatest(DocumentKey key, ByteBuffer state) {
    diskLatests.put(key, TestLatest.decode(state));
  }

  private void mark(DocumentKey key, DocumentFacts facts) {
    drop(key);
    diskFacts.put(key, facts);
  }

  private void drop(DocumentKey key) {
    diskHistories.remove(key);
    diskLatests.remove(key);
    diskFacts.remove(key);
  }

  boolean hasPending() {
    return !pending.isEmpty();
  }

  /** Writes what waits; returns the inputs that tell the engine. */
  List<SyncInput> flush() {
    List<SyncInput> stored = new ArrayList<>();
    for (Pending next = pending.poll(); next != null; next = pending.poll()) {
      next.write().run();
      if (next.sequence() > 0) {
        stored.add(new SyncInput.Stored(next.key(), next.sequence()));
      }
    }
    return stored;
  }

  boolean diskHolds(DocumentKey key, ChangeRef change) {
    if (change instanceof ChangeRef.Hash hash) {
      return diskHistories.getOrDefault(key, List.of()).stream()
          .anyMatch(chunk -> chunk.hash().equals(hash.hash()));
    }
    ChangeRef.Dot dot = (ChangeRef.Dot) change;
    TestLatest latest = diskLatests.get(key);
    return latest != null && latest.covers(dot.actor().hex(), dot.counter());
  }

  /** What is not on the disk is lost; the journal goes on at a later number. */
  void crash() {
    pending.clear();
    histories.clear();
    latests.clear();
    open(sequence);
    sequence += 1_000_000;
    diskHistories.forEach(
        (key, chunks) -> {
          DocumentState state = new DocumentState(key);
          chunks.forEach(state::add);
          histories.put(key, state);
        });
    diskLatests.forEach((key, state) -> latests.put(key, TestLatest.decode(state.encode())));
  }

  /** The store is another one, and empty. */
  void wipe(StoreId fresh) {
    diskHistories.clear();
    diskLatests.clear();
    diskFacts.clear();
    diskAgreements.clear();
    sequences.clear();
    crash();
    openings.clear();
    open(0);
    sequence = 0;
    store = fresh;
  }

  private void open(long held) {
    openings.add(new Lineage.Opening(++opened, held));
    if (openings.size() > Lineage.OPENINGS_MAX) {
      openings.remove(0);
    }
  }

  List<Agreement> agreements() {
    return List.copyOf(diskAgreements.values());
  }

  void fill(DocumentIndex index) {
    histories.keySet().forEach(key -> index.put(key, facts(key)));
    latests.keySet().forEach(key -> index.put(key, facts(key)));
    diskFacts.forEach(index::put);
  }
}

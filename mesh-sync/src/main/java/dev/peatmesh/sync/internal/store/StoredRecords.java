package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.feed.JournalEntry;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a store holds, as bytes in the heap. Keeps what is handed over until it is replaced. Not
 * thread-safe.
 */
public final class StoredRecords {
  private final StoreLimits limits;
  private final Map<DocumentKey, Content> documents = new LinkedHashMap<>();
  private final Deque<JournalEntry> journal = new ArrayDeque<>();
  private final Map<String, String> notes = new TreeMap<>();
  private @Nullable ActorId actor;
  private long bytes;
  private long lastSequence;
  private long shortened;

  /** Empty. */
  public StoredRecords(StoreLimits limits) {
    this.limits = limits;
  }

  /** The author that was written last; null when none was. */
  public @Nullable ActorId actor() {
    return actor;
  }

  /** The highest number of an event in what was written. */
  public long lastSequence() {
    return lastSequence;
  }

  /** Bytes of content. */
  public long bytes() {
    return bytes;
  }

  /** How many changes there are, those inside snapshots not counted. */
  public int changes() {
    return documents.values().stream().mapToInt(content -> content.chunks.size()).sum();
  }

  /** How many events of the journal there are. */
  public int journalEntries() {
    return journal.size();
  }

  /** Documents whose content was replaced by something shorter since this was last asked. */
  public long takeShortened() {
    long count = shortened;
    shortened = 0;
    return count;
  }

  /** Why the batch cannot be taken; null when it can. */
  public @Nullable String refusal(List<? extends StoreWrite> batch) {
    long added =
        batch.stream()
            .filter(
                write ->
                    write instanceof StoreWrite.Note note
                        && !note.value().isEmpty()
                        && !notes.containsKey(note.name()))
            .count();
    return notes.size() + added > limits.notesMax()
        ? "there are " + notes.size() + " notes, at most " + limits.notesMax() + " may be"
        : null;
  }

  /** Takes one write. */
  public void add(StoreWrite write) {
    if (write instanceof StoreWrite.Change change) {
      add(change);
    } else if (write instanceof StoreWrite.Latest latest) {
      add(latest);
    } else if (write instanceof StoreWrite.Forget forget) {
      drop(forget.key());
    } else if (write instanceof StoreWrite.Gone gone) {
      drop(gone.key());
      content(gone.key()).gone = gone;
      content(gone.key()).noteSequence(gone.sequence());
      note(gone.sequence());
    } else if (write instanceof StoreWrite.Expiry expiry) {
      content(expiry.key()).expiresMillis = expiry.millis();
    } else if (write instanceof StoreWrite.Journal entry) {
      add(entry.entry());
    } else if (write instanceof StoreWrite.Note note) {
      if (note.value().isEmpty()) {
        notes.remove(note.name());
      } else {
        notes.put(note.name(), note.value());
      }
    } else if (write instanceof StoreWrite.Actor renewed) {
      actor = renewed.actor();
    } else {
      throw new AssertionError("unhandled " + write);
    }
  }

  /** Takes the place of what it covers. */
  public void add(DocumentSnapshot snapshot) {
    Content content = content(snapshot.key());
    bytes -= content.bytes();
    content.gone = null;
    content.snapshot = copy(snapshot.saved());
    content.snapshotHeads = snapshot.heads();
    snapshot.covered().forEach(content.chunks::remove);
    content.noteSequence(snapshot.sequence());
    bytes += content.bytes();
    note(snapshot.sequence());
    shortened++;
  }

  /** What there is of one document. */
  public StoredDocument read(DocumentKey key) {
    Content content = documents.get(key);
    if (content == null) {
      return StoredDocument.NONE;
    }
    List<ByteBuffer> chunks = new ArrayList<>(content.chunks.size());
    content.chunks.values().forEach(chunk -> chunks.add(chunk.encoded()));
    return new StoredDocument(content.snapshot(), chunks, content.latestState(), 0);
  }

  /** Tells everything; documents in the order they were first written. */
  public Recovery tell(RecoverySink sink) {
    documents.forEach((key, content) -> sink.document(content.facts(key)));
    journal.forEach(sink::journal);
    notes.forEach(sink::note);
    return new Recovery(documents.size(), changes(), 0, 0);
  }

  private void add(StoreWrite.Change change) {
    Content content = content(change.key());
    content.gone = null;
    content.noteSequence(change.sequence());
    note(change.sequence());
    if (content.chunks.putIfAbsent(change.chunk().hash(), change.chunk()) == null) {
      bytes += change.chunk().size();
    }
  }

  private void add(StoreWrite.Latest latest) {
    Content content = content(latest.key());
    bytes -= content.bytes();
    content.gone = null;
    content.latest =
        new StoreWrite.Latest(latest.key(), latest.head(), copy(latest.state()), latest.sequence());
    content.noteSequence(latest.sequence());
    bytes += content.bytes();
    note(latest.sequence());
  }

  private void add(JournalEntry entry) {
    journal.add(entry);
    note(entry.sequence());
    if (journal.size() > limits.journalEntriesMax()) {
      journal.remove();
    }
  }

  private void drop(DocumentKey key) {
    Content content = documents.remove(key);
    if (content != null) {
      bytes -= content.bytes();
      shortened++;
    }
  }

  private void note(long sequence) {
    lastSequence = Math.max(lastSequence, sequence);
  }

  private Content content(DocumentKey key) {
    return documents.computeIfAbsent(key, unseen -> new Content());
  }

  /** What was handed over may be a view of something larger. */
  private static ByteBuffer copy(ByteBuffer view) {
    byte[] copy = new byte[view.remaining()];
    view.get(copy);
    return ByteBuffer.wrap(copy).asReadOnlyBuffer();
  }

  /** One document. */
  private static final class Content {
    private final Map<ChangeHash, ChangeChunk> chunks = new LinkedHashMap<>();
    private @Nullable ByteBuffer snapshot;
    private List<StoredHead> snapshotHeads = List.of();
    private StoreWrite.@Nullable Latest latest;
    private StoreWrite.@Nullable Gone gone;
    private long expiresMillis = StoreWrite.Expiry.NEVER;
    private long sequence;

    @Nullable ByteBuffer snapshot() {
      return snapshot == null ? null : snapshot.duplicate();
    }

    @Nullable ByteBuffer latestState() {
      return latest == null ? null : latest.state();
    }

    void noteSequence(long number) {
      sequence = Math.max(sequence, number);
    }

    long bytes() {
      long sum = chunks.values().stream().mapToLong(ChangeChunk::size).sum();
      sum += snapshot == null ? 0 : snapshot.remaining();
      return sum + (latest == null ? 0 : latest.size());
    }

    RecoveredDocument facts(DocumentKey key) {
      HeadFold fold = new HeadFold();
      if (gone != null) {
        long seconds = gone.deletedSeconds();
        fold.snapshot(gone.heads().stream().map(hash -> new StoredHead(hash, seconds)).toList());
        return facts(key, RecoveredDocument.Kind.GONE, fold);
      }
      if (latest != null) {
        fold.snapshot(List.of(latest.head()));
        return facts(key, RecoveredDocument.Kind.LATEST, fold);
      }
      fold.snapshot(snapshotHeads);
      chunks.values().forEach(chunk -> fold.change(StoredHead.of(chunk), chunk.deps()));
      return facts(key, RecoveredDocument.Kind.HISTORY, fold);
    }

    private RecoveredDocument facts(DocumentKey key, RecoveredDocument.Kind kind, HeadFold fold) {
      return fold.facts(key, kind, bytes(), expiresMillis, sequence, 0);
    }
  }
}

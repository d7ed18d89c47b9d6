package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.sync.DocumentKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The documents in memory, those used last at the end. Belongs to the document loop.
 *
 * <p>Bounded by bytes: what exceeds the bound is closed, least recently used first, as far as the
 * store holds it. What is not stored yet stays open whatever the bound says; it is looked at again
 * at the next {@link #trim}. The one used last stays as well, or a document that is larger than the
 * bound would be opened again for each of its writes.
 *
 * <p>To open a document costs time in proportion to its size, so a large one must rest for some
 * uses of others before it is closed: as many as it has times {@link #BYTES_PER_USE}. Then what
 * opening costs is bounded per use, whatever the pattern. All that rest so may exceed the bound,
 * but not {@link #EXCESS_MAX} times.
 */
final class OpenDocuments implements AutoCloseable {
  /** How many documents that cannot be closed one trim passes over. */
  private static final int PASSED_OVER_MAX = 64;

  /** So much is opened in about a millisecond. */
  private static final long BYTES_PER_USE = 256 << 10;

  private static final int EXCESS_MAX = 4;

  private final LinkedHashMap<DocumentKey, Entry> open = new LinkedHashMap<>(16, .75f, true);
  private final long bytesMax;
  private final Consumer<OpenDocument> beforeClose;
  private long bytes;
  private long uses;

  /**
   * @param bytesMax how many bytes stay open
   * @param beforeClose hears of each document that is about to be closed for want of room
   */
  OpenDocuments(long bytesMax, Consumer<OpenDocument> beforeClose) {
    this.bytesMax = bytesMax;
    this.beforeClose = beforeClose;
  }

  /** The document, if it is open; it counts as used now. */
  @Nullable OpenDocument use(DocumentKey key) {
    Entry entry = open.get(key);
    if (entry == null) {
      return null;
    }
    used(entry);
    return entry.document;
  }

  /** The document was opened. */
  void add(OpenDocument document) {
    Entry entry = new Entry(document);
    if (open.putIfAbsent(document.key(), entry) != null) {
      throw new AssertionError("opened twice: " + document.key());
    }
    used(entry);
    charge(entry, document.bytes());
  }

  /** The document has grown or shrunk. */
  void resized(OpenDocument document) {
    Entry entry = open.get(document.key());
    if (entry != null) {
      charge(entry, document.bytes());
    }
  }

  /** Closes one document, whatever its state; does nothing when it is not open. */
  void discard(DocumentKey key) {
    Entry entry = open.remove(key);
    if (entry != null) {
      charge(entry, 0);
      entry.document.close();
    }
  }

  /** Closes what is beyond the bound. Never while a document is in use. */
  void trim() {
    if (bytes <= bytesMax) {
      return;
    }
    // Chosen first, then closed: storing one before it closes may use others.
    List<OpenDocument> closing = new ArrayList<>();
    List<DocumentKey> passedOver = new ArrayList<>();
    long excess = bytes - bytesMax;
    for (Entry entry : open.values()) {
      if (excess <= 0 || passedOver.size() == PASSED_OVER_MAX) {
        break;
      }
      if (entry.document.closable() && hasRested(entry)) {
        closing.add(entry.document);
        excess -= entry.charged;
      } else {
        passedOver.add(entry.document.key());
      }
    }
    passedOver.forEach(open::get); // To the end, so that they do not hide others the next time.
    for (OpenDocument document : closing) {
      beforeClose.accept(document);
      if (document.closable()) {
        discard(document.key());
      }
    }
  }

  /** All that are open, least recently used first; a copy. */
  List<OpenDocument> all() {
    return open.values().stream().map(entry -> entry.document).toList();
  }

  /** About how many bytes they take. */
  long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    all().forEach(OpenDocument::close);
    open.clear();
    bytes = 0;
  }

  private void used(Entry entry) {
    uses++;
    entry.lastUse = uses;
  }

  private boolean hasRested(Entry entry) {
    long rest = uses - entry.lastUse;
    return bytes > EXCESS_MAX * bytesMax ? rest > 0 : rest > entry.charged / BYTES_PER_USE;
  }

  private void charge(Entry entry, long now) {
    bytes += now - entry.charged;
    entry.charged = now;
  }

  private static final class Entry {
    private final OpenDocument document;
    private long charged;
    private long lastUse;

    Entry(OpenDocument document) {
      this.document = document;
    }
  }
}

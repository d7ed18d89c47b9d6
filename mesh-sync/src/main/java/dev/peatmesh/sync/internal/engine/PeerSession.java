package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentChanges;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentHeads;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentWant;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.reconcile.Fingerprint;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is under way with one peer while a link to it stands: what waits to be sent, what was asked
 * for, and what both have agreed on. Belongs to the document loop.
 */
final class PeerSession {
  /** The most fresh changes that wait for a slow link; beyond it anti-entropy takes over. */
  static final int FRESH_MAX = 16_384;

  /** Bytes after which a bulk frame is closed. A single larger chunk travels alone. */
  static final int BULK_BYTES = 64 << 10;

  private final PeerId peer;
  private final Deque<Outgoing> fresh = new ArrayDeque<>();
  private final Map<DocumentKey, DocumentWant> wanted = new LinkedHashMap<>();
  private Iterator<Outgoing> transfer = Collections.emptyIterator();
  private @Nullable Iterator<DocumentHeads> listing;
  private @Nullable Outgoing next;

  /** What we asked of this peer and have not received. */
  final Map<DocumentKey, Set<ChangeHash>> requested = new LinkedHashMap<>();

  /** Documents named by the peer's listing so far; null while none runs. */
  @Nullable Set<DocumentKey> listed;

  Set<PeerId> neighbours = Set.of();
  boolean writable = true;
  boolean behind;
  boolean wakeArmed;
  long lastTrafficNanos;
  long lastComparedNanos;
  @Nullable Fingerprint told;
  @Nullable Fingerprint agreed;
  final RepairBackoff repairs = new RepairBackoff();

  private record Outgoing(DocumentKey key, ChangeChunk chunk) {}

  PeerSession(PeerId peer) {
    this.peer = peer;
  }

  PeerId peer() {
    return peer;
  }

  /** Queues a new change. When the link is too slow for them all, marks the session as behind. */
  void push(DocumentKey key, ChangeChunk chunk) {
    if (fresh.size() >= FRESH_MAX) {
      fresh.clear();
      behind = true;
    }
    if (!behind) {
      fresh.add(new Outgoing(key, chunk));
    }
  }

  /** Queues an answer. Wants for one document that have not been begun are united. */
  void serve(DocumentWant want) {
    wanted.merge(
        want.key(),
        want,
        (before, now) -> {
          Set<ChangeHash> need = new LinkedHashSet<>(before.need());
          need.addAll(now.need());
          return new DocumentWant(want.key(), List.copyOf(need), now.have());
        });
  }

  /** Begins to list all our documents; a listing under way starts again. */
  void list(Iterator<DocumentHeads> documents) {
    listing = documents;
  }

  boolean listing() {
    return listing != null;
  }

  boolean idle() {
    return fresh.isEmpty()
        && wanted.isEmpty()
        && listing == null
        && next == null
        && !transfer.hasNext();
  }

  boolean settled() {
    return idle() && requested.isEmpty() && !behind;
  }

  /** The next bulk frame: fresh changes first, then answers, then the listing. Null when idle. */
  @Nullable SyncFrame nextFrame(Function<DocumentWant, List<ChangeChunk>> answer) {
    List<DocumentChanges> documents = new ArrayList<>();
    List<ByteBuffer> chunks = new ArrayList<>();
    DocumentKey key = null;
    int bytes = 0;
    for (Outgoing each = peek(answer); each != null; each = peek(answer)) {
      int size = each.chunk.size() + SyncFrameCodec.CHUNK_HEADER_BYTES;
      if (bytes > 0 && bytes + size > BULK_BYTES) {
        break;
      }
      next = null;
      if (key != null && (!key.equals(each.key) || chunks.size() == SyncFrameCodec.CHUNKS_MAX)) {
        documents.add(new DocumentChanges(key, chunks));
        chunks = new ArrayList<>();
      }
      key = each.key;
      chunks.add(each.chunk.encoded());
      bytes += size;
    }
    if (key != null) {
      documents.add(new DocumentChanges(key, chunks));
      return new SyncFrame.Changes(documents);
    }
    return nextPage();
  }

  void asked(DocumentKey key, Collection<ChangeHash> hashes) {
    requested.computeIfAbsent(key, unused -> new HashSet<>()).addAll(hashes);
  }

  void arrived(DocumentKey key, ChangeHash hash) {
    Set<ChangeHash> open = requested.get(key);
    if (open != null && open.remove(hash) && open.isEmpty()) {
      requested.remove(key);
    }
  }

  boolean hasAsked(DocumentKey key, ChangeHash hash) {
    Set<ChangeHash> open = requested.get(key);
    return open != null && open.contains(hash);
  }

  private @Nullable Outgoing peek(Function<DocumentWant, List<ChangeChunk>> answer) {
    if (next == null) {
      next = fresh.poll();
    }
    while (next == null) {
      if (transfer.hasNext()) {
        next = transfer.next();
      } else if (wanted.isEmpty()) {
        return null;
      } else {
        Iterator<DocumentWant> first = wanted.values().iterator();
        DocumentWant want = first.next();
        first.remove();
        transfer =
            answer.apply(want).stream().map(chunk -> new Outgoing(want.key(), chunk)).iterator();
      }
    }
    return next;
  }

  private @Nullable SyncFrame nextPage() {
    Iterator<DocumentHeads> documents = listing;
    if (documents == null) {
      return null;
    }
    List<DocumentHeads> page = new ArrayList<>();
    int bytes = 0;
    while (bytes < BULK_BYTES && documents.hasNext()) {
      DocumentHeads each = documents.next();
      page.add(each);
      bytes +=
          each.key().collection().length()
              + each.key().id().length()
              + each.heads().size() * ChangeHash.BYTES;
    }
    boolean last = !documents.hasNext();
    if (last) {
      listing = null;
    }
    return new SyncFrame.Heads(page, last);
  }
}

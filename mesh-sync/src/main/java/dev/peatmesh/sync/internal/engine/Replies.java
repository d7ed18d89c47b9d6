package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentWant;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one peer wants and has not been sent. Bounded: what does not fit is dropped, and found again
 * by the next comparison. The changes themselves are looked up one document at a time.
 */
final class Replies {
  /** The most hashes in the wants that wait; each document counts for 16 at least. */
  static final int HASHES_MAX = 2_000_000;

  /** The most hashes of one document; more are the same to us as that many. */
  static final int DOCUMENT_HASHES_MAX = 4_096;

  /** Bytes after which a frame of replies is closed, before it is packed. */
  static final int FRAME_BYTES = 256 << 10;

  private static final int DOCUMENT_COST = 16;

  private final Map<DocumentKey, DocumentWant> wanted = new LinkedHashMap<>();
  private Iterator<Pushes.Outgoing> transfer = Collections.emptyIterator();
  private Pushes.@Nullable Outgoing next;
  private int cost;

  /** Queues an answer; wants for one document that have not been begun are united. */
  void serve(DocumentWant want) {
    DocumentWant before = wanted.get(want.key());
    DocumentWant now = new DocumentWant(want.key(), cut(want.need()), cut(want.have()));
    if (before != null) {
      Set<ChangeHash> need = new LinkedHashSet<>(before.need());
      need.addAll(now.need());
      now = new DocumentWant(want.key(), cut(List.copyOf(need)), now.have());
    }
    int more = cost(now) - (before == null ? 0 : cost(before));
    if (cost + more <= HASHES_MAX) {
      cost += more;
      wanted.put(now.key(), now);
    }
  }

  boolean isEmpty() {
    return next == null && wanted.isEmpty() && !transfer.hasNext();
  }

  void clear() {
    wanted.clear();
    transfer = Collections.emptyIterator();
    next = null;
    cost = 0;
  }

  /** The next frame; null when there is none. */
  @Nullable SyncFrame next(Contents contents) {
    ChangesFrame frame = new ChangesFrame(FRAME_BYTES);
    for (Pushes.Outgoing each = peek(contents);
        each != null && frame.add(each);
        each = peek(contents)) {
      next = null;
    }
    return frame.finish(true);
  }

  private Pushes.@Nullable Outgoing peek(Contents contents) {
    while (next == null) {
      if (transfer.hasNext()) {
        next = transfer.next();
      } else if (wanted.isEmpty()) {
        return null;
      } else {
        Iterator<DocumentWant> first = wanted.values().iterator();
        DocumentWant want = first.next();
        first.remove();
        cost -= cost(want);
        transfer =
            contents.changes(want).stream()
                .map(chunk -> new Pushes.Outgoing(want.key(), chunk))
                .iterator();
      }
    }
    return next;
  }

  private static List<ChangeHash> cut(List<ChangeHash> hashes) {
    return hashes.size() <= DOCUMENT_HASHES_MAX ? hashes : hashes.subList(0, DOCUMENT_HASHES_MAX);
  }

  private static int cost(DocumentWant want) {
    return DOCUMENT_COST + want.need().size() + want.have().size();
  }
}

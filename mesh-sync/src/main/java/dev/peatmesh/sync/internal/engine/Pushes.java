package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentLatest;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * News for one peer: changes, and documents without history that have a new state. Of the latter
 * only the name waits, so that a state which is overtaken while the link is busy is never sent.
 * Bounded: beyond a limit all is dropped, and anti-entropy takes over.
 */
final class Pushes {
  /** The most changes that wait for a slow link. */
  static final int CHANGES_MAX = 16_384;

  /** The most bytes of changes that wait for a slow link. */
  static final long CHANGE_BYTES_MAX = 32 << 20;

  /** The most documents without history that wait for a slow link. */
  static final int LATEST_MAX = 65_536;

  private final Deque<Outgoing> changes = new ArrayDeque<>();
  private final Set<DocumentKey> latest = new LinkedHashSet<>();
  private long bytes;
  private boolean latestNext;

  /** A change on its way to a peer. */
  record Outgoing(DocumentKey key, ChangeChunk chunk) {}

  /** Queues a change. Returns false when there is no room and everything was dropped. */
  boolean change(DocumentKey key, ChangeChunk chunk) {
    if (changes.size() >= CHANGES_MAX || bytes + chunk.size() > CHANGE_BYTES_MAX) {
      clear();
      return false;
    }
    bytes += chunk.size();
    return changes.add(new Outgoing(key, chunk));
  }

  /** Queues a document. Returns false when there is no room and everything was dropped. */
  boolean latest(DocumentKey key) {
    if (latest.size() >= LATEST_MAX) {
      clear();
      return false;
    }
    latest.add(key);
    return true;
  }

  boolean isEmpty() {
    return changes.isEmpty() && latest.isEmpty();
  }

  void clear() {
    changes.clear();
    latest.clear();
    bytes = 0;
  }

  /** The next frame; changes and states take turns. Null when there is none. */
  @Nullable SyncFrame next(Contents contents) {
    latestNext = !latestNext;
    SyncFrame first = latestNext ? nextLatest(contents) : nextChanges();
    if (first != null) {
      return first;
    }
    return latestNext ? nextChanges() : nextLatest(contents);
  }

  private @Nullable SyncFrame nextChanges() {
    ChangesFrame frame = new ChangesFrame(Outbox.FRAME_BYTES);
    while (!changes.isEmpty() && frame.add(changes.peek())) {
      bytes -= changes.remove().chunk().size();
    }
    return frame.finish(false);
  }

  private @Nullable SyncFrame nextLatest(Contents contents) {
    List<DocumentLatest> states = new ArrayList<>();
    int size = 0;
    for (Iterator<DocumentKey> waiting = latest.iterator(); waiting.hasNext(); ) {
      DocumentKey key = waiting.next();
      Optional<ByteBuffer> state = contents.latest(key);
      int more = state.map(ByteBuffer::remaining).orElse(0) + ChangesFrame.bytes(key);
      if (size > 0 && size + more > Outbox.FRAME_BYTES) {
        break;
      }
      waiting.remove();
      if (state.isPresent()) {
        states.add(new DocumentLatest(key, state.get()));
        size += more;
      }
    }
    return states.isEmpty() ? null : new SyncFrame.Latest(states);
  }
}

package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentChanges;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A frame of changes that is being filled. A single change that is larger travels alone. */
final class ChangesFrame {
  private final int bytesMax;
  private final List<DocumentChanges> documents = new ArrayList<>();
  private List<ByteBuffer> chunks = new ArrayList<>();
  private @Nullable DocumentKey key;
  private int bytes;

  ChangesFrame(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Adds the change unless the frame is full. */
  boolean add(Pushes.Outgoing change) {
    boolean another = !change.key().equals(key) || chunks.size() == SyncFrameCodec.CHUNKS_MAX;
    int more =
        change.chunk().size()
            + SyncFrameCodec.CHUNK_HEADER_BYTES
            + (another ? bytes(change.key()) : 0);
    if (bytes > 0 && bytes + more > bytesMax) {
      return false;
    }
    if (another) {
      close();
      key = change.key();
    }
    chunks.add(change.chunk().encoded());
    bytes += more;
    return true;
  }

  /** The frame; null when nothing is in it. */
  @Nullable SyncFrame finish(boolean packed) {
    close();
    return documents.isEmpty() ? null : new SyncFrame.Changes(documents, packed);
  }

  /** About what a name takes on the wire. */
  static int bytes(DocumentKey key) {
    return 8 + 3 * (key.collection().length() + key.id().length());
  }

  private void close() {
    if (key != null) {
      documents.add(new DocumentChanges(key, chunks));
      chunks = new ArrayList<>();
      key = null;
    }
  }
}

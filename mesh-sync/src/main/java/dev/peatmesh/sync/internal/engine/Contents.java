package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentGone;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentHeads;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentWant;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * What frames are filled with, looked up at the moment they are sent: what changes while a link is
 * slow is sent once, as it is then.
 */
interface Contents {
  /** All that is held, as it is compared with that peer. */
  SyncFrame.Summary summary(PeerSession session);

  /** The heads of a document; none when nothing is known of it. */
  DocumentHeads heads(DocumentKey key);

  /** What is left of a collected document; empty when it is no such one now. */
  Optional<DocumentGone> gone(DocumentKey key);

  /** The state of a document without history. */
  Optional<ByteBuffer> latest(DocumentKey key);

  /** The changes that answer a want. */
  List<ChangeChunk> changes(DocumentWant want);
}

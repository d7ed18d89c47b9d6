package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import java.time.Duration;
import java.util.List;

/** What the sync engine wants done, in this order. */
public sealed interface SyncEffect {
  /**
   * Send the frame.
   *
   * @param more more waits: answer with {@link SyncInput.Writable} as soon as the link has room
   */
  record Send(PeerId peer, SyncFrame frame, boolean more) implements SyncEffect {}

  /** These changes of others are in the document now: keep them, tell subscribers. */
  record Applied(DocumentKey key, List<ChangeChunk> chunks) implements SyncEffect {
    public Applied {
      chunks = List.copyOf(chunks);
    }
  }

  /** The peer sent what no correct peer sends: end the link and say so. */
  record Violation(PeerId peer, String detail) implements SyncEffect {}

  /** A change was refused although its sender may be honest; the operator should know. */
  record Refused(DocumentKey key, String detail) implements SyncEffect {}

  /** Answer with {@link SyncInput.Woken} after this time. */
  record Wake(PeerId peer, Duration after) implements SyncEffect {}
}

package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.reconcile.DocumentFacts;
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

  /**
   * These changes of others are in the document now: keep them, tell subscribers.
   *
   * @param oldHeads what the document was before
   * @param facts what is known of it from here on, the number of this event included
   */
  record Applied(
      DocumentKey key, List<ChangeHash> oldHeads, DocumentFacts facts, List<ChangeChunk> chunks)
      implements SyncEffect {
    public Applied {
      oldHeads = List.copyOf(oldHeads);
      chunks = List.copyOf(chunks);
    }
  }

  /**
   * A peer's state has changed a document without history: keep it, tell subscribers.
   *
   * @param oldHeads what the document was before
   * @param facts what is known of it from here on, the number of this event included
   */
  record Merged(DocumentKey key, List<ChangeHash> oldHeads, DocumentFacts facts)
      implements SyncEffect {
    public Merged {
      oldHeads = List.copyOf(oldHeads);
    }
  }

  /**
   * Every replica knows that the document is deleted: drop what it was, and keep only these facts.
   */
  record Collected(DocumentKey key, DocumentFacts facts) implements SyncEffect {}

  /** The tombstone has been kept for long enough: drop all that is known of the document. */
  record Forgotten(DocumentKey key) implements SyncEffect {}

  /**
   * Another node holds the write.
   *
   * @param id the {@link SyncInput.Confirm} that asked
   * @param durable whether on its disk; a node without one never counts
   */
  record Confirmed(long id, PeerId peer, boolean durable) implements SyncEffect {}

  /** This node and a peer hold the same: keep that durably, in place of what was kept before. */
  record Agreed(Agreement agreement) implements SyncEffect {}

  /** Keep these durably, in place of those before. */
  record Checkpointed(List<Checkpoint> checkpoints) implements SyncEffect {
    public Checkpointed {
      checkpoints = List.copyOf(checkpoints);
    }
  }

  /**
   * A peer keeps a collection in another way: nothing of it is exchanged with it. Told once for
   * each link.
   *
   * @param ours {@link dev.peatmesh.sync.CollectionSettings#contract} here
   * @param theirs the same there
   */
  record ModeRefused(String collection, PeerId peer, byte ours, byte theirs)
      implements SyncEffect {}

  /** The same comparison with a peer brought nothing again and again; it is begun anew, slowly. */
  record Stalled(PeerId peer, String detail) implements SyncEffect {}

  /** The peer sent what no correct peer sends: end the link and say so. */
  record Violation(PeerId peer, String detail) implements SyncEffect {}

  /** A change was refused although its sender may be honest; the operator should know. */
  record Refused(DocumentKey key, String detail) implements SyncEffect {}

  /** Answer with {@link SyncInput.Woken} after this time. */
  record Wake(PeerId peer, Duration after) implements SyncEffect {}
}

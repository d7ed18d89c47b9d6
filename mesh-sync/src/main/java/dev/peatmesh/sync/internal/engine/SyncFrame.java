package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.reconcile.Fingerprint;
import java.nio.ByteBuffer;
import java.util.List;

/** What two nodes say to each other about documents. */
public sealed interface SyncFrame {
  /** "All I hold comes to this." Sent when a link comes up, and after traffic has gone quiet. */
  record Summary(long documents, Fingerprint fingerprint) implements SyncFrame {}

  /** "These are my documents." One page; the last one says so. */
  record Heads(List<DocumentHeads> documents, boolean last) implements SyncFrame {
    public Heads {
      documents = List.copyOf(documents);
    }
  }

  /** "Send me these changes and what they stand on; I have those." */
  record Want(List<DocumentWant> documents) implements SyncFrame {
    public Want {
      documents = List.copyOf(documents);
    }
  }

  /** Change chunks, in an order in which they can be applied. */
  record Changes(List<DocumentChanges> documents) implements SyncFrame {
    public Changes {
      documents = List.copyOf(documents);
    }
  }

  /**
   * "I pass my own and others' news to these nodes": no need to relay to them what came from me.
   */
  record Neighbours(List<PeerId> peers) implements SyncFrame {
    public Neighbours {
      peers = List.copyOf(peers);
    }
  }

  /** One document and its heads, ascending. */
  record DocumentHeads(DocumentKey key, List<ChangeHash> heads) {
    public DocumentHeads {
      heads = List.copyOf(heads);
    }
  }

  /** What is wanted of one document. */
  record DocumentWant(DocumentKey key, List<ChangeHash> need, List<ChangeHash> have) {
    public DocumentWant {
      need = List.copyOf(need);
      have = List.copyOf(have);
    }
  }

  /** Encoded chunks of one document; not yet checked when they come from a peer. */
  record DocumentChanges(DocumentKey key, List<ByteBuffer> chunks) {
    public DocumentChanges {
      chunks = List.copyOf(chunks);
    }
  }
}

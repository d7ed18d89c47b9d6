package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.reconcile.Fingerprint;
import dev.peatmesh.sync.internal.reconcile.RangeFrame;
import java.nio.ByteBuffer;
import java.util.List;

/** What two nodes say to each other about documents. */
public sealed interface SyncFrame {
  /**
   * "This is the store I have." The first frame on a link; said again, it begins everything anew.
   *
   * @param durable whether it is on a disk
   * @param bucketSeconds how many seconds of deletes it keeps and drops together
   * @param fromBucket the lowest bucket of deletes that is not dropped yet
   */
  record Hello(Lineage lineage, boolean durable, long bucketSeconds, int fromBucket)
      implements SyncFrame {}

  /** "This is how I keep these collections." Comes before anything that is in them. */
  record Contracts(List<CollectionContract> collections) implements SyncFrame {
    public Contracts {
      collections = List.copyOf(collections);
    }
  }

  /**
   * "All I hold comes to this." Sent when a link comes up, and after traffic has gone quiet.
   *
   * @param fromBucket deletes of older buckets are left out
   * @param refused how many collections are left out, because both keep them differently
   * @param durableSequence the last number of the journal; 0 when not all of it is on a disk
   */
  record Summary(
      long documents, Fingerprint fingerprint, int fromBucket, int refused, long durableSequence)
      implements SyncFrame {}

  /** A step of the search for the documents that differ. */
  record Compare(RangeFrame frame) implements SyncFrame {}

  /** "These are my heads of documents that we do not agree on." */
  record Heads(List<DocumentHeads> documents) implements SyncFrame {
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

  /**
   * Change chunks, in an order in which they can be applied.
   *
   * @param packed whether to travel compressed, if that is smaller; what arrives does not say
   */
  record Changes(List<DocumentChanges> documents, boolean packed) implements SyncFrame {
    public Changes {
      documents = List.copyOf(documents);
    }

    /** As they are. */
    public Changes(List<DocumentChanges> documents) {
      this(documents, false);
    }
  }

  /** States of documents without history. */
  record Latest(List<DocumentLatest> documents) implements SyncFrame {
    public Latest {
      documents = List.copyOf(documents);
    }
  }

  /** "These documents were deleted, and I have dropped what they were." */
  record Gone(List<DocumentGone> documents) implements SyncFrame {
    public Gone {
      documents = List.copyOf(documents);
    }
  }

  /** "Tell me when you hold these writes, and ask those I do not reach." */
  record Ask(List<Question> questions) implements SyncFrame {
    public Ask {
      questions = List.copyOf(questions);
    }
  }

  /** "These hold the writes you asked about." */
  record Held(List<Answer> answers) implements SyncFrame {
    public Held {
      answers = List.copyOf(answers);
    }
  }

  /** "Send me nothing until I say so." */
  record Pause() implements SyncFrame {}

  /** "Go on", from the beginning. */
  record Resume() implements SyncFrame {}

  /**
   * "I pass my own and others' news to these nodes": no need to relay to them what came from me.
   */
  record Neighbours(List<PeerId> peers) implements SyncFrame {
    public Neighbours {
      peers = List.copyOf(peers);
    }
  }

  /** One collection and {@link dev.peatmesh.sync.CollectionSettings#contract}. */
  record CollectionContract(String collection, byte contract) {}

  /** One document and its heads, ascending. */
  record DocumentHeads(DocumentKey key, List<ChangeHash> heads) {
    public DocumentHeads {
      heads = List.copyOf(heads);
    }
  }

  /**
   * What is wanted of one document.
   *
   * @param have some of what the asker has; nothing when it knows nothing of the document
   */
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

  /** The encoded state of one document; not yet checked when it comes from a peer. */
  record DocumentLatest(DocumentKey key, ByteBuffer state) {}

  /** What is left of a document: the heads it had when it was deleted, and when that was. */
  record DocumentGone(DocumentKey key, List<ChangeHash> heads, long deletedSeconds) {
    public DocumentGone {
      heads = List.copyOf(heads);
    }
  }

  /**
   * A write that somebody waits for.
   *
   * @param hops how many nodes have passed the question on
   */
  record Question(DocumentKey key, ChangeRef change, int hops) {}

  /** Who holds a write. */
  record Answer(DocumentKey key, ChangeRef change, List<Holder> holders) {
    public Answer {
      holders = List.copyOf(holders);
    }
  }

  /** One node that holds a write; durable: on its disk. */
  record Holder(PeerId peer, boolean durable) {}
}

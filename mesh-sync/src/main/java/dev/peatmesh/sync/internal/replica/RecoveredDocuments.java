package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DeletePolicy;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.SyncMode;
import dev.peatmesh.sync.internal.feed.JournalEntry;
import dev.peatmesh.sync.internal.reconcile.DocumentFacts;
import dev.peatmesh.sync.internal.store.DocumentStore;
import dev.peatmesh.sync.internal.store.RecoveredDocument;
import dev.peatmesh.sync.internal.store.Recovery;
import dev.peatmesh.sync.internal.store.RecoverySink;
import dev.peatmesh.sync.internal.store.ReplicaState;
import dev.peatmesh.sync.internal.store.StoredDocument;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a store held when it was opened: facts of every document, no contents. Not thread-safe; used
 * once.
 */
public final class RecoveredDocuments {
  private static final Logger LOG = LoggerFactory.getLogger(RecoveredDocuments.class);

  private final DocumentStore store;
  private final Map<DocumentKey, DocumentFacts> facts = new LinkedHashMap<>();
  private final Map<DocumentKey, Long> sizes = new HashMap<>();
  private final Map<String, SyncMode> modes = new TreeMap<>();
  private final List<DocumentKey> doubtful = new ArrayList<>();
  private final List<JournalEntry> journal = new ArrayList<>();
  private final Map<String, String> notes = new HashMap<>();
  private final Recovery recovery;
  private final ReplicaState replica;
  private long lastSequence;

  private RecoveredDocuments(DocumentStore store) {
    this.store = store;
    recovery = store.recover(new Sink());
    // Only now: refused rows may have held changes of ours, and then the actor is a new one.
    replica = store.replica();
  }

  /** Reads what the store knows of its documents. Blocks. */
  public static RecoveredDocuments read(DocumentStore store) {
    RecoveredDocuments recovered = new RecoveredDocuments(store);
    Recovery found = recovered.recovery;
    if (!store.replica().cleanStop() || found.rowsRefused() > 0 || found.tailBytesCut() > 0) {
      LOG.atWarn()
          .addKeyValue("documents", found.documents())
          .addKeyValue("changes", found.changes())
          .addKeyValue("rowsRefused", found.rowsRefused())
          .addKeyValue("tailBytesCut", found.tailBytesCut())
          .log("recovered after an unclean stop; every acknowledged change is kept");
    }
    return recovered;
  }

  /** What the store reported. */
  public Recovery recovery() {
    return recovery;
  }

  ReplicaState replica() {
    return replica;
  }

  /** Reads one document at a time, on the document loop, for as long as the store is open. */
  Function<DocumentKey, StoredDocument> reader() {
    return store::read;
  }

  /** The facts of every document. */
  Map<DocumentKey, DocumentFacts> facts() {
    return facts;
  }

  /** How many bytes each document takes in the store. */
  Map<DocumentKey, Long> sizes() {
    return sizes;
  }

  /**
   * Documents that must be opened to know how they are: of which something was damaged, those of an
   * older store, and those with several heads where deletes win.
   */
  List<DocumentKey> doubtful(SyncSettings settings) {
    List<DocumentKey> all = new ArrayList<>(doubtful);
    facts.forEach(
        (key, known) -> {
          if (known.heads().size() > 1
              && settings.collection(key.collection()).deletes() == DeletePolicy.DELETE_WINS) {
            all.add(key);
          }
        });
    return all;
  }

  /** The last events; none when some may be missing among them. */
  List<JournalEntry> journal() {
    // An event that the store refused at first may have been stored after later ones.
    journal.sort(Comparator.comparingLong(JournalEntry::sequence));
    return recovery.rowsRefused() > 0 ? List.of() : journal;
  }

  /** The note of that name; empty for none. */
  String note(String name) {
    return notes.getOrDefault(name, "");
  }

  Map<String, String> notes() {
    return notes;
  }

  /** The highest number of an event in the store. */
  long lastSequence() {
    return lastSequence;
  }

  /**
   * Fails when a collection is to be kept in another way than it is stored.
   *
   * @throws MeshException.BadConfiguration with every such collection
   */
  void checkModes(SyncSettings settings) {
    List<String> problems = new ArrayList<>();
    modes.forEach(
        (collection, stored) -> {
          SyncMode wanted = settings.collection(collection).mode();
          if (wanted != stored) {
            problems.add(
                ("collection(%s): is stored as %s, and is set to %s. Set it to %s, or begin with an"
                        + " empty data directory on every node.")
                    .formatted(collection, stored, wanted, stored));
          }
        });
    if (!problems.isEmpty()) {
      throw new MeshException.BadConfiguration(problems);
    }
  }

  private final class Sink implements RecoverySink {
    @Override
    public void document(RecoveredDocument found) {
      boolean gone = found.kind() == RecoveredDocument.Kind.GONE;
      facts.put(
          found.key(),
          new DocumentFacts(
              found.heads(),
              found.deleted(),
              found.deleted() ? found.deletedSeconds() : 0,
              gone,
              found.expiresMillis(),
              found.sequence()));
      sizes.put(found.key(), found.storedBytes());
      if (!gone) {
        modes.put(
            found.key().collection(),
            found.kind() == RecoveredDocument.Kind.LATEST
                ? SyncMode.LATEST_ONLY
                : SyncMode.FULL_HISTORY);
      }
      // Without a number it comes from a store of version 1, which did not note what is deleted.
      if (found.refused() > 0 || (found.sequence() == 0 && !gone)) {
        doubtful.add(found.key());
      }
      lastSequence = Math.max(lastSequence, found.sequence());
    }

    @Override
    public void journal(JournalEntry entry) {
      journal.add(entry);
      lastSequence = Math.max(lastSequence, entry.sequence());
    }

    @Override
    public void note(String name, String value) {
      notes.put(name, value);
    }
  }
}

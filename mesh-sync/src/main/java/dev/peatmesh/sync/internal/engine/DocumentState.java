package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.guard.DocumentGuard;
import dev.peatmesh.sync.internal.reconcile.Fingerprint;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What the engine knows of one document. Belongs to the document loop. */
public final class DocumentState {
  /** The most refused changes remembered per document, so that they are not asked for again. */
  private static final int REFUSED_MAX = 1_000;

  private final DocumentKey key;
  private final PendingChanges pending = new PendingChanges();
  private final Set<ChangeHash> refused = new LinkedHashSet<>();
  private ChangeGraph graph = new ChangeGraph();
  private DocumentGuard guard = new DocumentGuard();
  private Fingerprint fingerprint = Fingerprint.EMPTY;

  /** A document of which nothing is known yet. */
  public DocumentState(DocumentKey key) {
    this.key = key;
  }

  /** The document's name. */
  public DocumentKey key() {
    return key;
  }

  /** The changes that are applied, and durable if they are our own. */
  public ChangeGraph graph() {
    return graph;
  }

  /** Whether there is something to see: a change, and not all of them undone by a delete. */
  public boolean exists() {
    return graph.size() > 0 && !graph.deleted();
  }

  PendingChanges pending() {
    return pending;
  }

  DocumentGuard guard() {
    return guard;
  }

  Fingerprint fingerprint() {
    return fingerprint;
  }

  /** Whether the change is here, waits for others, or was refused for good. */
  boolean knows(ChangeHash hash) {
    return graph.contains(hash) || pending.contains(hash) || refused.contains(hash);
  }

  /**
   * Whether the change is worth asking for. One that waits counts as lacking: what it waits for can
   * only be found by asking for it again.
   */
  boolean lacks(ChangeHash hash) {
    return !graph.contains(hash) && !refused.contains(hash);
  }

  /** Adds a change that stands on nothing that is not here, and that the guard let pass once. */
  public void add(ChangeChunk chunk) {
    guard.admit(chunk);
    graph.add(chunk);
  }

  void refreshFingerprint() {
    fingerprint = Fingerprint.of(key, graph.heads());
  }

  void refuse(ChangeHash hash) {
    if (refused.size() < REFUSED_MAX) {
      refused.add(hash);
    }
  }

  /** Takes the given changes out again; nothing else stands on them. */
  void withdraw(List<ChangeChunk> chunks) {
    Set<ChangeHash> gone = new LinkedHashSet<>();
    chunks.forEach(chunk -> gone.add(chunk.hash()));
    ChangeGraph before = graph;
    graph = new ChangeGraph();
    guard = new DocumentGuard();
    for (ChangeChunk chunk : before.all()) {
      if (!gone.contains(chunk.hash())) {
        add(chunk);
      }
    }
    gone.forEach(this::refuse);
  }
}

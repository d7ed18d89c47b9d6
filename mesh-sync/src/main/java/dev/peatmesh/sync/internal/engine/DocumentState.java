package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.guard.DocumentGuard;
import dev.peatmesh.sync.internal.guard.GuardException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What must be known of an open document with history: its changes, and what the next ones must
 * fit. Belongs to the document loop; may be dropped and built anew from the same changes.
 */
public final class DocumentState {
  private final DocumentKey key;
  private ChangeGraph graph = new ChangeGraph();
  private DocumentGuard guard = new DocumentGuard();

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

  /** Adds a change that stands on nothing that is not here, and that the guard let pass once. */
  public void add(ChangeChunk chunk) {
    if (!graph.contains(chunk.hash())) {
      guard.admit(chunk);
      graph.add(chunk);
    }
  }

  /**
   * Checks a change as one of a peer, and adds it.
   *
   * @throws GuardException when it contradicts what is here
   */
  public void admit(ChangeChunk chunk) {
    guard.check(chunk, graph.maxOp(chunk.deps()));
    add(chunk);
  }

  DocumentGuard guard() {
    return guard;
  }

  /** Takes the given changes out again; nothing else stands on them. */
  void withdraw(List<ChangeChunk> chunks) {
    Set<ChangeHash> gone = new HashSet<>();
    chunks.forEach(chunk -> gone.add(chunk.hash()));
    ChangeGraph before = graph;
    graph = new ChangeGraph();
    guard = new DocumentGuard();
    for (ChangeChunk chunk : before.all()) {
      if (!gone.contains(chunk.hash())) {
        add(chunk);
      }
    }
  }
}

package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.SyncMode;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentGone;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentHeads;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentWant;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.reconcile.DocumentEntry;
import dev.peatmesh.sync.internal.reconcile.DocumentFacts;
import dev.peatmesh.sync.internal.reconcile.DocumentIndex;
import dev.peatmesh.sync.internal.reconcile.Fingerprint;
import dev.peatmesh.sync.internal.reconcile.Scope;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What this node holds: the index of all documents, kept in step with the documents themselves.
 * Belongs to the document loop.
 */
final class Holdings implements Contents {
  private final Documents documents;
  private final DocumentIndex index;
  private long version;

  Holdings(Documents documents, DocumentIndex index) {
    this.documents = documents;
    this.index = index;
  }

  DocumentIndex index() {
    return index;
  }

  /** Grows with every document that changes. Deletes that are forgotten change nothing. */
  long version() {
    return version;
  }

  @Nullable DocumentEntry get(DocumentKey key) {
    return index.get(key);
  }

  List<ChangeHash> headsOf(DocumentKey key) {
    DocumentEntry entry = index.get(key);
    return entry == null ? List.of() : entry.facts().heads();
  }

  void put(DocumentKey key, DocumentFacts facts) {
    index.put(key, facts);
    version++;
  }

  void remove(DocumentKey key) {
    index.remove(key);
    version++;
  }

  boolean isLatestOnly(DocumentKey key) {
    return documents.settings(key.collection()).mode() == SyncMode.LATEST_ONLY;
  }

  Fingerprint fingerprint(Scope scope) {
    return index.fingerprint(scope);
  }

  /** The last number of our journal that peers can know of, if all is on a disk; 0 if not. */
  long durableSequence() {
    return documents.durable() ? documents.settledSequence() : 0;
  }

  /** The last number of our journal, but for writes that are on their way. */
  long settledSequence() {
    return documents.settledSequence();
  }

  @Override
  public SyncFrame.Summary summary(PeerSession session) {
    Scope scope = session.scope();
    Fingerprint fingerprint = index.fingerprint(scope);
    session.toldScope = scope;
    session.toldFingerprint = fingerprint;
    long sequence = durableSequence();
    session.toldTooEarly = sequence == 0;
    return new SyncFrame.Summary(
        index.existing(), fingerprint, scope.fromBucket(), scope.refused().size(), sequence);
  }

  @Override
  public DocumentHeads heads(DocumentKey key) {
    return new DocumentHeads(key, headsOf(key));
  }

  @Override
  public Optional<DocumentGone> gone(DocumentKey key) {
    return Optional.ofNullable(index.get(key))
        .map(DocumentEntry::facts)
        .filter(DocumentFacts::gone)
        .map(facts -> new DocumentGone(key, facts.heads(), facts.deletedSeconds()));
  }

  @Override
  public Optional<ByteBuffer> latest(DocumentKey key) {
    return index.get(key) == null ? Optional.empty() : documents.latest(key);
  }

  @Override
  public List<ChangeChunk> changes(DocumentWant want) {
    DocumentEntry entry = index.get(want.key());
    return entry == null || entry.facts().gone()
        ? List.of()
        : documents.history(want.key()).graph().between(want.need(), want.have());
  }
}

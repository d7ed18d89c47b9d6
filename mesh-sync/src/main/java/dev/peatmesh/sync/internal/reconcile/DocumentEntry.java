package dev.peatmesh.sync.internal.reconcile;

import dev.peatmesh.sync.DocumentKey;

/**
 * One document of the index.
 *
 * @param digest the fingerprint of the document alone
 * @param position where it stands in its partition
 */
public record DocumentEntry(
    DocumentKey key, DocumentFacts facts, Fingerprint digest, long position) {
  static DocumentEntry of(DocumentKey key, DocumentFacts facts) {
    return new DocumentEntry(key, facts, Fingerprint.of(key, facts.heads()), Position.of(key));
  }

  /** The same document with other facts. What need not be hashed again is not. */
  DocumentEntry with(DocumentFacts now) {
    Fingerprint after =
        facts.heads().equals(now.heads()) ? digest : Fingerprint.of(key, now.heads());
    return new DocumentEntry(key, now, after, position);
  }
}

package dev.peatmesh.sync.internal.engine;

import dev.peatmesh.sync.internal.reconcile.DocumentFacts;

/**
 * What came of merging a peer's state of a document without history into ours.
 *
 * @param facts what is to be known of the document from here on
 * @param changed whether ours is another than before
 * @param theyLack whether ours has what the peer's state has not
 */
public record LatestMerge(DocumentFacts facts, boolean changed, boolean theyLack) {}

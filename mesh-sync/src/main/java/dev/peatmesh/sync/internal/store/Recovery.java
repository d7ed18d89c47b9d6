package dev.peatmesh.sync.internal.store;

/**
 * What recovery found.
 *
 * @param documents documents handed over
 * @param changes chunks handed over, those inside snapshots not counted
 * @param rowsRefused chunks and snapshots left out and deleted because their checksum did not hold
 * @param tailBytesCut bytes at the end of the log that no commit covered, and that are gone
 */
public record Recovery(long documents, long changes, long rowsRefused, long tailBytesCut) {}

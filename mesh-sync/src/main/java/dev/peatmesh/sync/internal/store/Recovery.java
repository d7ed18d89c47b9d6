package dev.peatmesh.sync.internal.store;

/**
 * What recovery found.
 *
 * @param documents documents told
 * @param changes chunks found whole, those inside snapshots not counted
 * @param rowsRefused rows left out and deleted because their checksum did not hold
 * @param tailBytesCut bytes at the end of the log that no commit covered, and that are gone
 */
public record Recovery(long documents, long changes, long rowsRefused, long tailBytesCut) {}

package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeChunk;

/** One change of one document on its way to the disk. */
public record StoredChange(DocumentKey key, ChangeChunk chunk) {}

package dev.peatmesh.sync;

/**
 * A write is done and durable on this node.
 *
 * @param key which document
 * @param changed false when the document already was as the write wanted it
 */
public record WriteReceipt(DocumentKey key, boolean changed) {}

package dev.peatmesh.sync.internal.guard;

/** Names one operation of a document, and the object or element that it makes. */
public record OperationId(ActorId actor, long counter) {}

package dev.peatmesh.discovery.dns.internal;

/** A peer whose name, host name and UDP port a user wrote down. */
public record NamedHost(String nodeId, String host, int port) {}

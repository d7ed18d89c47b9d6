package dev.peatmesh.internal.node;

import dev.peatmesh.crypto.Formation;
import dev.peatmesh.discovery.HybridDiscovery;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Every setting of a mesh, checked. What {@link dev.peatmesh.PeatMeshBuilder} becomes. */
public record MeshSettings(
    String nodeName,
    Formation formation,
    HybridDiscovery discovery,
    Optional<Path> dataDirectory,
    InetSocketAddress bindAddress,
    Duration keepAlive,
    Duration idleTimeout,
    int peersMax,
    DocumentSettings documents) {}

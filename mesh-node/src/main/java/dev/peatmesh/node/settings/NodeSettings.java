package dev.peatmesh.node.settings;

import dev.peatmesh.PeatMesh;
import dev.peatmesh.PeatMeshBuilder;
import dev.peatmesh.discovery.DiscoverySettings;
import dev.peatmesh.sync.CompactionSettings;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one node, each one checked. Immutable, but for the secret, which its holder
 * destroys.
 *
 * @param nodeName unique in the formation
 * @param formationId which formation
 * @param secret its secret
 * @param peers {@code name@host:port} or {@code endpointId@host:port} each
 * @param discovery discovery providers by name, with their settings; without {@code none} and
 *     {@code static}
 * @param bindHost an IP literal
 * @param bindPort 0 for any free port
 * @param dataDirectory null: documents are kept in memory
 * @param compaction when space is given back
 * @param warnings what the user should know, one sentence each
 */
public record NodeSettings(
    String nodeName,
    String formationId,
    FormationSecret secret,
    List<String> peers,
    Map<String, DiscoverySettings> discovery,
    String bindHost,
    int bindPort,
    @Nullable Path dataDirectory,
    CompactionSettings compaction,
    List<String> warnings) {
  public NodeSettings {
    peers = List.copyOf(peers);
    discovery = Collections.unmodifiableMap(new LinkedHashMap<>(discovery));
    warnings = List.copyOf(warnings);
  }

  /** A builder with all of this set. */
  public PeatMeshBuilder builder() {
    byte[] bytes = secret.bytes();
    try {
      PeatMeshBuilder builder =
          PeatMesh.builder()
              .nodeName(nodeName)
              .formation(formationId, bytes)
              .staticPeers(String.join(",", peers))
              .bindHost(bindHost)
              .bindPort(bindPort)
              .compaction(compaction);
      discovery.forEach(builder::discovery);
      return dataDirectory == null ? builder : builder.dataDirectory(dataDirectory);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}

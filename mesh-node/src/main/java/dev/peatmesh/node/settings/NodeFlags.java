package dev.peatmesh.node.settings;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command line said, word for word; null where it said nothing.
 *
 * @param name {@code --name}
 * @param formation {@code --formation}
 * @param secretFile {@code --secret-file}
 * @param peers every {@code --peer}; empty when there is none
 * @param discovery {@code --discovery} and what begins so
 * @param bindHost {@code --bind-host}
 * @param bindPort {@code --bind-port}
 * @param dataDirectory {@code --data-dir}
 * @param compaction {@code --compaction} and what begins so
 */
public record NodeFlags(
    @Nullable String name,
    @Nullable String formation,
    @Nullable String secretFile,
    List<String> peers,
    DiscoveryFlags discovery,
    @Nullable String bindHost,
    @Nullable String bindPort,
    @Nullable String dataDirectory,
    CompactionFlags compaction) {
  public NodeFlags {
    peers = List.copyOf(peers);
  }
}

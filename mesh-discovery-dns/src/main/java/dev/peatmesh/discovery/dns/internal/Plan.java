package dev.peatmesh.discovery.dns.internal;

import java.util.List;
import java.util.Optional;

/**
 * What to look for.
 *
 * @param service where peers publish themselves; empty when only names are looked up
 * @param names peers that are written down
 * @param pace how often to ask
 * @param port the UDP port of this node, for remedies
 */
public record Plan(Optional<ServiceName> service, List<NamedHost> names, Pace pace, int port) {
  /** The most peers that are kept; some more fit into one answer of the DNS, of 64 KiB. */
  public static final int PEERS_MAX = 1000;

  public Plan {
    names = List.copyOf(names);
  }
}

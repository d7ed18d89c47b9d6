package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.sync.internal.engine.PeerId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Which other nodes there are, by the names that people use. Callable from any thread. */
@FunctionalInterface
public interface PeerDirectory {
  /** Every node that this one wants a link with, or has one with. */
  CompletableFuture<List<KnownPeer>> peers();

  /**
   * Another node.
   *
   * @param name what people call it
   * @param id empty as long as it is not known
   */
  record KnownPeer(String name, Optional<PeerId> id) {}
}

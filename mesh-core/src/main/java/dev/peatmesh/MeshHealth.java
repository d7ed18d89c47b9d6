package dev.peatmesh;

import java.util.List;

/**
 * How a node is.
 *
 * @param state the worst that holds
 * @param reasons why, one sentence each: what is wrong and what to do; empty when all is well
 */
public record MeshHealth(State state, List<String> reasons) {
  public MeshHealth {
    reasons = List.copyOf(reasons);
  }

  /** From well to ill. */
  public enum State {
    /** Started; not every peer known at the start has been reached or given up on yet. */
    FORMING,
    /** Connected to a peer, or no peer is known. */
    READY,
    /** Peers are known and none of them is connected. */
    ISOLATED,
    /** Something does not work that should: the store, discovery, a document. */
    DEGRADED
  }
}

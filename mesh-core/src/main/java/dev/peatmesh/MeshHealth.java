package dev.peatmesh;

import java.util.List;

/**
 * How a node is.
 *
 * @param state the worst that holds
 * @param reasons why, one each: what is wrong and what to do; empty when all is well. Usually one
 *     line; what to do may take several, such as a manifest to apply, which then begin on a line of
 *     their own. A node that is {@link State#READY} and alone has one too: who looks for peers, how
 *     each of them fares, what to check
 */
public record MeshHealth(State state, List<String> reasons) {
  public MeshHealth {
    reasons = List.copyOf(reasons);
  }

  /** From well to ill. */
  public enum State {
    /** Started a moment ago; peers are known and none of them has been reached yet. */
    FORMING,
    /** Connected to a peer, or no peer is known: see the reasons. */
    READY,
    /** Peers are known and none of them is connected. */
    ISOLATED,
    /** Something does not work that should: the store, discovery, a document. */
    DEGRADED
  }
}

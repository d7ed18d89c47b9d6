package dev.peatmesh.discovery.k8s.internal;

import io.kubernetes.client.openapi.models.V1EndpointConditions;
import org.jspecify.annotations.Nullable;

/**
 * The state of one endpoint, with the meaning of what is not said filled in: nil ready is ready,
 * nil serving is what ready is, nil terminating is not terminating (the conditions in
 * https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions).
 */
record Conditions(boolean ready, boolean serving, boolean terminating) {
  private static final Conditions UNSAID = new Conditions(true, true, false);

  static Conditions of(@Nullable V1EndpointConditions said) {
    if (said == null) {
      return UNSAID;
    }
    boolean ready = orElse(said.getReady(), true);
    return new Conditions(
        ready, orElse(said.getServing(), ready), orElse(said.getTerminating(), false));
  }

  /**
   * Whether a peer is to be expected there. A pod that terminates stays as long as it serves, so
   * that its links end when it ends them. It must serve, then: with {@code
   * publishNotReadyAddresses} ready is true to the very end and says nothing.
   */
  boolean usable(boolean includeNotReady) {
    return terminating ? serving : ready || serving || includeNotReady;
  }

  /**
   * What two copies of one endpoint say together. While the controller moves an endpoint between
   * slices it may stand in both, and one of the copies is stale
   * (https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#duplicate-endpoints);
   * nothing tells their order but this: termination is never taken back, so a copy that terminates
   * is the newer one and alone counts. Between copies that agree on that, the better word counts: a
   * peer is a hint, and to dial a dead address costs less than to drop a live peer.
   */
  Conditions with(Conditions copy) {
    if (terminating != copy.terminating) {
      return terminating ? this : copy;
    }
    return new Conditions(ready || copy.ready, serving || copy.serving, terminating);
  }

  /** Where to dial first: the lower, the better. */
  int rank() {
    if (terminating) {
      return 2;
    }
    return ready ? 0 : 1;
  }

  private static boolean orElse(@Nullable Boolean said, boolean otherwise) {
    return said == null ? otherwise : said;
  }
}

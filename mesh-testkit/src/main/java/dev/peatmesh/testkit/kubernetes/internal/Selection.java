package dev.peatmesh.testkit.kubernetes.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Which objects a request means.
 *
 * @param namespace one namespace; empty for all of them
 */
public record Selection(String namespace, LabelSelector labels, FieldSelector fields) {
  /** Everything in a namespace; in all of them when it is empty. */
  public static Selection all(String namespace) {
    return new Selection(namespace, LabelSelector.EVERYTHING, FieldSelector.EVERYTHING);
  }

  /** Whether the request means this object. */
  public boolean matches(ObjectNode slice) {
    return (namespace.isEmpty() || namespace.equals(SliceKey.of(slice).namespace()))
        && labels.matches(slice.path("metadata").path("labels"))
        && fields.matches(slice);
  }

  boolean hasNoSelector() {
    return labels.isEmpty() && fields.isEmpty();
  }
}

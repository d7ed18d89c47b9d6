package dev.peatmesh.testkit.kubernetes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint of a {@link Slice}. Immutable: every method gives another one. What is not set is
 * not written: consumers must know that nil ready and nil serving mean yes.
 */
public final class SliceEndpoint {
  private final List<String> addresses;
  private final @Nullable String pod;
  private final @Nullable Boolean ready;
  private final @Nullable Boolean serving;
  private final @Nullable Boolean terminating;

  private SliceEndpoint(
      List<String> addresses,
      @Nullable String pod,
      @Nullable Boolean ready,
      @Nullable Boolean serving,
      @Nullable Boolean terminating) {
    this.addresses = List.copyOf(addresses);
    this.pod = pod;
    this.ready = ready;
    this.serving = serving;
    this.terminating = terminating;
  }

  /** At these addresses, without a pod and without conditions. */
  public static SliceEndpoint at(String... addresses) {
    return new SliceEndpoint(List.of(addresses), null, null, null, null);
  }

  /** Of a pod: its {@code targetRef}. */
  public SliceEndpoint pod(String name) {
    return new SliceEndpoint(addresses, name, ready, serving, terminating);
  }

  /** Ready or not. */
  public SliceEndpoint ready(boolean is) {
    return new SliceEndpoint(addresses, pod, is, serving, terminating);
  }

  /** Serving or not: as ready, but it may be terminating. */
  public SliceEndpoint serving(boolean is) {
    return new SliceEndpoint(addresses, pod, ready, is, terminating);
  }

  /** About to end or not. */
  public SliceEndpoint terminating(boolean is) {
    return new SliceEndpoint(addresses, pod, ready, serving, is);
  }

  void writeTo(ObjectNode node, String namespace) {
    ArrayNode array = node.putArray("addresses");
    addresses.forEach(array::add);
    ObjectNode conditions = node.putObject("conditions");
    put(conditions, "ready", ready);
    put(conditions, "serving", serving);
    put(conditions, "terminating", terminating);
    if (pod != null) {
      node.putObject("targetRef").put("kind", "Pod").put("name", pod).put("namespace", namespace);
    }
  }

  private static void put(ObjectNode node, String name, @Nullable Boolean value) {
    if (value != null) {
      node.put(name, value.booleanValue());
    }
  }
}

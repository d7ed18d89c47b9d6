package dev.peatmesh.testkit.internal;

import dev.peatmesh.crypto.Formation;
import dev.peatmesh.crypto.NodeIdentity;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What all simulated nodes belong to, in all meshes of a JVM: keys are derived once, not once a
 * seed. Thread-safe. Holds at most as many identities as a mesh has nodes.
 */
public final class SimulatedFormation {
  /** The formation. Never destroyed. */
  public static final Formation FORMATION =
      Formation.of(
          "simulated", "a secret for simulations only".getBytes(StandardCharsets.US_ASCII));

  private static final Map<String, NodeIdentity> IDENTITIES = new ConcurrentHashMap<>();

  private SimulatedFormation() {}

  /** The keys of the node with this name. Whoever asks must not destroy them. */
  public static NodeIdentity identity(String nodeName) {
    return IDENTITIES.computeIfAbsent(nodeName, FORMATION::identity);
  }
}

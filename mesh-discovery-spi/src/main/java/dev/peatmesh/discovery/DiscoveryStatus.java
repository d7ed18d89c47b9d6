package dev.peatmesh.discovery;

/** How a strategy fares. Values; the mesh puts them into its health. */
public sealed interface DiscoveryStatus {
  /** Not started yet, or stopped. */
  record Stopped() implements DiscoveryStatus {}

  /** It sees its source. */
  record Ok() implements DiscoveryStatus {}

  /**
   * It does not see its source now and keeps trying; what it found before stands.
   *
   * @param cause what is wrong, without secrets
   * @param remedy what an operator can do about it
   */
  record Degraded(String cause, String remedy) implements DiscoveryStatus {
    public Degraded {
      if (cause.isBlank() || remedy.isBlank()) {
        throw new IllegalArgumentException(
            "degraded(%s, %s): must say what is wrong and what to do."
                .formatted(Text.quoted(cause), Text.quoted(remedy)));
      }
    }
  }
}

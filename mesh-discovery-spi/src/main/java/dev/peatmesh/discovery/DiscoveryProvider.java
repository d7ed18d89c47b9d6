package dev.peatmesh.discovery;

/**
 * Makes strategies of one kind. Found by {@link java.util.ServiceLoader}: list the class in {@code
 * META-INF/services/dev.peatmesh.discovery.DiscoveryProvider}, and in {@code provides} where there
 * is a module-info. Called on the thread that builds a mesh; holds no state.
 */
public interface DiscoveryProvider {
  /** The word by which a user chooses it: a lower-case letter, then up to 31 more, digits, '-'. */
  String name();

  /**
   * A strategy with these settings. Does no I/O and starts nothing.
   *
   * @throws IllegalArgumentException for bad settings; the message lists every one
   */
  DiscoveryStrategy create(DiscoverySettings settings);
}

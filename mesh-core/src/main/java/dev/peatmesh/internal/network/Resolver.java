package dev.peatmesh.internal.network;

import java.net.InetAddress;
import java.util.List;
import java.util.function.Consumer;

/** Turns host names into addresses, without blocking the caller. */
public interface Resolver {
  /**
   * Asks for the addresses of a host. Called on the mesh loop.
   *
   * @param answer takes the addresses, best first; empty when the name does not resolve. Called
   *     once, on any thread; an answer that takes longer than a dial is not waited for.
   */
  void resolve(String host, Consumer<List<InetAddress>> answer);
}

package dev.peatmesh.testkit.internal;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The names of a simulated network. A name may move, and may have no address or several. */
public final class SimulatedResolver {
  private final VirtualTime time;
  private final Map<String, List<InetAddress>> names = new HashMap<>();
  private boolean down;

  /** Knows no name. */
  public SimulatedResolver(VirtualTime time) {
    this.time = time;
  }

  /** From now on the name has these addresses, and no others. None: it no longer resolves. */
  public void name(String host, List<InetAddress> addresses) {
    names.put(host, List.copyOf(addresses));
    time.record("dns " + host + " has " + addresses.size() + " addresses");
  }

  /** While it is down no name resolves. */
  public void down(boolean isDown) {
    down = isDown;
    time.record("dns " + (isDown ? "down" : "up"));
  }

  /** The addresses of the name in their order; empty when it does not resolve. */
  public List<InetAddress> resolve(String host) {
    List<InetAddress> found = down ? List.of() : names.getOrDefault(host, List.of());
    time.record("dns " + host + "? " + found.size());
    return found;
  }
}

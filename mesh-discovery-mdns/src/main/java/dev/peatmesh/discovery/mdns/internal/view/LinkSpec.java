package dev.peatmesh.discovery.mdns.internal.view;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How a link is used. Immutable.
 *
 * @param nicIndex the number by which the kernel calls the interface
 * @param address the address that this node announces on it
 * @param addresses all addresses of the interface in this family
 */
public record LinkSpec(
    LinkKey key,
    int nicIndex,
    boolean isLoopback,
    InetAddress address,
    List<Nic.Address> addresses) {
  /** Names that every program takes; where an interface has another, its number serves. */
  private static final Pattern ZONE = Pattern.compile("[A-Za-z0-9_.-]{1,32}");

  public LinkSpec {
    addresses = List.copyOf(addresses);
  }

  /**
   * Whether the source of a packet is a neighbour on this link. A socket that waits for multicast
   * also gets what was sent to this host from far away and what came in on other interfaces; both
   * must not count (RFC 6762, section 11).
   */
  public boolean hasNeighbour(InetAddress source) {
    if (source instanceof Inet6Address inet6 && inet6.isLinkLocalAddress()) {
      return key.ipv6() && inet6.getScopeId() == nicIndex;
    }
    return addresses.stream().anyMatch(own -> own.isNeighbour(source));
  }

  /** What tells the addresses of this link from equal ones on another (RFC 4007, section 11). */
  String zone() {
    return ZONE.matcher(key.nic()).matches() ? key.nic() : Integer.toString(nicIndex);
  }

  /** Whether the link serves another one that is wanted just as well: then it stays. */
  boolean serves(LinkSpec wanted) {
    return key.equals(wanted.key)
        && nicIndex == wanted.nicIndex
        && address.equals(wanted.address)
        && addresses.equals(wanted.addresses);
  }
}

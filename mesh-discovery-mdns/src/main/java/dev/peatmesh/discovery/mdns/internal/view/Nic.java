package dev.peatmesh.discovery.mdns.internal.view;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;

/**
 * A network interface at one moment. Immutable.
 *
 * @param isUp whether it is up and its cable is plugged in
 */
public record Nic(
    String name,
    int index,
    boolean isUp,
    boolean isLoopback,
    boolean isMulticast,
    List<Address> addresses) {
  public Nic {
    addresses = List.copyOf(addresses);
  }

  /** An address of the interface and how many of its bits all its neighbours share. */
  public record Address(InetAddress address, int prefixBits) {
    public Address {
      // Some platforms say 0 of tunnels when they do not know: then nobody else is a neighbour.
      int all = 8 * address.getAddress().length;
      prefixBits = prefixBits <= 0 || prefixBits > all ? all : prefixBits;
    }

    /** Whether the other address is within the same prefix. */
    public boolean isNeighbour(InetAddress other) {
      byte[] mine = address.getAddress();
      byte[] its = other.getAddress();
      if (mine.length != its.length) {
        return false;
      }
      for (int bit = 0; bit < prefixBits; bit++) {
        int mask = 0x80 >>> (bit & 7);
        if (((mine[bit >>> 3] ^ its[bit >>> 3]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }

    boolean isIpv6() {
      return address instanceof Inet6Address;
    }
  }
}

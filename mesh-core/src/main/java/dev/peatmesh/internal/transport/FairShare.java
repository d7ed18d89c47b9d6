package dev.peatmesh.internal.transport;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * How many of the places for strangers one source may take: a quarter, so that one silent source
 * cannot keep all others out.
 */
public final class FairShare {
  private static final int SOURCES = 4;
  private static final int NETWORK_BYTES = 8;

  private FairShare() {}

  /** Whether a newcomer's source has its share already, of so many places. */
  public static boolean isUsedUp(
      int places, InetSocketAddress newcomer, Stream<InetSocketAddress> taken) {
    InetAddress source = source(newcomer.getAddress());
    long mine = taken.filter(address -> source(address.getAddress()).equals(source)).count();
    return mine >= Math.max(1, places / SOURCES);
  }

  /** An IPv4 address; of an IPv6 address its network, for each host has 2^64 addresses there. */
  private static InetAddress source(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    byte[] network = address.getAddress();
    Arrays.fill(network, NETWORK_BYTES, network.length, (byte) 0);
    try {
      return InetAddress.getByAddress(network);
    } catch (UnknownHostException e) {
      throw new AssertionError("sixteen bytes are an address", e);
    }
  }
}

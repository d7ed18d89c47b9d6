package dev.peatmesh.internal.link;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * In which order the addresses of a peer are tried: the one that worked last, then IPv6 and IPv4 in
 * turn (RFC 8305 section 4), then those that connected last time and led to nothing. Each once, at
 * most {@code addressesMax} of them. More may be added while the plan is carried out.
 */
final class DialPlan {
  private final int addressesMax;
  private final @Nullable InetSocketAddress proven;
  private final Set<InetSocketAddress> suspects;
  private final Set<InetSocketAddress> seen = new LinkedHashSet<>();
  private final Deque<InetSocketAddress> first = new ArrayDeque<>();
  private final Deque<InetSocketAddress> ipv6 = new ArrayDeque<>();
  private final Deque<InetSocketAddress> ipv4 = new ArrayDeque<>();
  private final Deque<InetSocketAddress> last = new ArrayDeque<>();
  private boolean lastWasIpv6;

  DialPlan(int addressesMax, @Nullable InetSocketAddress proven, Set<InetSocketAddress> suspects) {
    this.addressesMax = addressesMax;
    this.proven = proven;
    this.suspects = suspects;
  }

  void add(InetSocketAddress address) {
    if (seen.size() >= addressesMax || !seen.add(address)) {
      return;
    }
    if (address.equals(proven)) {
      first.add(address);
    } else if (suspects.contains(address)) {
      last.add(address);
    } else {
      (isIpv6(address) ? ipv6 : ipv4).add(address);
    }
  }

  /**
   * Adds an address that became known while the plan is carried out, to be tried next.
   *
   * @return whether it was not known before and has a place
   */
  boolean addFirst(InetSocketAddress address) {
    boolean added = seen.size() < addressesMax && seen.add(address);
    if (added) {
      first.add(address);
    }
    return added;
  }

  /** How many addresses there are in all, tried or not. */
  int size() {
    return seen.size();
  }

  boolean isEmpty() {
    return first.isEmpty() && ipv6.isEmpty() && ipv4.isEmpty() && last.isEmpty();
  }

  /** The next address to try; null when there is none. */
  @Nullable InetSocketAddress poll() {
    InetSocketAddress next = first.poll();
    if (next == null) {
      next = lastWasIpv6 ? either(ipv4, ipv6) : either(ipv6, ipv4);
    }
    if (next == null) {
      next = last.poll();
    }
    if (next != null) {
      lastWasIpv6 = isIpv6(next);
    }
    return next;
  }

  private static @Nullable InetSocketAddress either(
      Deque<InetSocketAddress> preferred, Deque<InetSocketAddress> other) {
    InetSocketAddress next = preferred.poll();
    return next != null ? next : other.poll();
  }

  private static boolean isIpv6(InetSocketAddress address) {
    return address.getAddress() instanceof Inet6Address;
  }
}

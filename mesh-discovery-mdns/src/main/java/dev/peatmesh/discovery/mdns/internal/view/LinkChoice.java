package dev.peatmesh.discovery.mdns.internal.view;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Chooses the links to use. Pure; immutable.
 *
 * @param interfaces names and addresses of interfaces; empty means every one that is up and knows
 *     multicast, but the loopback one only where there is no other
 * @param ipv4 whether to use IPv4
 * @param ipv6 whether to use IPv6
 */
public record LinkChoice(Set<String> interfaces, boolean ipv4, boolean ipv6) {
  /** The most links. A container host has hundreds of interfaces: name the right ones there. */
  public static final int LINKS_MAX = 16;

  public LinkChoice {
    interfaces = Set.copyOf(interfaces);
  }

  /**
   * What was chosen.
   *
   * @param links in the order of their names
   * @param complaint what an operator should know; empty when all is well
   * @param remedy what to do about it
   */
  public record Chosen(Map<LinkKey, LinkSpec> links, String complaint, String remedy) {}

  /** The links among these interfaces; a link in use keeps its address while that is there. */
  public Chosen choose(List<Nic> nics, Map<LinkKey, LinkSpec> inUse) {
    List<Nic> wanted = nics.stream().filter(Nic::isUp).filter(this::isWanted).toList();
    if (interfaces.isEmpty() && wanted.isEmpty()) {
      wanted = nics.stream().filter(Nic::isUp).filter(Nic::isLoopback).toList();
    }
    List<LinkSpec> links = new ArrayList<>();
    for (Nic nic : wanted) {
      link(nic, false, inUse).filter(link -> ipv4).ifPresent(links::add);
      // No route leads from ::1 to ff02::fb.
      link(nic, true, inUse).filter(link -> ipv6 && !nic.isLoopback()).ifPresent(links::add);
    }
    // Those with an IPv4 address are rarely the inner ends of container links.
    Map<LinkKey, LinkSpec> chosen = new TreeMap<>();
    links.stream()
        .sorted(
            Comparator.comparing((LinkSpec link) -> link.key().ipv6())
                .thenComparing(LinkSpec::nicIndex))
        .limit(LINKS_MAX)
        .forEach(link -> chosen.put(link.key(), link));
    return said(nics, chosen, worthwhile(links));
  }

  /**
   * The inner ends of container links have nothing but a link-local address: nobody misses them.
   */
  private static int worthwhile(List<LinkSpec> links) {
    long far = links.stream().filter(link -> !link.address().isLinkLocalAddress()).count();
    return far == 0 ? links.size() : (int) far;
  }

  private boolean isWanted(Nic nic) {
    if (interfaces.isEmpty()) {
      return nic.isMulticast() && !nic.isLoopback();
    }
    return interfaces.contains(nic.name())
        || nic.addresses().stream().anyMatch(own -> interfaces.contains(text(own.address())));
  }

  private static Optional<LinkSpec> link(Nic nic, boolean ipv6, Map<LinkKey, LinkSpec> inUse) {
    LinkKey key = new LinkKey(nic.name(), ipv6);
    List<Nic.Address> addresses =
        nic.addresses().stream()
            .filter(own -> own.isIpv6() == ipv6)
            .sorted(Comparator.comparing(own -> text(own.address())))
            .toList();
    LinkSpec before = inUse.get(key);
    Optional<InetAddress> kept =
        addresses.stream()
            .map(Nic.Address::address)
            .filter(own -> before != null && own.equals(before.address()))
            .findFirst();
    // What is good beyond this link is also good on it; the other way round it needs a zone.
    Optional<InetAddress> best =
        addresses.stream()
            .map(Nic.Address::address)
            .min(Comparator.comparing(InetAddress::isLinkLocalAddress));
    return kept.or(() -> best)
        .map(own -> new LinkSpec(key, nic.index(), nic.isLoopback(), own, addresses));
  }

  private Chosen said(List<Nic> nics, Map<LinkKey, LinkSpec> links, int found) {
    if (found > LINKS_MAX) {
      return new Chosen(
          links,
          "%d links could be used; the first %d are: %s"
              .formatted(found, LINKS_MAX, links.keySet()),
          "Name those to use: interfaces = eth0,...");
    }
    Set<String> missing = new TreeSet<>(interfaces);
    nics.stream()
        .filter(nic -> links.keySet().stream().anyMatch(key -> key.nic().equals(nic.name())))
        .forEach(
            nic -> {
              missing.remove(nic.name());
              nic.addresses().forEach(own -> missing.remove(text(own.address())));
            });
    if (!missing.isEmpty()) {
      return new Chosen(
          links,
          "interfaces(%s): not there, down, or without an address of %s. There are: %s"
              .formatted(String.join(",", missing), families(), described(nics)),
          "Plug it in and give it an address, or correct the setting interfaces.");
    }
    if (links.isEmpty()) {
      return new Chosen(
          links,
          "no network interface can be used: none is up, knows multicast and has an address of %s."
                  .formatted(families())
              + " There are: "
              + described(nics),
          Remedies.NO_MULTICAST);
    }
    if (interfaces.isEmpty() && links.values().stream().allMatch(LinkSpec::isLoopback)) {
      return new Chosen(
          links,
          "only the loopback interface can be used: nodes on other hosts are not seen. There are: "
              + described(nics),
          Remedies.NO_MULTICAST);
    }
    return new Chosen(links, "", "");
  }

  private String families() {
    return ipv4 && ipv6 ? "IPv4 or IPv6" : ipv4 ? "IPv4" : "IPv6";
  }

  private static String described(List<Nic> nics) {
    String all =
        nics.stream()
            .limit(LINKS_MAX)
            .map(nic -> nic.name() + " (" + state(nic) + ")")
            .collect(Collectors.joining(", "));
    return all.isEmpty() ? "none" : all;
  }

  private static String state(Nic nic) {
    if (!nic.isUp()) {
      return "down";
    }
    if (nic.addresses().isEmpty()) {
      return "no address";
    }
    return nic.isLoopback() ? "loopback" : nic.isMulticast() ? "up" : "no multicast";
  }

  /** The address as users write it: without the zone. */
  private static String text(InetAddress address) {
    String text = address.getHostAddress();
    int zone = address instanceof Inet6Address ? text.indexOf('%') : -1;
    return zone < 0 ? text : text.substring(0, zone);
  }
}

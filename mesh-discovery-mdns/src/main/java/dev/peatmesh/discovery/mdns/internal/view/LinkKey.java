package dev.peatmesh.discovery.mdns.internal.view;

/** A link: one network interface in one address family. Multicast does not cross either. */
public record LinkKey(String nic, boolean ipv6) implements Comparable<LinkKey> {
  @Override
  public int compareTo(LinkKey other) {
    int byNic = nic.compareTo(other.nic);
    return byNic != 0 ? byNic : Boolean.compare(ipv6, other.ipv6);
  }

  @Override
  public String toString() {
    return nic + (ipv6 ? "/ipv6" : "/ipv4");
  }
}

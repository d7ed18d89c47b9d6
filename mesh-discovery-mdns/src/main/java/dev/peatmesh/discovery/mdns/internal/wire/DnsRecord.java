package dev.peatmesh.discovery.mdns.internal.wire;

import java.net.InetAddress;
import java.util.List;

/** A resource record of the kinds that DNS-SD needs. Other kinds are skipped when read. */
public sealed interface DnsRecord {
  /** What the record is about. */
  DnsName name();

  /** For how long it holds, in seconds; 0 says goodbye (RFC 6762, section 10.1). */
  long ttlSeconds();

  /** From a service type to one of its instances. */
  record Pointer(DnsName name, long ttlSeconds, DnsName target) implements DnsRecord {}

  /** The host and port of an instance. */
  record Service(DnsName name, long ttlSeconds, DnsName host, int port) implements DnsRecord {}

  /** What else an instance says: texts of the form key=value; bytes that are no UTF-8 left out. */
  record Text(DnsName name, long ttlSeconds, List<String> strings) implements DnsRecord {
    public Text {
      strings = List.copyOf(strings);
    }
  }

  /**
   * An address of a host.
   *
   * @param flush whether the sender says that it names all of them (RFC 6762, section 10.2)
   */
  record Address(DnsName name, long ttlSeconds, InetAddress address, boolean flush)
      implements DnsRecord {}
}

package dev.peatmesh.discovery.mdns.internal.view;

import dev.peatmesh.discovery.mdns.internal.wire.DnsMessage;
import dev.peatmesh.discovery.mdns.internal.wire.DnsName;
import dev.peatmesh.discovery.mdns.internal.wire.DnsRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Addresses that were told shortly before the instances that they belong to: a responder may tell
 * of its host and of its services in different packets. At most {@value #HOSTS_MAX} hosts; the one
 * that was told first is forgotten first.
 */
final class HostAddresses {
  static final int HOSTS_MAX = 128;

  /** What is older was told for other reasons; who needs it asks. */
  private static final long FRESH_NANOS = 2_000_000_000L;

  private static final int RECORDS_MAX = 32;

  private final Map<Key, Told> hosts = new LinkedHashMap<>();

  /** Takes note of every address in the message. */
  void heard(LinkKey link, DnsMessage message, long nowNanos) {
    Map<Key, List<DnsRecord.Address>> told = new LinkedHashMap<>();
    for (DnsRecord record : message.records()) {
      if (record instanceof DnsRecord.Address address) {
        List<DnsRecord.Address> ofHost =
            told.computeIfAbsent(new Key(link, address.name()), key -> new ArrayList<>());
        if (ofHost.size() < RECORDS_MAX) {
          ofHost.add(address);
        }
      }
    }
    told.forEach(
        (key, records) -> {
          hosts.remove(key);
          hosts.put(key, new Told(List.copyOf(records), nowNanos));
        });
    while (hosts.size() > HOSTS_MAX) {
      hosts.remove(hosts.keySet().iterator().next());
    }
  }

  /** What was told of the host just now. */
  List<DnsRecord.Address> of(LinkKey link, DnsName host, long nowNanos) {
    Told told = hosts.get(new Key(link, host));
    return told == null || nowNanos - told.atNanos() > FRESH_NANOS ? List.of() : told.records();
  }

  private record Key(LinkKey link, DnsName host) {}

  private record Told(List<DnsRecord.Address> records, long atNanos) {}
}

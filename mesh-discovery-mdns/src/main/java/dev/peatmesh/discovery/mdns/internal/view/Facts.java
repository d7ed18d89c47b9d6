package dev.peatmesh.discovery.mdns.internal.view;

import dev.peatmesh.discovery.mdns.internal.wire.DnsMessage;
import dev.peatmesh.discovery.mdns.internal.wire.DnsName;
import dev.peatmesh.discovery.mdns.internal.wire.DnsRecord;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one message says of one instance. */
final class Facts {
  /** A message tells of at most so many instances; the rest of it is not read. */
  static final int INSTANCES_MAX = 256;

  private DnsRecord.@Nullable Service service;
  private @Nullable PeerText text;
  private boolean hasText;
  private boolean leaves;
  private boolean stays;

  private Facts() {}

  /** What the message says of each instance of the service. */
  static Map<DnsName, Facts> of(DnsMessage message) {
    Map<DnsName, Facts> all = new LinkedHashMap<>();
    for (DnsRecord record : message.records()) {
      DnsName instance = record instanceof DnsRecord.Pointer to ? to.target() : record.name();
      if (!instance.isChildOf(Announcement.SERVICE)
          || (!all.containsKey(instance) && all.size() == INSTANCES_MAX)) {
        continue;
      }
      all.computeIfAbsent(instance, i -> new Facts()).take(record);
    }
    return all;
  }

  /** Its text record; null when the message has none, or one that describes no node. */
  @Nullable PeerText text() {
    return text;
  }

  /** Whether the message has its text record, of whatever content. */
  boolean hasText() {
    return hasText;
  }

  DnsRecord.@Nullable Service service() {
    return service;
  }

  boolean isGoodbye() {
    return leaves && !stays;
  }

  private void take(DnsRecord record) {
    if (record.ttlSeconds() == 0) {
      leaves = true;
      return;
    }
    stays = true;
    if (record instanceof DnsRecord.Service found) {
      service = found;
    } else if (record instanceof DnsRecord.Text found) {
      hasText = true;
      text = PeerText.read(found.strings()).orElse(null);
    }
  }
}

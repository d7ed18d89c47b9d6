package dev.peatmesh.discovery.mdns.internal.net;

import dev.peatmesh.discovery.mdns.internal.view.Announcement;
import dev.peatmesh.discovery.mdns.internal.view.LinkSpec;
import dev.peatmesh.discovery.mdns.internal.wire.DnsMessage;
import dev.peatmesh.discovery.mdns.internal.wire.DnsName;
import dev.peatmesh.discovery.mdns.internal.wire.DnsRecord;
import dev.peatmesh.discovery.mdns.internal.wire.MalformedMessageException;
import dev.peatmesh.discovery.mdns.internal.wire.MessageReader;
import java.net.DatagramPacket;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Stands before the responder: reads every packet of a link, hands on what concerns the view, and
 * lets through what the responder must answer. The responder alone would keep whatever anyone
 * announces, for as long as he says, and would die of the first packet it does not understand.
 *
 * <p>Belongs to the thread that receives.
 */
final class Guard {
  /** The most messages a second that the responder gets to see, on average and at once. */
  static final int PER_SECOND_MAX = 50;

  static final int AT_ONCE_MAX = 200;

  private static final int MDNS_PORT = 5353;
  private static final long SECOND_NANOS = 1_000_000_000L;

  private static final DnsName ALL_SERVICES = DnsName.of("_services", "_dns-sd", "_udp", "local");

  private final LinkSpec link;
  private final String host;
  private final String instance;
  private final String formation;
  private final Consumer<DnsMessage> view;
  private final LongSupplier nanoTime;

  private double tokens = AT_ONCE_MAX;
  private long filledNanos;

  Guard(LinkSpec link, Announcement own, Consumer<DnsMessage> view, LongSupplier nanoTime) {
    this.link = link;
    this.host = own.hostLabel();
    this.instance = DnsName.of(own.instanceLabel()).first();
    this.formation = "formation_id=" + own.formationId();
    this.view = view;
    this.nanoTime = nanoTime;
    this.filledNanos = nanoTime.getAsLong();
  }

  /** Takes note of a packet; answers whether the responder may see it. */
  boolean admits(DatagramPacket packet) {
    if (!link.hasNeighbour(packet.getAddress())) {
      return false;
    }
    DnsMessage message;
    try {
      message = MessageReader.read(packet.getData(), packet.getLength());
    } catch (MalformedMessageException e) {
      return false;
    }
    // A question from another port is answered to its sender alone (RFC 6762, section 6.7): who
    // does not hear the answers must not take it for a call that nobody answered.
    if (concernsTheView(message) && (message.isResponse() || packet.getPort() == MDNS_PORT)) {
      view.accept(message);
    }
    return concernsTheResponder(message) && hasToken();
  }

  private boolean concernsTheView(DnsMessage message) {
    if (!message.isResponse()) {
      return message.records().isEmpty()
          && message.questions().stream().anyMatch(q -> q.name().equals(Announcement.SERVICE));
    }
    return message.records().stream().anyMatch(Guard::mayTellOfNodes) && !isForeign(message);
  }

  /** Thousands of nodes of other formations may be here: none of them costs more than this. */
  private boolean isForeign(DnsMessage message) {
    List<DnsRecord.Text> texts =
        message.records().stream()
            .filter(record -> record instanceof DnsRecord.Text && isOfTheService(record))
            .map(DnsRecord.Text.class::cast)
            .toList();
    return !texts.isEmpty()
        && texts.stream()
            .noneMatch(text -> text.ttlSeconds() == 0 || text.strings().contains(formation));
  }

  private static boolean mayTellOfNodes(DnsRecord record) {
    return isOfTheService(record)
        || (record instanceof DnsRecord.Address
            && record.name().first().startsWith(Announcement.HOST_PREFIX));
  }

  private static boolean isOfTheService(DnsRecord record) {
    return record.name().isChildOf(Announcement.SERVICE)
        || record.name().equals(Announcement.SERVICE);
  }

  private boolean concernsTheResponder(DnsMessage message) {
    if (message.isResponse()) {
      return message.records().stream().anyMatch(record -> isMine(record.name()));
    }
    return message.questions().stream()
        .map(DnsMessage.Question::name)
        .anyMatch(
            name -> name.equals(Announcement.SERVICE) || name.equals(ALL_SERVICES) || isMine(name));
  }

  /** Whether this node goes by the name, or would after a conflict: then a number is added. */
  private boolean isMine(DnsName name) {
    return name.first().startsWith(host)
        || (name.isChildOf(Announcement.SERVICE) && name.first().startsWith(instance));
  }

  private boolean hasToken() {
    long now = nanoTime.getAsLong();
    double earned = (double) (now - filledNanos) / SECOND_NANOS * PER_SECOND_MAX;
    filledNanos = now;
    tokens = Math.min(AT_ONCE_MAX, tokens + earned);
    if (tokens < 1) {
      return false;
    }
    tokens -= 1;
    return true;
  }
}

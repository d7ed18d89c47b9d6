package dev.peatmesh.discovery.mdns.internal.view;

import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.discovery.mdns.internal.wire.DnsName;
import dev.peatmesh.discovery.mdns.internal.wire.DnsRecord;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One instance as one link shows it. Belongs to {@link Sightings}. */
final class Sighting {
  /** The most addresses of one family; a host with more is known by the first. */
  static final int ADDRESSES_MAX = PeerInfo.ADDRESSES_MAX / 2;

  /** Records that came within this time belong together (RFC 6762, section 10.2). */
  private static final long SAME_SET_NANOS = 1_000_000_000L;

  private final LinkSpec link;
  private final DnsName instance;
  private final Addresses ipv4 = new Addresses();
  private final Addresses ipv6 = new Addresses();

  private @Nullable PeerText text;
  private @Nullable DnsName host;
  private int port;
  private Instant lastSeen;

  /** How many calls it has not answered since it was last heard. */
  private int unanswered;

  /** How many calls in a row it has answered. */
  private int answered;

  private int asked;
  private boolean saysGoodbye;
  private long goodbyeNanos;

  Sighting(LinkSpec link, DnsName instance, Instant now) {
    this.link = link;
    this.instance = instance;
    this.lastSeen = now;
  }

  LinkSpec link() {
    return link;
  }

  DnsName instance() {
    return instance;
  }

  @Nullable PeerText text() {
    return text;
  }

  Instant lastSeen() {
    return lastSeen;
  }

  boolean isComplete() {
    return text != null && port > 0 && !(ipv4.all.isEmpty() && ipv6.all.isEmpty());
  }

  /** Whose run it is; where that is not said, on which host. */
  String runOrHost() {
    if (text != null && text.run() != null) {
      return text.run();
    }
    return host == null ? "" : host.toString();
  }

  void heard(Facts facts, HostAddresses told, Instant now, long nowNanos) {
    lastSeen = now;
    unanswered = 0;
    saysGoodbye = false;
    PeerText said = facts.text();
    if (said != null) {
      text = said;
    }
    DnsRecord.Service service = facts.service();
    if (service != null) {
      if (!service.host().equals(host)) {
        ipv4.all.clear();
        ipv6.all.clear();
      }
      host = service.host();
      port = service.port();
      List<DnsRecord.Address> addresses = told.of(link.key(), service.host(), nowNanos);
      ipv4.take(addresses.stream().filter(a -> !isIpv6(a.address())).toList(), nowNanos);
      ipv6.take(addresses.stream().filter(a -> isIpv6(a.address())).toList(), nowNanos);
    }
  }

  /** It may have been a mistake that others correct: gone a second later (section 10.1). */
  void goodbye(long nowNanos) {
    if (!saysGoodbye) {
      saysGoodbye = true;
      goodbyeNanos = nowNanos;
    }
  }

  /** Everyone was asked who is there. */
  void called() {
    answered = unanswered == 0 ? answered + 1 : 0;
    unanswered++;
  }

  /** The link was away: what nobody could hear is no silence. */
  void forgive() {
    unanswered = 0;
    answered = 0;
    asked = 0;
  }

  boolean answersReliably() {
    return answered >= 2;
  }

  boolean hasLeft(long nowNanos) {
    return saysGoodbye && nowNanos - goodbyeNanos >= SAME_SET_NANOS;
  }

  int unanswered() {
    return unanswered;
  }

  /** Whether to ask for what is missing once more. */
  boolean isWorthAsking(int asksMax) {
    return !isComplete() && asked++ < asksMax;
  }

  /** Where to dial; those that every program understands come first. */
  List<PeerAddress> addresses() {
    List<PeerAddress> dialled = new ArrayList<>();
    ipv4.all.forEach(address -> add(dialled, address));
    ipv6.all.stream().filter(a -> !a.isLinkLocalAddress()).forEach(a -> add(dialled, a));
    ipv6.all.stream().filter(InetAddress::isLinkLocalAddress).forEach(a -> add(dialled, a));
    return dialled;
  }

  private static boolean isIpv6(InetAddress address) {
    return address instanceof Inet6Address;
  }

  private void add(List<PeerAddress> dialled, InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isMulticastAddress()
        || (address.isLoopbackAddress() && !link.isLoopback())) {
      return; // Nobody answers there, or only this host.
    }
    String text = address.getHostAddress();
    if (isIpv6(address) && address.isLinkLocalAddress()) {
      text = text + "%" + link.zone();
    }
    dialled.add(new PeerAddress(text, port));
  }

  /** The addresses of one family. */
  private static final class Addresses {
    private final Set<InetAddress> all = new LinkedHashSet<>();
    private long sinceNanos;

    /** A flush replaces what is older than a second: a host may tell its set in several packets. */
    void take(List<DnsRecord.Address> told, long nowNanos) {
      boolean flushes = told.stream().anyMatch(DnsRecord.Address::flush);
      if (flushes && nowNanos - sinceNanos > SAME_SET_NANOS) {
        all.clear();
      }
      if (all.isEmpty()) {
        sinceNanos = nowNanos;
      }
      for (DnsRecord.Address one : told) {
        if (one.ttlSeconds() == 0) {
          all.remove(one.address());
        } else if (all.size() < ADDRESSES_MAX) {
          all.add(one.address());
        }
      }
    }
  }
}

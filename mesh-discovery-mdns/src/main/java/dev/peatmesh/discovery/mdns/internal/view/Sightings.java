package dev.peatmesh.discovery.mdns.internal.view;

import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.discovery.mdns.internal.wire.DnsMessage;
import dev.peatmesh.discovery.mdns.internal.wire.DnsName;
import dev.peatmesh.discovery.mdns.internal.wire.RecordType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the links show, and the peers that makes. Belongs to the thread of {@link View}.
 *
 * <p>Nobody is believed to be there because his records have not expired: they would for an hour
 * after a crash. Everyone is asked again and again, and who misses {@link #MISSES_MAX} calls in a
 * row is gone. Calls are counted, not seconds: a host that slept has missed nothing.
 */
final class Sightings {
  /** The most peers; more are refused and it is said. */
  static final int PEERS_MAX = 1024;

  /** The most instances on all links, complete or not. */
  static final int SIGHTINGS_MAX = 4096;

  /** The most instances that one node id can have. */
  static final int SIGHTINGS_OF_ONE_MAX = 16;

  /** The most instances of which something is missing. */
  static final int INCOMPLETE_MAX = 256;

  /** So many calls in a row go unanswered before someone is gone. */
  static final int MISSES_MAX = 3;

  /** For so long answers to the last call are awaited: they are spread over 500 ms (section 6). */
  private static final long ANSWER_NANOS = 1_500_000_000L;

  /** For so long an interface may be away while others are there. */
  private static final long AWAY_NANOS = 3_600_000_000_000L;

  private static final int ASKS_MAX = 3;
  private static final int QUESTIONS_MAX = 16;

  private final Announcement own;
  private final Predicate<String> isSelf;
  private final HostAddresses hostAddresses = new HostAddresses();
  private final Map<Key, Sighting> all = new LinkedHashMap<>();
  private final Map<String, Set<Sighting>> byNode = new HashMap<>();
  private final Map<String, PeerInfo> peers = new LinkedHashMap<>();
  private final Map<LinkKey, Long> calledNanos = new HashMap<>();
  private final Map<LinkKey, Long> awayNanos = new HashMap<>();
  private int incomplete;
  private boolean isFull;

  Sightings(Announcement own, Predicate<String> isSelf) {
    this.own = own;
    this.isSelf = isSelf;
  }

  /** The peers as they were last seen. */
  List<PeerInfo> peers() {
    return List.copyOf(peers.values());
  }

  boolean isFull() {
    return isFull;
  }

  List<DiscoveryEvent> heard(LinkSpec link, DnsMessage message, long nowNanos, Instant now) {
    Set<String> touched = new LinkedHashSet<>();
    hostAddresses.heard(link.key(), message, nowNanos);
    Facts.of(message)
        .forEach((instance, facts) -> heard(link, instance, facts, nowNanos, now, touched));
    return changes(touched);
  }

  /** Everyone on the link was asked. */
  void called(LinkKey link, long nowNanos) {
    calledNanos.put(link, nowNanos);
    on(link).forEach(Sighting::called);
  }

  /** The link is there (again). */
  void opened(LinkKey link) {
    on(link).forEach(Sighting::forgive);
  }

  /** Takes away who has left. What is on links that are away stays, for nobody can ask there. */
  List<DiscoveryEvent> tick(Set<LinkKey> open, long nowNanos) {
    awayNanos.keySet().removeAll(open);
    Set<String> touched = new LinkedHashSet<>();
    Iterator<Sighting> each = all.values().iterator();
    while (each.hasNext()) {
      Sighting one = each.next();
      if (one.hasLeft(nowNanos)
          || (open.contains(one.link().key())
              ? isSilent(one, nowNanos)
              : isAwayForGood(one.link().key(), !open.isEmpty(), nowNanos))) {
        each.remove();
        unindex(one, touched);
      }
    }
    isFull = isFull && peers.size() >= PEERS_MAX;
    return changes(touched);
  }

  /** What to ask on the link, so that instances become complete. */
  List<DnsMessage.Question> missing(LinkKey link) {
    if (incomplete == 0) {
      return List.of();
    }
    List<DnsMessage.Question> questions = new ArrayList<>();
    for (Sighting one : on(link)) {
      if (questions.size() >= QUESTIONS_MAX) {
        break;
      }
      if (one.isWorthAsking(ASKS_MAX)) {
        questions.add(new DnsMessage.Question(one.instance(), RecordType.SRV));
        questions.add(new DnsMessage.Question(one.instance(), RecordType.TXT));
      }
    }
    return questions;
  }

  /** Node ids under which two runs answer at the same time, with where they are. */
  Map<String, String> doubles() {
    Map<String, String> doubles = new LinkedHashMap<>();
    byNode.forEach(
        (nodeId, ofNode) -> {
          Map<String, Sighting> runs = new LinkedHashMap<>();
          for (Sighting one : ofNode) {
            if (one.answersReliably() && one.isComplete()) {
              runs.putIfAbsent(one.runOrHost(), one);
            }
          }
          if (runs.size() > (isSelf.test(nodeId) ? 0 : 1)) {
            doubles.put(nodeId, places(runs.values()));
          }
        });
    return doubles;
  }

  private void heard(
      LinkSpec link,
      DnsName instance,
      Facts facts,
      long nowNanos,
      Instant now,
      Set<String> touched) {
    Key key = new Key(link.key(), instance);
    Sighting known = all.get(key);
    if (facts.isGoodbye()) {
      if (known != null) {
        known.goodbye(nowNanos);
      }
      return;
    }
    if (facts.hasText() && !isOfInterest(facts.text())) {
      // Another formation, ourselves, or no node at all.
      if (known != null) {
        all.remove(key);
        unindex(known, touched);
      }
      return;
    }
    if (known == null && !isRoomFor(facts)) {
      return;
    }
    if (known == null && facts.text() == null && instance.equals(own.instance())) {
      return; // A part of what we said ourselves.
    }
    Sighting one = known == null ? new Sighting(link, instance, now) : known;
    if (known != null) {
      unindex(known, touched);
    }
    one.heard(facts, hostAddresses, now, nowNanos);
    all.put(key, one);
    index(one, touched);
  }

  private boolean isOfInterest(@Nullable PeerText text) {
    return text != null
        && text.formationId().equals(own.formationId())
        && !own.run().equals(text.run());
  }

  private boolean isRoomFor(Facts facts) {
    PeerText text = facts.text();
    if (text == null) {
      return incomplete < INCOMPLETE_MAX && all.size() < SIGHTINGS_MAX;
    }
    Set<Sighting> ofNode = byNode.getOrDefault(text.nodeId(), Set.of());
    if (ofNode.isEmpty() && byNode.size() >= PEERS_MAX) {
      isFull = true;
      return false;
    }
    return ofNode.size() < SIGHTINGS_OF_ONE_MAX && all.size() < SIGHTINGS_MAX;
  }

  private void index(Sighting one, Set<String> touched) {
    PeerText text = one.text();
    if (text != null) {
      byNode.computeIfAbsent(text.nodeId(), id -> new LinkedHashSet<>()).add(one);
      touched.add(text.nodeId());
    }
    incomplete += one.isComplete() ? 0 : 1;
  }

  private void unindex(Sighting one, Set<String> touched) {
    PeerText text = one.text();
    if (text != null) {
      Set<Sighting> ofNode = Objects.requireNonNull(byNode.get(text.nodeId()));
      ofNode.remove(one);
      if (ofNode.isEmpty()) {
        byNode.remove(text.nodeId());
      }
      touched.add(text.nodeId());
    }
    incomplete -= one.isComplete() ? 0 : 1;
  }

  private boolean isSilent(Sighting one, long nowNanos) {
    Long called = calledNanos.get(one.link().key());
    return one.unanswered() >= MISSES_MAX && called != null && nowNanos - called >= ANSWER_NANOS;
  }

  private boolean isAwayForGood(LinkKey link, boolean othersAreThere, long nowNanos) {
    long since = awayNanos.computeIfAbsent(link, l -> nowNanos);
    return othersAreThere && nowNanos - since >= AWAY_NANOS;
  }

  private List<Sighting> on(LinkKey link) {
    return all.values().stream().filter(one -> one.link().key().equals(link)).toList();
  }

  private List<DiscoveryEvent> changes(Set<String> touched) {
    List<DiscoveryEvent> events = new ArrayList<>();
    for (String nodeId : touched) {
      Optional<PeerInfo> now = isSelf.test(nodeId) ? Optional.empty() : union(nodeId);
      PeerInfo before = peers.get(nodeId);
      if (now.isEmpty()) {
        if (peers.remove(nodeId) != null) {
          events.add(new DiscoveryEvent.PeerLost(nodeId));
        }
        continue;
      }
      PeerInfo peer = now.get();
      peers.put(nodeId, peer);
      if (before == null) {
        events.add(new DiscoveryEvent.PeerFound(peer));
      } else if (!PeerUnion.isSame(before, peer)) {
        events.add(new DiscoveryEvent.PeerUpdated(peer));
      }
    }
    return events;
  }

  private Optional<PeerInfo> union(String nodeId) {
    return PeerUnion.of(nodeId, byNode.getOrDefault(nodeId, Set.of()));
  }

  private static String places(Collection<Sighting> runs) {
    List<String> places = new ArrayList<>();
    for (Sighting one : runs) {
      places.add(one.addresses() + " on " + one.link().key());
    }
    return String.join(" and ", places);
  }

  private record Key(LinkKey link, DnsName instance) {}
}

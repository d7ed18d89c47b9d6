package dev.peatmesh.discovery;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What several sources say of peers, united: one entry for each identity, lost when nobody has
 * shown it for the grace.
 *
 * <p>Takes what sources say in any order, also what breaks the order of events, and tells a life in
 * good order for each entry: found, updates, lost. At most {@code peersMax} entries.
 *
 * <p>State machine: no I/O, no lock, no clock, no logging. Whoever owns it sees to it that calls do
 * not overlap.
 */
final class PeerUnion {
  /** What happened. */
  sealed interface Input {
    /** A source spoke of a peer whose identity is that. */
    record Heard(int source, String identity, DiscoveryEvent event) implements Input {}

    /** All that a source said is void. */
    record Withdrawn(int source) implements Input {}

    /** Time has passed. */
    record Tick() implements Input {}
  }

  /** What follows. */
  sealed interface Effect {
    /** The union tells this. */
    record Publish(DiscoveryEvent event) implements Effect {}

    /** A source did what it should not, or asked for more than there is place. */
    record Complain(Fault fault, int source, String nodeId) implements Effect {}
  }

  /** What can be wrong with what a source says; it is taken for the best all the same. */
  enum Fault {
    FOUND_AGAIN("found a peer again that it had not lost"),
    UPDATED_UNKNOWN("updated a peer that it had not found"),
    UPDATED_NOTHING("published an update that changes nothing"),
    LOST_UNKNOWN("lost a peer that it had not found"),
    NO_PLACE("found a peer for which there is no place"),
    ADDRESSES_DROPPED("found more addresses of a peer than are tried");

    private final String text;

    Fault(String text) {
      this.text = text;
    }

    /** What the source did; completes a sentence. */
    String text() {
      return text;
    }
  }

  private final List<String> sources;
  private final long graceNanos;
  private final int peersMax;
  private final Map<String, UnitedPeer> peers = new LinkedHashMap<>();

  /** Since when nobody shows these; the longest first. */
  private final Map<String, Long> orphans = new LinkedHashMap<>();

  /** How many peers of each source have no place, as far as its events tell. */
  private final int[] dropped;

  PeerUnion(List<String> sources, HybridSettings settings) {
    this.sources = List.copyOf(sources);
    this.graceNanos = settings.grace().toNanos();
    this.peersMax = settings.peersMax();
    this.dropped = new int[sources.size()];
  }

  /** Goes one step. */
  List<Effect> handle(Input input, long nowNanos) {
    List<Effect> effects = new ArrayList<>();
    expire(nowNanos, effects);
    if (input instanceof Input.Heard heard) {
      heard(heard, nowNanos, effects);
    } else if (input instanceof Input.Withdrawn withdrawn) {
      withdrawn(withdrawn.source(), nowNanos, effects);
    } else if (!(input instanceof Input.Tick)) {
      throw new AssertionError("unhandled input: " + input);
    }
    expire(nowNanos, effects);
    return effects;
  }

  /** How long until the next entry is lost; empty when none is about to be. */
  OptionalLong waitNanos(long nowNanos) {
    if (orphans.isEmpty()) {
      return OptionalLong.empty();
    }
    long since = orphans.values().iterator().next();
    return OptionalLong.of(Math.max(0, graceNanos - (nowNanos - since)));
  }

  /** Every entry, the first found first. A copy. */
  List<PeerInfo> peers() {
    return peers.values().stream().map(UnitedPeer::united).toList();
  }

  /** What each source says of a peer now; empty when it is not known or in its grace. */
  Map<String, List<PeerInfo>> said(String identity) {
    UnitedPeer peer = peers.get(identity);
    return peer == null ? Map.of() : peer.said();
  }

  /** How many peers of a source have no place here. */
  int dropped(int source) {
    return dropped[source];
  }

  private void heard(Input.Heard heard, long nowNanos, List<Effect> effects) {
    DiscoveryEvent event = heard.event();
    if (event instanceof DiscoveryEvent.PeerFound found) {
      shown(heard, found.peer(), effects);
    } else if (event instanceof DiscoveryEvent.PeerUpdated updated) {
      shown(heard, updated.peer(), effects);
    } else if (event instanceof DiscoveryEvent.PeerLost) {
      lost(heard, nowNanos, effects);
    } else {
      throw new AssertionError("unhandled event: " + event);
    }
  }

  /** A source shows a peer, whether it calls that found or updated. */
  private void shown(Input.Heard heard, PeerInfo peer, List<Effect> effects) {
    int source = heard.source();
    UnitedPeer known = peers.get(heard.identity());
    boolean update = heard.event() instanceof DiscoveryEvent.PeerUpdated;
    boolean said = known != null && known.isSaid(source, peer.nodeId());
    if (said && !update) {
      effects.add(new Effect.Complain(Fault.FOUND_AGAIN, source, peer.nodeId()));
    } else if (!said && update && !wasDropped(source)) {
      effects.add(new Effect.Complain(Fault.UPDATED_UNKNOWN, source, peer.nodeId()));
    }
    if (known == null) {
      enter(heard, peer, effects);
    } else if (!said && !known.hasPlace(source)) {
      drop(source, peer.nodeId(), effects);
    } else {
      if (!known.say(source, peer) && update) {
        effects.add(new Effect.Complain(Fault.UPDATED_NOTHING, source, peer.nodeId()));
      }
      orphans.remove(heard.identity());
      conclude(known, source, effects);
    }
  }

  private void enter(Input.Heard heard, PeerInfo peer, List<Effect> effects) {
    if (peers.size() >= peersMax && !makeRoom(effects)) {
      drop(heard.source(), peer.nodeId(), effects);
      return;
    }
    UnitedPeer entered = new UnitedPeer(sources, heard.source(), peer);
    peers.put(heard.identity(), entered);
    effects.add(new Effect.Publish(new DiscoveryEvent.PeerFound(entered.united())));
  }

  private void lost(Input.Heard heard, long nowNanos, List<Effect> effects) {
    int source = heard.source();
    String nodeId = heard.event().nodeId();
    UnitedPeer known = peers.get(heard.identity());
    if (known == null || !known.isSaid(source, nodeId)) {
      if (!wasDropped(source)) {
        effects.add(new Effect.Complain(Fault.LOST_UNKNOWN, source, nodeId));
      }
      return;
    }
    known.retract(source, nodeId);
    retracted(heard.identity(), known, source, nowNanos, effects);
  }

  private void withdrawn(int source, long nowNanos, List<Effect> effects) {
    dropped[source] = 0;
    peers.forEach(
        (identity, peer) -> {
          if (peer.retractAll(source)) {
            retracted(identity, peer, source, nowNanos, effects);
          }
        });
  }

  private void retracted(
      String identity, UnitedPeer peer, int source, long nowNanos, List<Effect> effects) {
    if (peer.isOrphan()) {
      orphans.put(identity, nowNanos);
    }
    if (graceNanos > 0 || !peer.isOrphan()) {
      conclude(peer, source, effects);
    }
  }

  private static void conclude(UnitedPeer peer, int source, List<Effect> effects) {
    int droppedBefore = peer.addressesDropped();
    if (peer.changed()) {
      effects.add(new Effect.Publish(new DiscoveryEvent.PeerUpdated(peer.united())));
    }
    if (peer.addressesDropped() > droppedBefore) {
      effects.add(new Effect.Complain(Fault.ADDRESSES_DROPPED, source, peer.nodeId()));
    }
  }

  private void drop(int source, String nodeId, List<Effect> effects) {
    dropped[source]++;
    effects.add(new Effect.Complain(Fault.NO_PLACE, source, nodeId));
  }

  /** Whether the event may be about one that was dropped; if so that one counts no longer. */
  private boolean wasDropped(int source) {
    if (dropped[source] == 0) {
      return false;
    }
    dropped[source]--;
    return true;
  }

  /** The one that nobody has shown for longest gives way, if there is one. */
  private boolean makeRoom(List<Effect> effects) {
    Iterator<String> longestFirst = orphans.keySet().iterator();
    if (!longestFirst.hasNext()) {
      return false;
    }
    String longest = longestFirst.next();
    longestFirst.remove();
    remove(longest, effects);
    return true;
  }

  private void expire(long nowNanos, List<Effect> effects) {
    Iterator<Map.Entry<String, Long>> longestFirst = orphans.entrySet().iterator();
    while (longestFirst.hasNext()) {
      Map.Entry<String, Long> next = longestFirst.next();
      // Subtract, never compare: the origin of the clock is arbitrary.
      if (nowNanos - next.getValue() < graceNanos) {
        return;
      }
      longestFirst.remove();
      remove(next.getKey(), effects);
    }
  }

  private void remove(String identity, List<Effect> effects) {
    @Nullable UnitedPeer gone = peers.remove(identity);
    if (gone == null) {
      throw new AssertionError("no such entry: " + identity);
    }
    effects.add(new Effect.Publish(new DiscoveryEvent.PeerLost(gone.nodeId())));
  }
}

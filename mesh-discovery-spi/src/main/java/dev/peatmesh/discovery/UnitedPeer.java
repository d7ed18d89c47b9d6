package dev.peatmesh.discovery;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One peer of a {@link PeerUnion}: what each source says of it, and the one thing that follows.
 * What follows depends on what is said now and on the order of the sources, never on who spoke
 * first.
 */
final class UnitedPeer {
  /** A name and a key are the two ids one source may have for a peer; more is a fault. */
  private static final int IDS_PER_SOURCE_MAX = 4;

  /** Who says it, of which of the ids that mean this peer. */
  private record Claim(int source, String nodeId) implements Comparable<Claim> {
    @Override
    public int compareTo(Claim other) {
      int bySource = Integer.compare(source, other.source);
      return bySource != 0 ? bySource : nodeId.compareTo(other.nodeId);
    }
  }

  private final List<String> sources;
  private final String nodeId;
  private final TreeMap<Claim, PeerInfo> claims = new TreeMap<>();
  private PeerInfo united;
  private int addressesDropped;

  /** A peer of which one source has spoken. */
  UnitedPeer(List<String> sources, int source, PeerInfo first) {
    this.sources = sources;
    this.nodeId = first.nodeId();
    claims.put(new Claim(source, first.nodeId()), first);
    united = unite();
  }

  /** The id under which it was found first, for its whole life. */
  String nodeId() {
    return nodeId;
  }

  /** What all sources say together; when none is left, what the last ones said. */
  PeerInfo united() {
    return united;
  }

  /** How many addresses found no place. */
  int addressesDropped() {
    return addressesDropped;
  }

  /** Whether nobody speaks of it any more. */
  boolean isOrphan() {
    return claims.isEmpty();
  }

  boolean isSaid(int source, String id) {
    return claims.containsKey(new Claim(source, id));
  }

  /** Whether the source may speak of this peer under one more id. */
  boolean hasPlace(int source) {
    return claims.keySet().stream().filter(claim -> claim.source == source).count()
        < IDS_PER_SOURCE_MAX;
  }

  /**
   * Takes what a source says, in place of what it said of that id.
   *
   * @return whether it said something else, or nothing, before
   */
  boolean say(int source, PeerInfo peer) {
    PeerInfo before = claims.put(new Claim(source, peer.nodeId()), peer);
    return before == null || !before.showsSameAs(peer);
  }

  void retract(int source, String id) {
    claims.remove(new Claim(source, id));
  }

  /**
   * Takes back all that a source said.
   *
   * @return whether that was anything
   */
  boolean retractAll(int source) {
    return claims.keySet().removeIf(claim -> claim.source == source);
  }

  /**
   * Draws the conclusion again.
   *
   * @return whether it is another one; when a peer was last seen does not count
   */
  boolean changed() {
    PeerInfo before = united;
    united = unite();
    return !before.showsSameAs(united);
  }

  /** What each source says, in the order of the sources; one entry for each id it uses. */
  Map<String, List<PeerInfo>> said() {
    Map<String, List<PeerInfo>> said = new LinkedHashMap<>();
    claims.forEach(
        (claim, peer) ->
            said.computeIfAbsent(sources.get(claim.source), s -> new ArrayList<>()).add(peer));
    said.replaceAll((source, peers) -> List.copyOf(peers));
    return said;
  }

  private PeerInfo unite() {
    if (claims.isEmpty()) {
      return new PeerInfo(
          nodeId, united.addresses(), united.relayUrl(), united.lastSeen(), united.metadata());
    }
    String relayUrl = null;
    Instant lastSeen = Instant.MIN;
    Map<String, String> metadata = new TreeMap<>();
    Set<String> who = new TreeSet<>();
    for (Map.Entry<Claim, PeerInfo> said : claims.entrySet()) {
      PeerInfo peer = said.getValue();
      relayUrl = relayUrl == null ? peer.relayUrl() : relayUrl;
      lastSeen = peer.lastSeen().isAfter(lastSeen) ? peer.lastSeen() : lastSeen;
      peer.metadata().forEach((key, value) -> addMetadata(metadata, key, value));
      who.add(sources.get(said.getKey().source));
    }
    return new PeerInfo(nodeId, uniteAddresses(), relayUrl, lastSeen, metadata, who);
  }

  /** The first source that names a key has the say on it. */
  private static void addMetadata(Map<String, String> metadata, String key, String value) {
    if (metadata.size() < PeerInfo.METADATA_MAX) {
      metadata.putIfAbsent(key, value);
    }
  }

  /** The best of each source, then the second best of each: a talkative one crowds none out. */
  private List<PeerAddress> uniteAddresses() {
    List<Iterator<PeerAddress>> turns = new ArrayList<>();
    claims.values().forEach(peer -> turns.add(peer.addresses().iterator()));
    Set<PeerAddress> all = new LinkedHashSet<>();
    while (!turns.isEmpty()) {
      turns.removeIf(turn -> !addNext(all, turn));
    }
    addressesDropped = Math.max(0, all.size() - PeerInfo.ADDRESSES_MAX);
    return all.stream().limit(PeerInfo.ADDRESSES_MAX).toList();
  }

  /** Adds the next address that is not there yet; false when there is none. */
  private static boolean addNext(Set<PeerAddress> all, Iterator<PeerAddress> turn) {
    while (turn.hasNext()) {
      if (all.add(turn.next())) {
        return true;
      }
    }
    return false;
  }
}

package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.Loop;
import dev.peatmesh.sync.DeletePolicy;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.SyncMode;
import dev.peatmesh.sync.internal.engine.PeerId;
import dev.peatmesh.sync.internal.engine.SyncEffect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an operator should know of the documents, counted and put into words. Belongs to the
 * document loop; remembers a bounded number of each kind.
 */
final class Troubles {
  private static final Logger LOG = LoggerFactory.getLogger(Troubles.class);

  /** How long a single event is held against the node's health. */
  private static final Duration SHOWN = Duration.ofMinutes(10);

  /** The most documents and collections that are remembered by name. */
  private static final int NAMED_MAX = 1_000;

  private final Loop loop;
  private final long warnBytes;
  private final Map<String, Map<PeerId, String>> modes = new TreeMap<>();
  private final Set<DocumentKey> oversize = new LinkedHashSet<>();
  private final Map<PeerId, Event> stalls = new LinkedHashMap<>();
  private long refused;
  private @Nullable Event refusal;
  private long damaged;
  private @Nullable Event damage;
  private long stalled;

  Troubles(Loop loop, long warnBytes) {
    this.loop = loop;
    this.warnBytes = warnBytes;
  }

  /** A change of another node was refused. */
  void refused(DocumentKey key, String detail) {
    refused++;
    refusal = new Event(key + ": " + detail, loop.nanoTime());
    LOG.atWarn().addKeyValue("document", key).addKeyValue("detail", detail).log("change refused");
  }

  /** A peer keeps a collection in another way. */
  void modeRefused(SyncEffect.ModeRefused effect) {
    Map<PeerId, String> peers = modes.get(effect.collection());
    if (peers == null) {
      if (modes.size() >= NAMED_MAX) {
        return;
      }
      peers = new TreeMap<>();
      modes.put(effect.collection(), peers);
    }
    String words =
        "here it is " + contract(effect.ours()) + ", there it is " + contract(effect.theirs());
    if (peers.size() < NAMED_MAX && !words.equals(peers.put(effect.peer(), words))) {
      LOG.atWarn()
          .addKeyValue("collection", effect.collection())
          .addKeyValue("peer", effect.peer())
          .addKeyValue("ours", contract(effect.ours()))
          .addKeyValue("theirs", contract(effect.theirs()))
          .log("collection not exchanged: it is kept in another way there");
    }
  }

  /** What was said about the collections of a peer may not hold any more. */
  void peerUp(PeerId peer) {
    modes.values().forEach(peers -> peers.remove(peer));
    modes.values().removeIf(Map::isEmpty);
    stalls.remove(peer);
  }

  /** Comparing with a peer brought nothing, again and again. */
  void stalled(SyncEffect.Stalled effect) {
    stalled++;
    Event before = stalls.put(effect.peer(), new Event(effect.detail(), loop.nanoTime()));
    if (stalls.size() > NAMED_MAX) {
      stalls.remove(stalls.keySet().iterator().next());
    }
    if (before == null) {
      LOG.atWarn()
          .addKeyValue("peer", effect.peer())
          .addKeyValue("detail", effect.detail())
          .log("no progress with a peer although documents differ; comparing anew");
    }
  }

  /** The document takes more than it should. */
  void oversize(DocumentKey key, long bytes) {
    if (oversize.size() < NAMED_MAX && oversize.add(key)) {
      LOG.atWarn()
          .addKeyValue("document", key)
          .addKeyValue("bytes", bytes)
          .addKeyValue("documentBytesWarn", warnBytes)
          .log("document is large; split it before it reaches documentBytesMax");
    }
  }

  boolean isOversize(DocumentKey key) {
    return oversize.contains(key);
  }

  /** The document is as small as it should be, or is gone. */
  void shrunk(DocumentKey key) {
    oversize.remove(key);
  }

  /** Something of a stored document cannot be read. */
  void damaged(DocumentKey key, String what) {
    damaged++;
    damage = new Event(key + ": " + what, loop.nanoTime());
    LOG.atError()
        .addKeyValue("document", key)
        .addKeyValue("what", what)
        .log("stored document is damaged; what is lost is left for the peers to bring");
  }

  /** How many changes of others were refused since the start. */
  long refusedCount() {
    return refused;
  }

  /** How many repairs brought nothing since the start. */
  long stallCount() {
    return stalled;
  }

  /** How many damaged documents were found since the start. */
  long damagedCount() {
    return damaged;
  }

  Optional<String> lastRefusal() {
    return recent(refusal);
  }

  /** Every reason not to be content, one sentence or two each: what is wrong, what to do. */
  List<String> reasons() {
    List<String> reasons = new ArrayList<>();
    stalls.values().removeIf(event -> !isRecent(event));
    // What is refused once is not asked for again: while it keeps a pair apart it is the reason.
    Optional.ofNullable(refusal)
        .filter(event -> isRecent(event) || !stalls.isEmpty())
        .map(Event::text)
        .ifPresent(
            last ->
                reasons.add(refused + " changes of other nodes were refused; the last: " + last));
    modes.forEach(
        (collection, peers) ->
            reasons.add(
                ("collection %s is not exchanged with %d peers: %s. Give it the same mode and"
                        + " delete policy on every node, and restart those that differ")
                    .formatted(collection, peers.size(), peers.values().iterator().next())));
    if (!oversize.isEmpty()) {
      reasons.add(
          "%d documents are larger than documentBytesWarn(%d), such as %s. Split them"
              .formatted(oversize.size(), warnBytes, oversize.iterator().next()));
    }
    recent(damage)
        .ifPresent(
            last ->
                reasons.add(
                    damaged
                        + " stored documents are damaged; peers bring back what they have; the"
                        + " last: "
                        + last
                        + ". Check the disk"));
    stalls.forEach(
        (peer, event) ->
            reasons.add(
                "documents differ from those of peer "
                    + peer
                    + " without progress: "
                    + event.text));
    return reasons;
  }

  private static String contract(byte contract) {
    return ((contract & 1) == 0 ? SyncMode.FULL_HISTORY : SyncMode.LATEST_ONLY)
        + " with "
        + ((contract & 2) == 0 ? DeletePolicy.EDIT_WINS : DeletePolicy.DELETE_WINS);
  }

  private Optional<String> recent(@Nullable Event event) {
    return Optional.ofNullable(event).filter(this::isRecent).map(Event::text);
  }

  private boolean isRecent(Event event) {
    return loop.nanoTime() - event.atNanos < SHOWN.toNanos();
  }

  private record Event(String text, long atNanos) {}
}

package dev.peatmesh.discovery;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Peers named in a setting. Finds each of them at start and loses none, whether it answers or not:
 * the mesh dials it for ever. Thread-safe; no thread, no I/O.
 *
 * <p>Host names stay names: the mesh resolves them anew at every dial.
 */
public final class StaticDiscovery implements DiscoveryStrategy {
  /** By this name it is chosen. */
  public static final String NAME = "static";

  /** The most peers in one list. */
  public static final int PEERS_MAX = 4096;

  /** The longest list, in characters. */
  public static final int LIST_CHARS_MAX = 1 << 20;

  private static final String FORM =
      "node_id@host:port or endpoint_id_hex@host:port, separated by commas";

  /** A message names this many bad entries, then counts the rest. */
  private static final int PROBLEMS_SHOWN_MAX = 20;

  private final Map<String, List<PeerAddress>> peers;

  /** What was found; null while stopped. */
  private final AtomicReference<@Nullable List<PeerInfo>> found = new AtomicReference<>();

  private StaticDiscovery(Map<String, List<PeerAddress>> peers) {
    this.peers = peers;
  }

  /**
   * Reads {@code node_id@host:port} or {@code endpoint_id_hex@host:port}, comma separated; white
   * space around an entry is dropped. Several entries of one id are one peer with several
   * addresses.
   *
   * @throws IllegalArgumentException lists every bad entry
   */
  public static StaticDiscovery parse(String list) {
    if (list.length() > LIST_CHARS_MAX) {
      throw new IllegalArgumentException(
          "static peers(%d characters): the list has at most %d. Use another discovery."
              .formatted(list.length(), LIST_CHARS_MAX));
    }
    return parse(List.of(list.split(",", -1)));
  }

  /**
   * Reads one entry from each text.
   *
   * @throws IllegalArgumentException lists every bad entry
   */
  public static StaticDiscovery parse(List<String> entries) {
    if (entries.stream().allMatch(String::isBlank)) {
      throw new IllegalArgumentException("static peers: name no peer. Write " + FORM + ".");
    }
    Map<String, Set<PeerAddress>> addresses = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      String entry = entries.get(i).strip();
      try {
        add(addresses, entry);
      } catch (IllegalArgumentException e) {
        problems.add("entry %d %s: %s".formatted(i + 1, Text.quoted(entry), e.getMessage()));
      }
    }
    if (!problems.isEmpty()) {
      throw bad(problems, entries.size());
    }
    Map<String, List<PeerAddress>> peers = new LinkedHashMap<>();
    addresses.forEach((nodeId, set) -> peers.put(nodeId, List.copyOf(set)));
    return new StaticDiscovery(peers);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void start(DiscoveryContext context) {
    Instant now = context.clock().instant();
    List<PeerInfo> started = new ArrayList<>(peers.size());
    peers.forEach((nodeId, addresses) -> started.add(PeerInfo.of(nodeId, addresses, now)));
    if (!found.compareAndSet(null, List.copyOf(started))) {
      throw new IllegalStateException("discovery(\"static\"): is started already. Stop it first.");
    }
    started.forEach(peer -> context.publish(new DiscoveryEvent.PeerFound(peer)));
  }

  @Override
  public void stop() {
    found.set(null);
  }

  @Override
  public List<PeerInfo> discoveredPeers() {
    List<PeerInfo> now = found.get();
    return now == null ? List.of() : now;
  }

  @Override
  public DiscoveryStatus status() {
    return found.get() == null ? new DiscoveryStatus.Stopped() : new DiscoveryStatus.Ok();
  }

  private static void add(Map<String, Set<PeerAddress>> addresses, String entry) {
    if (entry.isEmpty()) {
      throw new IllegalArgumentException("is empty; is there a comma too many?");
    }
    int at = entry.indexOf('@');
    if (at < 0) {
      throw new IllegalArgumentException("has no '@' between id and address.");
    }
    if (entry.indexOf('@', at + 1) >= 0) {
      throw new IllegalArgumentException("has more than one '@'; is there a comma missing?");
    }
    String nodeId = PeerInfo.checkNodeId(entry.substring(0, at));
    PeerAddress address = PeerAddress.parse(entry.substring(at + 1));
    if (!addresses.containsKey(nodeId) && addresses.size() == PEERS_MAX) {
      throw new IllegalArgumentException("is one peer too many; " + PEERS_MAX + " are the most.");
    }
    Set<PeerAddress> known = addresses.computeIfAbsent(nodeId, id -> new LinkedHashSet<>());
    if (!known.contains(address) && known.size() == PeerInfo.ADDRESSES_MAX) {
      throw new IllegalArgumentException(
          "is one address too many; one peer has at most " + PeerInfo.ADDRESSES_MAX + ".");
    }
    known.add(address);
  }

  private static IllegalArgumentException bad(List<String> problems, int entries) {
    StringBuilder message =
        new StringBuilder(
            "static peers: %d of %d entries cannot be used. Write %s."
                .formatted(problems.size(), entries, FORM));
    problems.stream()
        .limit(PROBLEMS_SHOWN_MAX)
        .forEach(problem -> message.append("\n  ").append(problem));
    if (problems.size() > PROBLEMS_SHOWN_MAX) {
      message.append("\n  and ").append(problems.size() - PROBLEMS_SHOWN_MAX).append(" more.");
    }
    return new IllegalArgumentException(message.toString());
  }
}

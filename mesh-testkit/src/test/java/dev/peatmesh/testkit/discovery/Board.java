package dev.peatmesh.testkit.discovery;

import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.PeerInfo;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A source in memory that can do everything: whoever looks at it finds what is pinned there. */
final class Board implements DiscoverySource {
  static final String SECRET = "hunter2";

  /** Who reads with this finds the peers of all. */
  static final String EVERY_FORMATION = "*";

  private record Pin(String nodeId, String formationId, int port) {}

  private final Map<String, Pin> pins = new LinkedHashMap<>();
  private final String formationId;
  private final UnaryOperator<DiscoveryStrategy> spoil;
  private final Duration patience;
  private boolean away;

  /** A board whose strategies are altered that way, for a test with that patience. */
  Board(
      String formationId,
      Set<String> nodeIds,
      UnaryOperator<DiscoveryStrategy> spoil,
      Duration patience) {
    this.patience = patience;
    this.formationId = formationId;
    this.spoil = spoil;
    nodeIds.forEach(this::appear);
  }

  /** What a node of that formation and name finds, in the order of the node ids. */
  synchronized Map<String, PeerInfo> read(String formation, String self, Instant now)
      throws IOException {
    if (away) {
      throw new IOException("the board is turned to the wall");
    }
    Map<String, PeerInfo> read = new TreeMap<>();
    for (Pin pin : pins.values()) {
      boolean member = formation.equals(EVERY_FORMATION) || pin.formationId.equals(formation);
      if (member && !pin.nodeId.equals(self)) {
        List<PeerAddress> addresses = List.of(new PeerAddress("127.0.0.1", pin.port));
        read.put(pin.nodeId, PeerInfo.of(pin.nodeId, addresses, now));
      }
    }
    return read;
  }

  @Override
  public Set<Ability> abilities() {
    return Set.of(Ability.values());
  }

  @Override
  public DiscoveryStrategy newStrategy() {
    return spoil.apply(new BoardDiscovery(this));
  }

  @Override
  public synchronized void appear(String nodeId) {
    pins.putIfAbsent(nodeId, new Pin(nodeId, formationId, 1));
  }

  @Override
  public synchronized void appearElsewhere(String nodeId, String otherFormation) {
    pins.put(nodeId, new Pin(nodeId, otherFormation, 1));
  }

  @Override
  public synchronized void change(String nodeId) {
    pins.compute(nodeId, (id, pin) -> new Pin(id, formationId, pin == null ? 1 : pin.port + 1));
  }

  @Override
  public synchronized void vanish(String nodeId) {
    pins.remove(nodeId);
  }

  @Override
  public synchronized void fail() {
    away = true;
  }

  @Override
  public synchronized void heal() {
    away = false;
  }

  @Override
  public Set<String> secrets() {
    return Set.of(SECRET);
  }

  @Override
  public Duration patience() {
    return patience;
  }

  @Override
  public Duration quiet() {
    return Duration.ofMillis(50);
  }

  @Override
  public void close() {}
}

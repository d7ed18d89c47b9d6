package dev.peatmesh.discovery.mdns;

import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.discovery.mdns.internal.net.MulticastDns;
import dev.peatmesh.discovery.mdns.internal.view.Announcement;
import dev.peatmesh.discovery.mdns.internal.view.LinkSpec;
import dev.peatmesh.discovery.mdns.internal.view.Nic;
import dev.peatmesh.discovery.mdns.internal.wire.DnsMessage;
import dev.peatmesh.discovery.mdns.internal.wire.MessageBytes;
import dev.peatmesh.testkit.discovery.DiscoverySource;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** A network with one link and nodes that answer every call on it at once. Thread-safe. */
final class FakeLan implements DiscoverySource, MulticastDns {
  private final String formation;
  private final Map<String, Integer> shown = new LinkedHashMap<>();
  private final Map<String, String> elsewhere = new LinkedHashMap<>();
  private final Set<FakeSession> sessions = new LinkedHashSet<>();
  private boolean isDown;
  private int changes;

  FakeLan(String formation, Set<String> nodeIds) {
    this.formation = formation;
    nodeIds.forEach(id -> shown.put(id, 0));
  }

  @Override
  public Set<Ability> abilities() {
    return EnumSet.allOf(Ability.class);
  }

  @Override
  public DiscoveryStrategy newStrategy() {
    return new MdnsDiscovery(
        MdnsSettings.defaults().withExpiry(Duration.ofSeconds(10)),
        this,
        this::nics,
        Duration.ofMillis(50),
        System::nanoTime,
        new Random());
  }

  @Override
  public synchronized void appear(String nodeId) {
    shown.put(nodeId, 0);
    tell(message(nodeId, 120));
  }

  @Override
  public synchronized void appearElsewhere(String nodeId, String formationId) {
    elsewhere.put(nodeId, formationId);
    tell(node(nodeId, formationId, 0, 120));
  }

  @Override
  public synchronized void change(String nodeId) {
    shown.put(nodeId, ++changes);
    tell(message(nodeId, 120));
  }

  @Override
  public synchronized void vanish(String nodeId) {
    MessageBytes goodbye = message(nodeId, 0);
    shown.remove(nodeId);
    tell(goodbye);
  }

  @Override
  public synchronized void fail() {
    isDown = true;
  }

  @Override
  public synchronized void heal() {
    isDown = false;
  }

  @Override
  public Duration quiet() {
    return Duration.ofMillis(400);
  }

  @Override
  public void close() {}

  @Override
  public synchronized Session open(LinkSpec link, Announcement own, Listener listener)
      throws IOException {
    if (isDown) {
      throw new IOException("No such device");
    }
    FakeSession session = new FakeSession(own, listener);
    sessions.add(session);
    return session;
  }

  synchronized int openSessions() {
    return sessions.size();
  }

  private synchronized List<Nic> nics() {
    Nic.Address address = new Nic.Address(InetAddress.getLoopbackAddress(), 8);
    return List.of(new Nic("eth0", 2, !isDown, false, true, List.of(address)));
  }

  private MessageBytes message(String nodeId, long ttl) {
    return node(nodeId, formation, shown.getOrDefault(nodeId, 0), ttl);
  }

  private static MessageBytes node(String nodeId, String formation, int change, long ttl) {
    return MessageBytes.node(
        nodeId,
        "peat-" + nodeId,
        11204,
        "10.0.0.7",
        ttl,
        "node_id=" + nodeId,
        "formation_id=" + formation,
        "run=" + nodeId,
        "change=" + change);
  }

  private synchronized void tell(MessageBytes message) {
    if (!isDown) {
      sessions.forEach(session -> session.listener.heard(message.message()));
    }
  }

  private final class FakeSession implements Session {
    private final Announcement own;
    private final Listener listener;

    private FakeSession(Announcement own, Listener listener) {
      this.own = own;
      this.listener = listener;
    }

    @Override
    public void ask(List<DnsMessage.Question> questions) throws IOException {
      synchronized (FakeLan.this) {
        if (isDown) {
          throw new IOException("Network is unreachable");
        }
        tell(
            MessageBytes.node(
                own.instanceLabel(),
                own.hostLabel(),
                own.port(),
                "10.0.0.1",
                120,
                own.strings().toArray(String[]::new)));
        shown.keySet().forEach(id -> tell(message(id, 120)));
        elsewhere.forEach((id, other) -> tell(node(id, other, 0, 120)));
      }
    }

    @Override
    public void close() {
      synchronized (FakeLan.this) {
        sessions.remove(this);
      }
    }
  }
}

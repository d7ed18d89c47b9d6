package dev.peatmesh.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A strategy that does what a test tells it to, right or wrong. */
final class ScriptedStrategy implements DiscoveryStrategy {
  private final String name;
  final List<String> calls = new ArrayList<>();
  volatile @Nullable DiscoveryContext context;
  volatile DiscoveryStatus status = new DiscoveryStatus.Ok();
  Consumer<DiscoveryContext> onStart = context -> {};
  Runnable onStop = () -> {};

  ScriptedStrategy(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void start(DiscoveryContext lent) {
    calls.add("start");
    onStart.accept(lent);
    context = lent;
  }

  @Override
  public void stop() {
    calls.add("stop");
    onStop.run();
  }

  @Override
  public List<PeerInfo> discoveredPeers() {
    throw new IllegalStateException("nobody asks");
  }

  @Override
  public DiscoveryStatus status() {
    return status;
  }

  void finds(String nodeId, String... hosts) {
    publish(new DiscoveryEvent.PeerFound(peer(nodeId, hosts)));
  }

  void updates(String nodeId, String... hosts) {
    publish(new DiscoveryEvent.PeerUpdated(peer(nodeId, hosts)));
  }

  void loses(String nodeId) {
    publish(new DiscoveryEvent.PeerLost(nodeId));
  }

  void publish(DiscoveryEvent event) {
    DiscoveryContext lent = context;
    if (lent == null) {
      throw new IllegalStateException(name + " is not started");
    }
    lent.publish(event);
  }

  static PeerInfo peer(String nodeId, String... hosts) {
    List<PeerAddress> addresses = Stream.of(hosts).map(host -> new PeerAddress(host, 1)).toList();
    return PeerInfo.of(nodeId, addresses, Mirror.NOW);
  }
}

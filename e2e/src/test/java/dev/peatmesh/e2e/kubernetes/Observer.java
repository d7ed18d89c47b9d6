package dev.peatmesh.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.discovery.DiscoveryContext;
import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.discovery.k8s.InPod;
import dev.peatmesh.discovery.k8s.KubernetesSettings;
import dev.peatmesh.testkit.discovery.RecordingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;

/** Discovery in a pod that is no peer itself, and what it has published. */
final class Observer implements AutoCloseable {
  private static final String NODE_ID = "observer";

  private final DiscoveryStrategy strategy;
  private final RecordingContext context = new RecordingContext(NODE_ID, "home");
  private final Map<String, Long> foundAt = new ConcurrentHashMap<>();
  private final TokenMount mount;

  private Observer(DiscoveryStrategy strategy, TokenMount mount) {
    this.strategy = strategy;
    this.mount = mount;
  }

  /** Lists every second, so that no test waits long for a safety net; otherwise the defaults. */
  static KubernetesSettings settings() {
    return KubernetesSettings.defaults().withRelistInterval(Duration.ofSeconds(1));
  }

  static Observer start(TestNamespace namespace, TokenMount mount, KubernetesSettings settings) {
    return start(strategy(namespace, mount, settings), mount);
  }

  /** By way of that relay. */
  static Observer start(TestNamespace namespace, Relay relay, KubernetesSettings settings) {
    TokenMount mount = namespace.mount();
    return start(
        InPod.discovery(settings, mount.folder(), namespace.cluster().host(), relay.port()), mount);
  }

  private static Observer start(DiscoveryStrategy strategy, TokenMount mount) {
    Observer observer = new Observer(strategy, mount);
    strategy.start(observer.timed());
    return observer;
  }

  /** Discovery that has not been started. */
  static DiscoveryStrategy strategy(
      TestNamespace namespace, TokenMount mount, KubernetesSettings settings) {
    Cluster cluster = namespace.cluster();
    return InPod.discovery(settings, mount.folder(), cluster.host(), cluster.port());
  }

  /** The recording context, and when it was told of each peer first. */
  private DiscoveryContext timed() {
    return new DiscoveryContext() {
      @Override
      public String nodeId() {
        return context.nodeId();
      }

      @Override
      public String formationId() {
        return context.formationId();
      }

      @Override
      public int port() {
        return context.port();
      }

      @Override
      public void publish(DiscoveryEvent event) {
        if (event instanceof DiscoveryEvent.PeerFound) {
          foundAt.putIfAbsent(event.nodeId(), System.nanoTime());
        }
        context.publish(event);
      }

      @Override
      public InstantSource clock() {
        return context.clock();
      }

      @Override
      public ThreadFactory threads() {
        return context.threads();
      }
    };
  }

  RecordingContext context() {
    return context;
  }

  TokenMount mount() {
    return mount;
  }

  DiscoveryStatus status() {
    return strategy.status();
  }

  /** The first address of each peer, as the events add up. */
  Map<String, String> addresses() {
    Map<String, String> addresses = new TreeMap<>();
    context.peers().forEach((id, peer) -> addresses.put(id, peer.addresses().get(0).toString()));
    return addresses;
  }

  Map<String, PeerInfo> peers() {
    return context.peers();
  }

  /** Waits for the event of that peer; answers when it was published, in nanoTime. */
  long awaitFound(String id) {
    Await.until("PeerFound " + id, () -> foundAt.containsKey(id), this::standing);
    return foundAt.get(id);
  }

  void awaitPeers(String... ids) {
    Set<String> expected = Set.of(ids);
    Await.until("peers " + expected, () -> peers().keySet().equals(expected), this::standing);
  }

  void awaitOk() {
    Await.until("status ok", () -> status() instanceof DiscoveryStatus.Ok, this::standing);
  }

  /** Waits until it says that, and returns all it says. */
  DiscoveryStatus.Degraded awaitDegraded(String cause) {
    return awaitDegraded(cause, Await.PATIENCE);
  }

  DiscoveryStatus.Degraded awaitDegraded(String cause, Duration patience) {
    Await.until(
        "status with \"" + cause + "\"",
        patience,
        () -> status() instanceof DiscoveryStatus.Degraded now && now.cause().contains(cause),
        this::standing);
    DiscoveryStatus status = status();
    assertThat(status).isInstanceOf(DiscoveryStatus.Degraded.class);
    return (DiscoveryStatus.Degraded) status;
  }

  String standing() {
    return "status " + status() + ", peers " + addresses() + ", events " + context.events();
  }

  /** Ends it; what it did wrong on the way fails the test. */
  @Override
  public void close() {
    strategy.stop();
    assertThat(context.faults()).isEmpty();
    Await.until("the end of its threads", () -> context.threadsAlive().isEmpty());
  }
}

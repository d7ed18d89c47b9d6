package dev.peatmesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.discovery.DiscoveryContext;
import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.DiscoverySettings;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.PeerInfo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Discovery in whole meshes, on loopback: who is found by whom, and what a node alone says. */
class DiscoveryIT {
  private static final byte[] SECRET =
      "test-formation-secret-32-bytes!!".getBytes(StandardCharsets.US_ASCII);

  private final List<PeatMesh> meshes = new ArrayList<>();
  private final Told told = new Told();

  @AfterEach
  void close() {
    meshes.forEach(PeatMesh::close);
    assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
        .noneMatch(name -> name.startsWith("mesh-"));
  }

  @Test
  void peerThatTwoStrategiesShowIsOneWithBothSources() {
    PeatMesh one = start(base("one"));
    String at = "127.0.0.1:" + one.localAddress().getPort();
    PeatMesh two =
        start(
            base("two")
                .discovery("static", DiscoverySettings.of("peers", one.endpointId() + "@" + at))
                .discovery(told)
                .discoveryGrace(Duration.ZERO));
    Await.until(() -> told.context != null);
    told.shows("one", at);

    Await.until(() -> two.peers().size() == 1 && two.peers().get(0).sources().size() == 2);
    Await.until(() -> two.peers().get(0).isConnected());
    PeerStatus peer = two.peers().get(0);
    assertThat(peer.nodeName()).isEqualTo("one");
    assertThat(peer.sources()).containsExactly("static", "told");
    assertThat(peer.addresses()).containsExactly(at);
    assertThat(one.peers().get(0).sources()).containsExactly(PeerStatus.INBOUND);

    told.loses("one");
    Await.until(() -> two.peers().get(0).sources().equals(List.of("static")));
    assertThat(two.peers().get(0).isConnected()).isTrue();
  }

  @Test
  void nodeThatFindsNobodySaysSoAfterTheFormingTimeAndDegradedStrategiesSayWhy() {
    told.status = new DiscoveryStatus.Degraded("the notice board is down", "Put it up again.");
    PeatMesh alone = start(base("alone").discovery(told));
    Await.until(() -> alone.health().state() == MeshHealth.State.DEGRADED);
    assertThat(alone.health().reasons())
        .containsExactly("discovery(\"told\"): the notice board is down. Put it up again.");

    told.status = new DiscoveryStatus.Ok();

    Await.until(() -> !alone.health().reasons().isEmpty());
    MeshHealth health = alone.health();
    assertThat(health.state()).isEqualTo(MeshHealth.State.READY);
    assertThat(health.reasons())
        .singleElement()
        .asString()
        .contains("this one is alone. Looking: told (works). Start another node of formation");
  }

  @Test
  void strategyThatFailsToStartKeepsTheNodeFromNothing() {
    told.failure = Optional.of(new IllegalStateException("told(): the board is locked."));
    PeatMesh one = start(base("one"));
    PeatMesh two =
        start(
            base("two")
                .staticPeers("one@127.0.0.1:" + one.localAddress().getPort())
                .discovery(told));

    Await.until(() -> two.peers().stream().anyMatch(PeerStatus::isConnected));
    Await.until(() -> two.health().state() == MeshHealth.State.DEGRADED);
    assertThat(two.health().reasons())
        .singleElement()
        .asString()
        .startsWith("discovery(\"told\"): did not start (attempt ")
        .contains("): told(): the board is locked. It is started again by itself");

    told.failure = Optional.empty();
    Await.until(() -> two.health().state() == MeshHealth.State.READY);
  }

  private static PeatMeshBuilder base(String name) {
    return PeatMesh.builder().nodeName(name).formation("home", SECRET).bindHost("127.0.0.1");
  }

  private PeatMesh start(PeatMeshBuilder builder) {
    PeatMesh mesh = builder.start();
    meshes.add(mesh);
    return mesh;
  }

  /** A strategy that shows what a test tells it. */
  private static final class Told implements DiscoveryStrategy {
    volatile DiscoveryContext context;
    volatile DiscoveryStatus status = new DiscoveryStatus.Ok();
    volatile Optional<RuntimeException> failure = Optional.empty();

    void shows(String nodeId, String address) {
      PeerInfo peer =
          PeerInfo.of(nodeId, List.of(PeerAddress.parse(address)), context.clock().instant());
      context.publish(new DiscoveryEvent.PeerFound(peer));
    }

    void loses(String nodeId) {
      context.publish(new DiscoveryEvent.PeerLost(nodeId));
    }

    @Override
    public String name() {
      return "told";
    }

    @Override
    public void start(DiscoveryContext lent) {
      if (failure.isPresent()) {
        throw failure.get();
      }
      context = lent;
    }

    @Override
    public void stop() {}

    @Override
    public List<PeerInfo> discoveredPeers() {
      return List.of();
    }

    @Override
    public DiscoveryStatus status() {
      return status;
    }
  }
}

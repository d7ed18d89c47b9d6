package dev.peatmesh.testkit.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.PeerStatus;
import dev.peatmesh.RefusalReason;
import dev.peatmesh.crypto.Formation;
import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.internal.link.LocalNode;
import dev.peatmesh.internal.network.LinkListener;
import dev.peatmesh.internal.network.PeerLink;
import dev.peatmesh.internal.network.PeerNetwork;
import dev.peatmesh.internal.peers.PeerSettings;
import dev.peatmesh.internal.transport.Refusal;
import dev.peatmesh.runtime.Loop;
import dev.peatmesh.testkit.NetworkRules;
import dev.peatmesh.testkit.Seeds;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A pod is gone, and its IP address belongs to another one, of the same formation even. */
class ReusedAddressSimTest {
  private static final Formation HOME =
      Formation.of("home", "formation-shared-secret-for-tests".getBytes(UTF_8));
  private static final NetworkRules ROUGH =
      new NetworkRules(0.3, Duration.ofMillis(5), Duration.ofMillis(20), 0.05, 0.1);
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration STEP = Duration.ofMillis(100);

  @Test
  void strangerIsNeverTakenForThePeerThatWasThere() {
    Seeds.forEachSeed(20, ReusedAddressSimTest::run);
  }

  private static void run(long seed) {
    VirtualTime time = new VirtualTime(seed);
    SimulatedNetwork network = new SimulatedNetwork(time, ROUGH);
    Node ann = new Node(time, network, "ann", 0);
    Node bob = new Node(time, network, "bob", 1);
    ann.finds("bob", bob.address);
    assertThat(time.runUntil(() -> ann.links.contains("bob"), PATIENCE)).isTrue();

    bob.host.crash();
    Node stranger = new Node(time, network, "stranger", 1);
    ann.awaitError("bob", RefusalReason.WRONG_KEY);
    assertThat(ann.links).isEmpty();
    assertThat(stranger.links).isEmpty();

    Node again = new Node(time, network, "bob", 2);
    ann.finds("bob", again.address);
    assertThat(time.runUntil(() -> ann.links.contains("bob"), PATIENCE)).isTrue();
    assertThat(again.links).containsExactly("ann");
    assertThat(stranger.links).isEmpty();
  }

  /** One node at one address. */
  private static final class Node implements LinkListener {
    final SimulatedHost host;
    final InetSocketAddress address;
    final Set<String> links = new TreeSet<>();
    private final Loop loop;
    private final PeerNetwork network;

    Node(VirtualTime time, SimulatedNetwork simulated, String name, int place) {
      host = time.newHost(name + " at " + place);
      address = SimulatedNetwork.address(place);
      loop = host.newLoop("mesh");
      LocalNode self = new LocalNode(HOME.identity(name), HOME, place + 1);
      SimulatedResolver names = new SimulatedResolver(time);
      network =
          new PeerNetwork(
              self, PeerSettings.DEFAULT, loop, names::resolve, host.random(), host.clock(), this);
      SimulatedTransport transport =
          simulated.bind(
              host, loop, address, self.endpointId(), TransportSettings.DEFAULTS, network);
      loop.execute(() -> network.start(transport));
      time.advance(Duration.ZERO);
    }

    void finds(String nodeId, InetSocketAddress where) {
      PeerAddress hint = new PeerAddress(where.getAddress().getHostAddress(), where.getPort());
      loop.execute(
          () -> network.discovered(PeerInfo.of(nodeId, List.of(hint), host.clock().instant())));
      host.time().advance(Duration.ZERO);
    }

    /** Until {@code peers()} says that about the peer. */
    void awaitError(String nodeId, RefusalReason reason) {
      Duration waited = Duration.ZERO;
      while (statuses().stream().noneMatch(peer -> failed(peer, nodeId, reason))) {
        assertThat(waited).as("%s, in %s", reason, statuses()).isLessThan(PATIENCE);
        host.time().advance(STEP);
        waited = waited.plus(STEP);
      }
    }

    private static boolean failed(PeerStatus peer, String nodeId, RefusalReason reason) {
      return peer.nodeName().equals(nodeId)
          && peer.lastError().filter(error -> error.reason() == reason).isPresent();
    }

    List<PeerStatus> statuses() {
      List<List<PeerStatus>> answer = new ArrayList<>();
      loop.execute(() -> answer.add(network.statuses()));
      host.time().advance(Duration.ZERO);
      return answer.get(0);
    }

    @Override
    public void linkUp(PeerLink link) {
      links.add(link.nodeName());
    }

    @Override
    public void frame(PeerLink link, ByteBuffer frame) {
      throw new AssertionError("nobody sends frames here");
    }

    @Override
    public void writableAgain(PeerLink link) {}

    @Override
    public void linkDown(PeerLink link, Refusal why) {
      links.remove(link.nodeName());
    }
  }
}

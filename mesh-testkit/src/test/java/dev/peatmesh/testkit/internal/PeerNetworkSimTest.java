package dev.peatmesh.testkit.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The peers and links of production, on virtual time, network, names and disk. */
class PeerNetworkSimTest {
  private static final Formation HOME =
      Formation.of("home", "formation-shared-secret-for-tests".getBytes(UTF_8));
  private static final int NODES = 5;
  private static final NetworkRules ROUGH =
      new NetworkRules(0.3, Duration.ofMillis(5), Duration.ofMillis(20), 0.05, 0.1);
  private static final PeerSettings NO_REDIAL =
      new PeerSettings(PeerSettings.Limits.DEFAULT, PeerSettings.Timing.DEFAULT, false);

  @Test
  void everyNodeFindsEveryOtherAgainAfterPartitionsAndCrashes() {
    healsWithEverySeed(20);
  }

  @Test
  @Tag("heavy")
  void everyNodeFindsEveryOtherAgainWithHundredsOfSeeds() {
    healsWithEverySeed(300);
  }

  private static void healsWithEverySeed(int seeds) {
    Seeds.forEachSeed(
        seeds, seed -> assertThat(new Mesh(seed, PeerSettings.DEFAULT).heals()).isTrue());
  }

  @Test
  void aMeshThatDoesNotDialAgainIsFound() {
    long unhealed = Seeds.of(20).filter(seed -> !new Mesh(seed, NO_REDIAL).heals()).count();

    assertThat(unhealed).isPositive();
  }

  @Test
  void theSameSeedGivesTheSameLog() {
    Mesh first = new Mesh(4, PeerSettings.DEFAULT);
    Mesh second = new Mesh(4, PeerSettings.DEFAULT);
    first.heals();
    second.heals();

    assertThat(first.time.log().lines()).isGreaterThan(1000);
    assertThat(first.time.log().hash()).isEqualTo(second.time.log().hash());
  }

  /** Five nodes that know each other's names. */
  private static final class Mesh {
    final VirtualTime time;
    final SimulatedNetwork network;
    final SimulatedResolver names;
    final SeededRandom random;
    final PeerSettings settings;
    final List<Node> nodes = new ArrayList<>();

    Mesh(long seed, PeerSettings settings) {
      this.settings = settings;
      time = new VirtualTime(seed);
      network = new SimulatedNetwork(time, ROUGH);
      names = new SimulatedResolver(time);
      random = time.random("test");
      for (int i = 0; i < NODES; i++) {
        names.name("n" + i + ".mesh", List.of(SimulatedNetwork.address(i).getAddress()));
        nodes.add(new Node(this, i));
      }
      nodes.forEach(Node::start);
    }

    /** A minute of trouble, then whether all is well again within three. */
    boolean heals() {
      for (int i = 0; i < 20; i++) {
        trouble(nodes.get(random.nextInt(NODES)), nodes.get(random.nextInt(NODES)));
        time.advance(Duration.ofMillis(random.upTo(6000)));
      }
      network.heal();
      nodes.stream().filter(node -> !node.host.up()).forEach(Node::restart);
      return time.runUntil(
          () -> nodes.stream().allMatch(node -> node.links.size() == NODES - 1),
          Duration.ofMinutes(3));
    }

    private void trouble(Node one, Node other) {
      switch (random.nextInt(4)) {
        case 0 -> network.partition(List.of(Stream.of(one.host, other.host).distinct().toList()));
        case 1 -> network.cut(one.host, other.host);
        case 2 -> network.heal();
        default -> {
          if (one.host.up()) {
            one.host.crash();
            one.links.clear();
          } else {
            one.restart();
          }
        }
      }
    }
  }

  /** One node: what survives its crashes, and its present process. */
  private static final class Node implements LinkListener {
    final Mesh mesh;
    final int number;
    final SimulatedHost host;
    final SimulatedDisk disk;
    final TreeMap<String, PeerLink> links = new TreeMap<>();
    Loop loop;

    Node(Mesh mesh, int number) {
      this.mesh = mesh;
      this.number = number;
      host = mesh.time.newHost("n" + number);
      disk = new SimulatedDisk(host);
    }

    void restart() {
      host.restart();
      start();
    }

    void start() {
      loop = host.newLoop("mesh");
      long incarnation = disk.open().replica().incarnation();
      LocalNode self = new LocalNode(HOME.identity("n" + number), HOME, incarnation);
      PeerNetwork network =
          new PeerNetwork(
              self, mesh.settings, loop, mesh.names::resolve, host.random(), host.clock(), this);
      SimulatedTransport transport =
          mesh.network.bind(
              host,
              loop,
              SimulatedNetwork.address(number),
              self.endpointId(),
              TransportSettings.DEFAULTS,
              network);
      loop.execute(
          () -> {
            network.start(transport);
            for (int i = 0; i < NODES; i++) {
              PeerAddress address = new PeerAddress("n" + i + ".mesh", SimulatedNetwork.PORT);
              network.discovered(PeerInfo.of("n" + i, List.of(address), host.clock().instant()));
            }
          });
    }

    @Override
    public void linkUp(PeerLink link) {
      loop.checkInLoop();
      assertThat(links.put(link.nodeName(), link)).isNull();
      mesh.time.record(host + " link up " + link.nodeName());
    }

    @Override
    public void frame(PeerLink link, ByteBuffer frame) {
      throw new AssertionError("nobody sends frames here");
    }

    @Override
    public void writableAgain(PeerLink link) {}

    @Override
    public void linkDown(PeerLink link, Refusal why) {
      loop.checkInLoop();
      assertThat(links.remove(link.nodeName())).isSameAs(link);
      mesh.time.record(host + " link down " + link.nodeName() + " " + why.reason());
    }
  }
}

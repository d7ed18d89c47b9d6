package dev.peatmesh.internal.network;

import static dev.peatmesh.internal.network.TestNode.HOME;
import static dev.peatmesh.internal.network.TestNode.at;
import static dev.peatmesh.internal.network.TestNode.local;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.internal.link.LocalNode;
import dev.peatmesh.internal.network.FakeNetwork.Channel;
import dev.peatmesh.internal.peers.PeerSettings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Two nodes dial each other at the same time. Walks every order in which what they send can arrive,
 * but for orders that differ only in steps of different nodes that do not touch (sleep sets,
 * Godefroid 1996).
 */
class SimultaneousDialTest {
  private static final LocalNode ANN = local(HOME, "ann", 1);
  private static final LocalNode BOB = local(HOME, "bob", 1);

  private final Set<String> outcomes = new LinkedHashSet<>();
  private int orders;

  private static final class World {
    final VirtualTime time = new VirtualTime();
    final FakeNetwork net = new FakeNetwork(time, true);
    final TestNode ann = new TestNode(time, net, ANN, PeerSettings.DEFAULT, at("10.0.0.1"));
    final TestNode bob = new TestNode(time, net, BOB, PeerSettings.DEFAULT, at("10.0.0.2"));

    World(List<Channel> order) {
      ann.discovers("bob", "10.0.0.2");
      bob.discovers("ann", "10.0.0.1");
      order.forEach(net::deliver);
    }
  }

  @Test
  void endWithOneLinkOnBothSidesInEveryOrder() {
    explore(List.of(), Set.of());

    assertThat(orders).isGreaterThan(100);
    assertThat(outcomes).as("courses that were seen").hasSizeGreaterThan(1);
  }

  private void explore(List<Channel> order, Set<Channel> asleep) {
    World world = new World(order);
    List<Channel> ready = world.net.ready();
    if (ready.isEmpty()) {
      orders++;
      verify(world, order);
      return;
    }
    Set<Channel> explored = new LinkedHashSet<>(asleep);
    for (Channel next : ready) {
      if (explored.contains(next)) {
        continue;
      }
      Set<Channel> independent = new LinkedHashSet<>(explored);
      independent.removeIf(other -> other.target().equals(next.target()));
      List<Channel> longer = new ArrayList<>(order);
      longer.add(next);
      explore(longer, independent);
      explored.add(next);
    }
  }

  private void verify(World world, List<Channel> order) {
    assertThat(world.ann.links).as("links of ann after %s", order).containsOnlyKeys("bob");
    assertThat(world.bob.links).as("links of bob after %s", order).containsOnlyKeys("ann");
    assertThat(world.net.openEnds()).as("open ends after %s", order).isEqualTo(2);
    assertThat(world.ann.counts().handshakes() + world.bob.counts().handshakes()).isZero();
    assertThat(world.ann.counts().dials() + world.bob.counts().dials()).isZero();
    assertThat(world.ann.status("bob").lastError()).isEmpty();
    assertThat(world.bob.status("ann").lastError()).isEmpty();
    outcomes.add(world.ann.heard() + " / " + world.bob.heard());
  }
}

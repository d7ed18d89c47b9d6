package dev.peatmesh.testkit.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.PeerStatus;
import dev.peatmesh.testkit.NetworkRules;
import dev.peatmesh.testkit.SimulatedMesh;
import dev.peatmesh.testkit.SimulatedNode;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One run of one row: five nodes, all writing; everything random derives from the seed. */
final class MatrixRun implements AutoCloseable {
  static final int NODES = 5;

  /** Equal heads everywhere so soon after the last fault. */
  static final Duration HEALED_WITHIN = Duration.ofSeconds(5);

  /** Time for all links, those dialled a second time included. */
  private static final Duration LINKED_AFTER = Duration.ofSeconds(5);

  private static final Duration START_MAX = Duration.ofSeconds(30);
  private static final int PAUSE_MILLIS_MAX = 6_000;
  private static final int BURST_MAX = 4;

  private final Random random;
  private final SimulatedMesh mesh;
  private final List<Workload> workloads;

  MatrixRun(SimulatedMesh.Builder builder, long seed) {
    random = new Random(seed);
    mesh = builder.nodes(NODES).seed(seed).start();
    workloads =
        List.of(
            new NestedEdits("notes", random),
            new Deletions("drafts", Deletions.Survival.DOCUMENT, random),
            new Deletions("tracks", Deletions.Survival.FIELD, random));
  }

  SimulatedMesh mesh() {
    return mesh;
  }

  Random random() {
    return random;
  }

  /**
   * Plays the row, heals, and compares all nodes with each other and with the model.
   *
   * @return how long after healing all were equal
   */
  Duration play(Faults faults) {
    workloads.forEach(workload -> workload.prepare(mesh.node(0)));
    mesh.advance(LINKED_AFTER);
    assertThat(mesh.settle(START_MAX)).as("converged at the start").isTrue();
    Map<String, Instant> links = links();
    faults.strike(this);
    writeEverywhere();
    if (faults.absorbed()) {
      assertThat(links()).as("links that the transport must have kept").isEqualTo(links);
    }
    heal();
    Duration healedAt = mesh.elapsed();
    assertThat(mesh.settle(HEALED_WITHIN))
        .as("equal heads within %s of healing", HEALED_WITHIN)
        .isTrue();
    Duration took = mesh.elapsed().minus(healedAt);
    workloads.forEach(this::check);
    return took;
  }

  /** Lets nodes that are up write for so long: a few writes, a pause, a few writes. */
  void writeFor(Duration time) {
    long left = time.toMillis();
    while (left > 0) {
      for (int writes = 1 + random.nextInt(BURST_MAX); writes > 0; writes--) {
        write();
      }
      long pause = Math.min(left, 1 + random.nextInt(PAUSE_MILLIS_MAX));
      mesh.advance(Duration.ofMillis(pause));
      left -= pause;
    }
  }

  /** Ends a process, in half of the cases without a word, and with a write on its way. */
  void takeDown(SimulatedNode node) {
    workload().write(node);
    mesh.advance(Duration.ofNanos(random.nextInt(2_000_000)));
    if (random.nextBoolean()) {
      node.crash();
    } else {
      node.stop();
    }
  }

  void jumpSomeClock() {
    mesh.node(random.nextInt(NODES)).jumpClock(Duration.ofHours(random.nextBoolean() ? 1 : -1));
  }

  /** So that at the moment of healing something is under way from everybody to everybody. */
  private void writeEverywhere() {
    mesh.nodes().stream().filter(SimulatedNode::isUp).forEach(node -> workload().write(node));
    mesh.advance(Duration.ofMillis(2));
  }

  /** All links of all nodes, each with the time since when it stands. */
  private Map<String, Instant> links() {
    Map<String, Instant> links = new TreeMap<>();
    for (SimulatedNode node : mesh.nodes()) {
      for (PeerStatus peer : node.peers()) {
        if (peer.isConnected()) {
          links.put(node + " to " + peer.nodeName(), peer.since());
        }
      }
    }
    return links;
  }

  private void write() {
    SimulatedNode node = mesh.node(random.nextInt(NODES));
    if (node.isUp()) {
      workload().write(node);
    }
  }

  private Workload workload() {
    return workloads.get(random.nextInt(workloads.size()));
  }

  private void heal() {
    mesh.heal();
    mesh.rules(NetworkRules.LAN);
    mesh.nodes().stream().filter(node -> !node.isUp()).forEach(SimulatedNode::restart);
  }

  private void check(Workload workload) {
    Map<String, Map<String, @Nullable Object>> left = contents(mesh.node(0), workload);
    for (SimulatedNode node : mesh.nodes()) {
      assertThat(contents(node, workload))
          .as("%s of %s", workload.collection(), node)
          .isEqualTo(left);
    }
    workload.check(left);
  }

  private static Map<String, Map<String, @Nullable Object>> contents(
      SimulatedNode node, Workload workload) {
    Map<String, Map<String, @Nullable Object>> contents = new LinkedHashMap<>();
    for (String id : node.collection(workload.collection()).list()) {
      contents.put(id, node.collection(workload.collection()).get(id).orElseThrow());
    }
    return contents;
  }

  @Override
  public void close() {
    mesh.close();
  }
}

package dev.peatmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Five nodes, random edits on both sides of partitions, restarts, 30 % loss. */
class ConvergenceSimTest {
  private static final int NODES = 5;
  private static final int STEPS = 40;
  private static final int DOCUMENTS = 3;

  @Test
  void everyRunEndsEqualEverywhereAndNothingAcknowledgedIsLost() {
    Seeds.forEachSeed(10, seed -> new Run(seed).play());
  }

  /** A node crashed with the first documents applied and not durable, and wrote into new ones. */
  @Test
  void settledMeansDurableToo() {
    new Run(555).play();
  }

  @Test
  void theSameSeedGivesTheSameLog() {
    Seeds.forEachSeed(
        3,
        seed -> {
          String first = new Run(seed).play();
          assertThat(new Run(seed).play()).isEqualTo(first);
          assertThat(new Run(seed + 1).play()).isNotEqualTo(first);
        });
  }

  @Test
  void healsAfterAPartitionAndAMeshThatDoesNotDialAgainIsFoundOut() {
    Seeds.forEachSeed(
        5,
        seed -> {
          assertThat(healsAfterPartition(seed, true)).as("as built").isTrue();
          assertThat(healsAfterPartition(seed, false)).as("with the planted bug").isFalse();
        });
  }

  private static boolean healsAfterPartition(long seed, boolean redial) {
    try (SimulatedMesh mesh =
        SimulatedMesh.builder().nodes(NODES).seed(seed).redial(redial).start()) {
      mesh.node(0).collection("c").put("d", Map.of("x", 1));
      assertThat(mesh.settle(Duration.ofMinutes(1))).as("before the partition").isTrue();
      mesh.partition(List.of(0, 1), List.of(2, 3, 4));
      mesh.advance(Duration.ofSeconds(30));
      mesh.node(0).collection("c").change("d", doc -> doc.put("y", 1));
      mesh.node(4).collection("c").change("d", doc -> doc.put("z", 1));
      mesh.heal();
      return mesh.settle(Duration.ofMinutes(3));
    }
  }

  /** One run: everything random derives from the seed. */
  private static final class Run {
    private final long seed;
    private final Random random;
    private final Set<String> acknowledged = new LinkedHashSet<>();
    private int writes;

    Run(long seed) {
      this.seed = seed;
      random = new Random(seed);
    }

    String play() {
      long openBefore = NativeDocument.openCount();
      String hash;
      try (SimulatedMesh mesh =
          SimulatedMesh.builder()
              .nodes(NODES)
              .seed(seed)
              .rules(NetworkRules.LAN.withLoss(0.3))
              .start()) {
        createDocuments(mesh);
        for (int step = 0; step < STEPS; step++) {
          step(mesh);
          mesh.advance(Duration.ofMillis(random.nextInt(1_500)));
        }
        mesh.heal();
        mesh.nodes().stream().filter(node -> !node.isUp()).forEach(SimulatedNode::restart);
        assertThat(mesh.settle(Duration.ofMinutes(3))).as("converges, seed " + seed).isTrue();
        assertEqualDocuments(mesh);
        hash = mesh.log().hash();
      }
      assertThat(NativeDocument.openCount()).as("native documents").isEqualTo(openBefore);
      return hash;
    }

    /** One node creates the containers: of two made at the same time only one would be seen. */
    private void createDocuments(SimulatedMesh mesh) {
      for (int i = 0; i < DOCUMENTS; i++) {
        mesh.node(0)
            .collection("c")
            .put("d" + i, Map.of("entries", Map.of(), "count", new Counter(0)));
      }
      assertThat(mesh.settle(Duration.ofMinutes(3))).as("settled at the start").isTrue();
    }

    private void step(SimulatedMesh mesh) {
      int number = random.nextInt(NODES);
      SimulatedNode node = mesh.node(number);
      switch (random.nextInt(10)) {
        case 0 -> mesh.partition(List.of(0, 1), List.of(2, 3, 4));
        case 1 -> mesh.heal();
        case 2 -> mesh.cut(number, (number + 1) % NODES);
        case 3 -> {
          if (node.isUp()) {
            node.crash();
          } else {
            node.restart();
          }
        }
        default -> {
          if (node.isUp()) {
            write(node);
          }
        }
      }
    }

    private void write(SimulatedNode node) {
      String id = "d" + random.nextInt(DOCUMENTS);
      String entry = "w" + writes++;
      try {
        node.collection("c")
            .change(
                id,
                doc -> {
                  doc.map("entries").put(entry, node.name());
                  doc.increment("count", 1);
                });
        acknowledged.add(id + "/" + entry);
      } catch (MeshException.Closed crashed) {
        // Not acknowledged: it may be there or not.
      }
    }

    private void assertEqualDocuments(SimulatedMesh mesh) {
      List<Map<String, Object>> contents = new ArrayList<>();
      for (SimulatedNode node : mesh.nodes()) {
        Map<String, Object> content = new TreeMap<>();
        for (String id : node.collection("c").list()) {
          content.put(id, node.collection("c").get(id).orElseThrow());
        }
        contents.add(content);
      }
      assertThat(new LinkedHashSet<>(contents)).hasSize(1);
      Set<String> present = new LinkedHashSet<>();
      contents
          .get(0)
          .forEach(
              (id, document) -> {
                Map<?, ?> entries = (Map<?, ?>) ((Map<?, ?>) document).get("entries");
                entries.keySet().forEach(entry -> present.add(id + "/" + entry));
                // Every increment counts once, with as many entries.
                assertThat(((Map<?, ?>) document).get("count"))
                    .isEqualTo(new Counter(entries.size()));
              });
      assertThat(present).containsAll(acknowledged);
    }
  }
}

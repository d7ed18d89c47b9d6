package dev.peatmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Five nodes, random edits on both sides of partitions, restarts, 30 % loss. */
class ConvergenceSimTest {
  private static final int NODES = 5;
  private static final int STEPS = 40;

  @Test
  void everyRunEndsEqualEverywhereAndNothingAcknowledgedIsLost() {
    Seeds.forEachSeed(40, seed -> new Run(seed, true).play());
  }

  @Test
  @Tag("heavy")
  void everyOfAThousandRunsEndsEqualEverywhereAndNothingAcknowledgedIsLost() {
    Seeds.forEachSeed(1_000, seed -> new Run(seed, true).play());
  }

  @Test
  void theSameSeedGivesTheSameLog() {
    Seeds.forEachSeed(
        3,
        seed -> {
          String first = new Run(seed, true).play();
          assertThat(new Run(seed, true).play()).isEqualTo(first);
          assertThat(new Run(seed + 1, true).play()).isNotEqualTo(first);
        });
  }

  @Test
  void aMeshThatDoesNotDialAgainIsFoundOut() {
    List<Long> found = new ArrayList<>();
    Seeds.of(10)
        .forEach(
            seed -> {
              try {
                new Run(seed, false).play();
              } catch (AssertionError planted) {
                found.add(seed);
              }
            });
    assertThat(found).isNotEmpty();
  }

  /** One run: everything random derives from the seed. */
  private static final class Run {
    private final long seed;
    private final boolean redial;
    private final Random random;
    private final Set<String> acknowledged = new LinkedHashSet<>();
    private int writes;

    Run(long seed, boolean redial) {
      this.seed = seed;
      this.redial = redial;
      random = new Random(seed);
    }

    String play() {
      long openBefore = NativeDocument.openCount();
      String hash;
      try (SimulatedMesh mesh =
          SimulatedMesh.builder()
              .nodes(NODES)
              .seed(seed)
              .redial(redial)
              .rules(NetworkRules.LAN.withLoss(0.3))
              .start()) {
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
      String id = "d" + random.nextInt(3);
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
        Map<String, Object> content = new java.util.TreeMap<>();
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
                    .isEqualTo(new dev.peatmesh.sync.Counter(entries.size()));
              });
      assertThat(present).containsAll(acknowledged);
    }
  }
}

package dev.peatmesh.sync.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.CollectionSettings;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.SyncMode;
import dev.peatmesh.sync.Trials;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Documents without history, and collections that two nodes keep differently. */
class LatestOnlyTest {
  private static final DocumentKey TRACK = new DocumentKey("tracks", "alpha");
  private static final DocumentKey LIST = new DocumentKey("lists", "shopping");

  @Test
  void pushesOneFrameWithTheState() {
    EngineNetwork network = pair();
    network.framesByType.clear();

    network.node(0).write(TRACK, "x", 1);

    assertThat(network.framesByType).containsEntry("Latest", 1).doesNotContainKey("Changes");
    network.settle();
    assertThat(network.fingerprints()).hasSize(1);
    assertThat(network.node(1).documents.latestOf(TRACK).fields).containsKey("x");
  }

  @Test
  void concurrentWritesMergeOnBothSides() {
    EngineNetwork network = pair();
    network.node(0).write(TRACK, "x", 1);
    network.settle();
    network.cut(0, 1);
    network.node(0).write(TRACK, "y", 2);
    network.node(1).write(TRACK, "z", 3);

    network.link(0, 1);
    network.settle();

    assertThat(network.fingerprints()).hasSize(1);
    assertThat(network.node(0).documents.latestOf(TRACK).fields).containsOnlyKeys("x", "y", "z");
  }

  @Test
  void aStateThatIsOvertakenWhileTheLinkIsBusyIsNeverSent() {
    EngineNetwork network = pair();
    network.node(0).handle(new SyncInput.Blocked(network.node(1).id));
    network.framesByType.clear();
    for (int i = 0; i < 1_000; i++) {
      network.node(0).write(TRACK, "x", i);
    }

    network.node(0).handle(new SyncInput.Writable(network.node(1).id));

    assertThat(network.framesByType).containsEntry("Latest", 1);
    network.settle();
    assertThat(network.node(1).documents.latestOf(TRACK).fields.get("x").value()).isEqualTo(999);
  }

  @Test
  void aWholeMeshHearsOfAWriteInOneFrameForEachNode() {
    EngineNetwork network = new EngineNetwork(5, 3);
    network.fullMesh();
    network.settle();
    network.framesByType.clear();

    network.node(2).write(TRACK, "x", 1);
    network.settle();

    assertThat(network.framesByType).containsEntry("Latest", 4);
    assertThat(network.fingerprints()).hasSize(1);
  }

  @Test
  void modesThatDifferAreRefusedForThatCollectionOnlyAndBothAreTold() {
    EngineNetwork network = new EngineNetwork(2, 5);
    CollectionSettings history =
        CollectionSettings.forCollection("tracks").withMode(SyncMode.FULL_HISTORY);
    network.node(1).documents.settings.put("tracks", history);
    network.node(0).write(TRACK, "x", 1);
    network.node(0).change(LIST);
    network.link(0, 1);
    network.settle();

    assertThat(network.node(1).exists(LIST)).isTrue();
    assertThat(network.node(1).knows(TRACK)).isFalse();
    assertRefusedOnce(network, 0);
    assertRefusedOnce(network, 1);
    assertThat(network.node(0).engine.synchronised(network.node(1).id)).isTrue();
    assertThat(network.node(1).engine.synchronised(network.node(0).id)).isTrue();
  }

  @Test
  void modesThatDifferAreFoundAtTheFirstUseOfACollection() {
    EngineNetwork network = new EngineNetwork(2, 5);
    network.link(0, 1);
    network.settle();
    CollectionSettings history =
        CollectionSettings.forCollection("tracks").withMode(SyncMode.FULL_HISTORY);
    network.node(1).documents.settings.put("tracks", history);

    network.node(0).write(TRACK, "x", 1);
    network.node(1).change(TRACK);
    network.node(1).change(LIST);
    network.settle();

    assertRefusedOnce(network, 0);
    assertRefusedOnce(network, 1);
    assertThat(network.node(0).exists(LIST)).isTrue();
    assertThat(network.node(1).documents.latest(TRACK)).isEmpty();
    assertThat(network.node(0).engine.refused(network.node(1).id)).isEqualTo(Set.of("tracks"));
  }

  @Test
  void aStateThatIsTooLargeIsRefusedAndToldToTheOperator() {
    EngineNetwork network = pair();
    network.node(1).documents.bytesMax = 10;

    network.node(0).write(TRACK, "x", 1);
    for (int i = 0; i < 1_000 && network.step(); i++) {}

    assertThat(network.node(1).knows(TRACK)).isFalse();
    assertThat(network.node(1).told).anyMatch(each -> each instanceof SyncEffect.Refused);
  }

  @Test
  void convergesUnderRandomWritesDeletesAndCuts() {
    Trials.run(
        80,
        random -> {
          int size = 2 + random.nextInt(4);
          EngineNetwork network = new EngineNetwork(size, random.nextLong());
          network.slowLinkPercent = 30;
          network.slowDiskPercent = 30;
          for (int i = 0; i < 200; i++) {
            int one = random.nextInt(size);
            int two = (one + 1 + random.nextInt(size - 1)) % size;
            DocumentKey track = new DocumentKey("tracks", "t" + random.nextInt(3));
            DocumentKey list = new DocumentKey("lists", "l" + random.nextInt(3));
            switch (random.nextInt(10)) {
              case 0 -> network.link(one, two);
              case 1 -> network.cut(one, two);
              case 2, 3 -> network.node(one).write(track, "f" + random.nextInt(3), i);
              case 4 -> network.node(one).change(list);
              case 5 -> network.node(one).delete(random.nextBoolean() ? track : list);
              case 6 -> network.node(one).flush();
              default -> network.step();
            }
          }
          network.line();
          network.settle();
          assertThat(network.fingerprints()).hasSize(1);
        });
  }

  private static EngineNetwork pair() {
    EngineNetwork network = new EngineNetwork(2, 42);
    network.link(0, 1);
    network.settle();
    return network;
  }

  private static void assertRefusedOnce(EngineNetwork network, int node) {
    assertThat(network.node(node).told)
        .filteredOn(each -> each instanceof SyncEffect.ModeRefused)
        .hasSize(1);
  }
}

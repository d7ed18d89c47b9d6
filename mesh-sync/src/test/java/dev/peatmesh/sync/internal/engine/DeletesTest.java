package dev.peatmesh.sync.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.Trials;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What becomes of deleted documents, and of nodes that were away for long. */
class DeletesTest {
  private static final DocumentKey OLD = new DocumentKey("lists", "old");
  private static final DocumentKey NEW = new DocumentKey("lists", "new");
  private static final DocumentKey TRACK = new DocumentKey("tracks", "alpha");

  /** More than an eighth of the retention: at about that age all drop the history. */
  private static final Duration GRACE = Duration.ofHours(22);

  private static final Duration LONG = Duration.ofDays(9);

  @Test
  void aDeleteReachesANodeThatWasAway() {
    EngineNetwork network = agreed(3, OLD);
    network.cutAll(2);
    network.node(0).delete(OLD);
    network.settle();
    network.line();
    network.settle();

    assertThat(network.node(2).exists(OLD)).isFalse();
    assertThat(network.fingerprints()).hasSize(1);
  }

  @Test
  void historyIsDroppedOnceEveryReplicaHasAgreed() {
    EngineNetwork network = agreed(3, OLD);
    network.node(0).delete(OLD);
    network.settle();
    network.bytes = 0;
    network.sleep(GRACE);
    network.housekeep();
    network.settle();

    network
        .nodes()
        .forEach(
            node -> {
              assertThat(node.engine.index().get(OLD).facts().gone()).isTrue();
              assertThat(node.graph(OLD).size()).isZero();
            });
    assertThat(network.bytes).isZero();
    assertThat(network.fingerprints()).hasSize(1);
  }

  /** Who has dropped it and writes the document anew must not meet the old history elsewhere. */
  @Test
  void historyStaysForAWhileThoughEveryReplicaHasAgreed() {
    EngineNetwork network = agreed(3, OLD);
    network.node(0).delete(OLD);
    network.settle();
    network.housekeep();

    network
        .nodes()
        .forEach(node -> assertThat(node.engine.index().get(OLD).facts().gone()).isFalse());
  }

  @Test
  void historyStaysWhileAReplicaIsAwayThatMayComeBackInTime() {
    EngineNetwork network = agreed(3, OLD);
    network.cutAll(2);
    network.node(0).delete(OLD);
    network.settle();
    network.sleep(GRACE);
    network.housekeep();

    assertThat(network.node(0).engine.index().get(OLD).facts().gone()).isFalse();
  }

  @Test
  void theLastTraceGoesAfterTheRetentionWithoutAWord() {
    EngineNetwork network = agreed(3, OLD);
    network.node(0).delete(OLD);
    network.settle();
    network.sleep(GRACE);
    network.housekeep();
    network.settle();
    network.bytes = 0;

    network.sleep(LONG);
    network.housekeep();
    network.settle();

    network.nodes().forEach(node -> assertThat(node.knows(OLD)).isFalse());
    assertThat(network.bytes).isZero();
    assertThat(network.node(0).engine.synchronised(network.node(1).id)).isTrue();
  }

  @Test
  void aNodeThatDropsEarlierThanAnotherAgreesWithItAllTheSame() {
    EngineNetwork network = agreed(2, OLD);
    network.node(0).delete(OLD);
    network.settle();
    network.cut(0, 1);
    network.sleep(LONG);
    network.node(0).handle(new SyncInput.Housekeep());

    network.link(0, 1);
    network.settle();

    assertThat(network.node(0).knows(OLD)).isFalse();
    assertThat(network.node(0).engine.synchronised(network.node(1).id)).isTrue();
    assertThat(network.node(1).engine.synchronised(network.node(0).id)).isTrue();
  }

  @Test
  void aNodeThatWasAwayForLongBringsNothingBackAndLosesNothing() {
    EngineNetwork network = agreed(3, OLD, NEW);
    network.cutAll(2);
    network.node(0).delete(OLD);
    DocumentKey fresh = new DocumentKey("lists", "made while away");
    network.node(2).change(fresh);
    network.node(1).change(new DocumentKey("lists", "made at home"));
    network.settle();
    network.sleep(LONG);
    network.housekeep();
    assertThat(network.node(0).knows(OLD)).isFalse();

    network.link(1, 2);
    network.settle();

    network.nodes().forEach(node -> assertThat(node.exists(OLD)).isFalse());
    network.nodes().forEach(node -> assertThat(node.exists(NEW)).isTrue());
    network.nodes().forEach(node -> assertThat(node.exists(fresh)).isTrue());
    assertThat(network.fingerprints()).hasSize(1);
  }

  @Test
  void whatWasWrittenWhileAwaySurvivesADeleteThatIsForgotten() {
    EngineNetwork network = agreed(3, OLD);
    network.cutAll(2);
    network.node(0).delete(OLD);
    network.node(2).change(OLD);
    network.settle();
    network.sleep(LONG);
    network.housekeep();

    network.link(1, 2);
    network.settle();

    network.nodes().forEach(node -> assertThat(node.exists(OLD)).isTrue());
    assertThat(network.fingerprints()).hasSize(1);
  }

  @Test
  void aNodeWhoseStoreWasEmptiedGetsEverythingBack() {
    EngineNetwork network = agreed(2, OLD, NEW);
    network.cut(0, 1);
    network.sleep(LONG);
    network.node(1).documents.wipe(new StoreId(77, 77));
    network.node(1).restart();

    network.link(0, 1);
    network.settle();

    network.nodes().forEach(node -> assertThat(node.exists(OLD)).isTrue());
    network.nodes().forEach(node -> assertThat(node.exists(NEW)).isTrue());
  }

  @Test
  void aDocumentOfACollectionThatWasRefusedIsNotTakenForDeleted() {
    EngineNetwork network = new EngineNetwork(2, 9);
    network.node(0).change(OLD);
    var latest =
        network
            .node(0)
            .documents
            .settings("lists")
            .withMode(dev.peatmesh.sync.SyncMode.LATEST_ONLY);
    network.node(1).documents.settings.put("lists", latest);
    network.link(0, 1);
    network.settle();
    network.cut(0, 1);
    network.sleep(LONG);
    network.node(1).documents.settings.clear();

    network.link(0, 1);
    network.settle();

    network.nodes().forEach(node -> assertThat(node.exists(OLD)).isTrue());
  }

  @Test
  void aPeerThatDroppedWhatAnotherStillHoldsSaysSo() {
    EngineNetwork network = agreed(3, OLD);
    network.node(0).delete(OLD);
    network.settle();
    network.cut(0, 2);
    network.cut(1, 2);
    network.sleep(GRACE);
    network.housekeep();
    assertThat(network.node(0).engine.index().get(OLD).facts().gone()).isTrue();

    // It lost what its disk had not kept, and comes back with the document alive.
    network.node(2).change(NEW);
    network.line();
    network.settle();

    assertThat(network.fingerprints()).hasSize(1);
    network.nodes().forEach(node -> assertThat(node.exists(OLD)).isFalse());
  }

  @Test
  void aDeleteThatCameLateIsRememberedForAsLongAsAnyOther() {
    EngineNetwork network = lateDelete();
    network.link(1, 2);
    network.settle();

    network.nodes().forEach(node -> assertThat(node.exists(OLD)).isFalse());
    network.bytes = 0;
    network.sleep(LONG);
    network.housekeep();
    network.settle();
    network.nodes().forEach(node -> assertThat(node.knows(OLD)).isFalse());
    assertThat(network.bytes).isZero();
  }

  @Test
  void aDeleteThatCameLateDoesNotReachWhatOthersBeganAnewSince() {
    EngineNetwork network = lateDelete();
    assertThat(network.node(0).knows(OLD)).isFalse();
    network.node(0).change(OLD);
    network.link(0, 1);
    network.settle();

    assertThat(network.node(1).exists(OLD)).isTrue();
    assertThat(network.node(1).graph(OLD).size()).isOne();
    assertThat(network.node(0).graph(OLD).size()).isOne();
  }

  /** Node 1 heard of a delete of node 0 five days late, and node 2 was gone by then. */
  private static EngineNetwork lateDelete() {
    EngineNetwork network = agreed(3, OLD);
    network.cutAll(0);
    network.node(0).delete(OLD);
    network.sleep(Duration.ofDays(5));
    network.housekeep();
    network.cut(1, 2);
    network.link(0, 1);
    network.settle();
    network.cut(0, 1);
    network.sleep(Duration.ofDays(4));
    network.housekeep();
    assertThat(network.node(1).exists(OLD)).isFalse();
    return network;
  }

  @Test
  void aCollectedDocumentCanBeCreatedAgain() {
    EngineNetwork network = agreed(3, OLD);
    network.node(0).delete(OLD);
    network.settle();
    network.sleep(GRACE);
    network.housekeep();

    network.node(1).change(OLD);
    network.settle();

    network.nodes().forEach(node -> assertThat(node.exists(OLD)).isTrue());
    assertThat(network.fingerprints()).hasSize(1);
  }

  @Test
  void convergesWhateverIsDeletedCollectedAndForgotten() {
    Trials.run(
        80,
        random -> {
          int size = 2 + random.nextInt(3);
          EngineNetwork network = new EngineNetwork(size, random.nextLong());
          network.slowLinkPercent = 20;
          network.slowDiskPercent = 20;
          for (int i = 0; i < 200; i++) {
            int one = random.nextInt(size);
            int two = (one + 1 + random.nextInt(size - 1)) % size;
            DocumentKey list = new DocumentKey("lists", "l" + random.nextInt(4));
            EngineNetwork.Node node = network.node(one);
            switch (random.nextInt(14)) {
              case 0, 1 -> network.link(one, two);
              case 2 -> network.cut(one, two);
              case 3 -> node.change(list);
              case 4 -> node.delete(random.nextInt(3) == 0 ? TRACK : list);
              case 5 -> node.write(TRACK, "f" + random.nextInt(3), i);
              case 6 -> network.sleep(Duration.ofHours(random.nextInt(60)));
              case 7 -> node.handle(new SyncInput.Housekeep());
              case 8 -> network.settle(Duration.ofSeconds(random.nextInt(3)));
              case 9 -> {
                if (random.nextInt(5) == 0) {
                  network.crash(one);
                }
              }
              default -> network.step();
            }
          }
          network.line();
          network.settle();
          network.housekeep();
          network.settle();
          assertThat(network.fingerprints()).hasSize(1);
        });
  }

  private static EngineNetwork agreed(int size, DocumentKey... keys) {
    EngineNetwork network = new EngineNetwork(size, 42);
    network.fullMesh();
    for (DocumentKey key : keys) {
      network.node(0).change(key);
    }
    network.settle();
    return network;
  }
}

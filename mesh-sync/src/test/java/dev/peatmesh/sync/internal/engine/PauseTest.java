package dev.peatmesh.sync.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.Trials;
import org.junit.jupiter.api.Test;

class PauseTest {
  private static final DocumentKey DOCUMENT = new DocumentKey("lists", "shopping");
  private static final DocumentKey TRACK = new DocumentKey("tracks", "alpha");

  @Test
  void nothingCrossesInEitherDirectionWhilePaused() {
    EngineNetwork network = settled(3);
    network.node(0).handle(new SyncInput.Pause());
    network.settle();
    network.cut(1, 2);
    network.bytes = 0;

    network.node(0).change(DOCUMENT);
    network.node(1).change(DOCUMENT);
    network.node(1).write(TRACK, "x", 1);
    network.settle();

    assertThat(network.bytes).isZero();
    assertThat(network.node(0).engine.synchronised(network.node(1).id)).isFalse();
  }

  @Test
  void comparesAnewAfterwards() {
    EngineNetwork network = settled(3);
    network.node(0).handle(new SyncInput.Pause());
    network.node(0).change(DOCUMENT);
    network.node(1).change(DOCUMENT);
    network.node(2).write(TRACK, "x", 1);
    network.settle();

    network.node(0).handle(new SyncInput.Resume());
    network.settle();

    assertThat(network.fingerprints()).hasSize(1);
    assertThat(network.node(0).engine.synchronised(network.node(1).id)).isTrue();
  }

  @Test
  void whatWasOnItsWayIsDroppedWithoutHarm() {
    EngineNetwork network = settled(2);
    network.node(1).change(DOCUMENT);
    network.node(0).handle(new SyncInput.Pause());
    network.settle();
    assertThat(network.node(0).knows(DOCUMENT)).isFalse();

    network.node(0).handle(new SyncInput.Resume());
    network.settle();

    assertThat(network.fingerprints()).hasSize(1);
    assertThat(network.node(0).knows(DOCUMENT)).isTrue();
  }

  @Test
  void aLinkThatComesUpMeanwhileStaysSilent() {
    EngineNetwork network = new EngineNetwork(2, 1);
    network.node(0).handle(new SyncInput.Pause());
    network.link(0, 1);
    network.settle();
    network.bytes = 0;

    network.node(1).change(DOCUMENT);
    network.settle();
    assertThat(network.bytes).isZero();

    network.node(0).handle(new SyncInput.Resume());
    network.settle();
    assertThat(network.node(0).exists(DOCUMENT)).isTrue();
  }

  @Test
  void bothMayBePausedAndResumeInAnyOrder() {
    EngineNetwork network = settled(2);
    network.node(0).handle(new SyncInput.Pause());
    network.node(1).handle(new SyncInput.Pause());
    network.settle();
    network.node(0).change(DOCUMENT);
    network.node(1).change(DOCUMENT);

    network.node(0).handle(new SyncInput.Resume());
    network.settle();
    assertThat(network.fingerprints()).hasSize(2);
    network.node(1).handle(new SyncInput.Resume());
    network.settle();

    assertThat(network.fingerprints()).hasSize(1);
  }

  @Test
  void convergesWheneverNodesPause() {
    Trials.run(
        80,
        random -> {
          int size = 2 + random.nextInt(3);
          EngineNetwork network = new EngineNetwork(size, random.nextLong());
          network.slowLinkPercent = 20;
          network.fullMesh();
          for (int i = 0; i < 150; i++) {
            EngineNetwork.Node node = network.node(random.nextInt(size));
            int other = random.nextInt(size);
            switch (random.nextInt(9)) {
              case 0 -> node.handle(new SyncInput.Pause());
              case 1 -> node.handle(new SyncInput.Resume());
              case 2 -> node.write(TRACK, "f" + random.nextInt(3), i);
              case 3 -> node.change(DOCUMENT);
              case 4 -> network.cut(0, other);
              case 5 -> {
                if (other != 0) {
                  network.link(0, other);
                }
              }
              default -> network.step();
            }
          }
          network.line();
          network.nodes().forEach(node -> node.handle(new SyncInput.Resume()));
          network.settle();
          assertThat(network.fingerprints()).hasSize(1);
        });
  }

  private static EngineNetwork settled(int size) {
    EngineNetwork network = new EngineNetwork(size, 42);
    network.fullMesh();
    network.settle();
    return network;
  }
}

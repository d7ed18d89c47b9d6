package dev.peatmesh.sync.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentChanges;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.reconcile.Fingerprint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyncEngineTest {
  private static final DocumentKey DOCUMENT = new DocumentKey("lists", "shopping");

  @Test
  void pushesOneFrameWithTheChangeItself() {
    EngineNetwork network = settledPair();
    int before = network.framesByType.getOrDefault("Changes", 0);

    network.node(0).change(DOCUMENT);

    assertThat(network.framesByType.get("Changes")).isEqualTo(before + 1);
    network.settle();
    assertEqual(network);
  }

  @Test
  void saysNothingWhenThereIsNothingToSay() {
    EngineNetwork network = settledPair();
    network.node(0).change(DOCUMENT);
    network.settle();
    long before = network.bytes;

    network.settle();

    assertThat(network.bytes).isEqualTo(before);
  }

  @Test
  void equalNodesOnlyExchangeSummariesWhenTheyMeet() {
    EngineNetwork network = settledPair();
    network.node(0).change(DOCUMENT);
    network.settle();
    network.cut(0, 1);
    network.framesByType.clear();

    network.link(0, 1);
    network.settle();

    assertThat(network.framesByType)
        .containsOnlyKeys("Hello", "Contracts", "Neighbours", "Summary");
    assertThat(network.node(0).engine.synchronised(network.node(1).id)).isTrue();
    assertThat(network.node(1).engine.synchronised(network.node(0).id)).isTrue();
  }

  @Test
  void catchesUpBothWaysAfterALinkWasDown() {
    EngineNetwork network = settledPair();
    network.cut(0, 1);
    for (int i = 0; i < 50; i++) {
      network.node(0).change(DOCUMENT);
      network.node(1).change(new DocumentKey("lists", "other" + i));
      network.node(1).change(DOCUMENT);
    }

    network.link(0, 1);
    network.settle();

    assertEqual(network);
  }

  @Test
  void repairSendsOnlyWhatIsLacking() {
    EngineNetwork network = settledPair();
    for (int i = 0; i < 1_000; i++) {
      network.node(0).change(DOCUMENT);
    }
    network.settle();
    network.cut(0, 1);
    network.node(0).change(DOCUMENT);
    network.node(1).change(DOCUMENT);
    network.bytes = 0;

    network.link(0, 1);
    network.settle();

    assertEqual(network);
    assertThat(network.bytes).isLessThan(6_000);
  }

  @Test
  void relaysToANodeThatTheAuthorDoesNotReach() {
    EngineNetwork network = new EngineNetwork(3, 7);
    network.link(0, 1);
    network.link(1, 2);
    network.settle();

    network.node(0).change(DOCUMENT);
    network.settle();

    assertEqual(network);
  }

  @Test
  void doesNotRelayToANodeThatTheAuthorReachesItself() {
    EngineNetwork network = new EngineNetwork(5, 7);
    network.fullMesh();
    network.settle();
    network.framesByType.clear();

    network.node(0).change(DOCUMENT);
    network.settle();

    assertThat(network.framesByType.get("Changes")).isEqualTo(4);
    assertEqual(network);
  }

  @Test
  void mendsWhatWasNotRelayedWhenTheAuthorsLinkBreaksMeanwhile() {
    EngineNetwork network = new EngineNetwork(3, 7);
    network.fullMesh();
    network.settle();

    network.node(0).change(DOCUMENT);
    network.cut(0, 2);
    network.settle();

    assertEqual(network);
  }

  @Test
  void mendsWhatTheAuthorDidNotReachBeforeItDied() {
    EngineNetwork network = new EngineNetwork(3, 7);
    network.fullMesh();
    network.settle();

    network.cut(1, 2);
    network.link(1, 2);
    network.settle();
    network.node(1).change(DOCUMENT);
    while (!network.node(0).knows(DOCUMENT)) {
      network.dropAll(1, 2);
      network.step();
    }
    network.dropAll(1, 2);
    network.cut(1, 2);
    network.cut(0, 1);
    network.settle();

    assertThat(network.node(2).engine.fingerprint())
        .isEqualTo(network.node(0).engine.fingerprint());
  }

  @Test
  void asksForWhatAnEarlyChangeStandsOn() {
    EngineNetwork network = settledPair();
    network.cut(0, 1);
    ChangeChunk first = network.node(0).change(DOCUMENT);
    ChangeChunk second = network.node(0).change(DOCUMENT);
    network.link(0, 1);

    network
        .node(1)
        .handle(
            new SyncInput.Received(
                network.node(0).id,
                new SyncFrame.Changes(
                    List.of(new DocumentChanges(DOCUMENT, List.of(second.encoded()))))));
    assertThat(network.node(1).graph(DOCUMENT).size()).isZero();
    network.settle();

    assertThat(network.node(1).graph(DOCUMENT).contains(first.hash())).isTrue();
    assertEqual(network);
  }

  @Test
  void endsTheLinkOfAPeerThatSendsWhatNoCorrectPeerSends() {
    EngineNetwork network = settledPair();

    network
        .node(1)
        .handle(
            new SyncInput.Received(
                network.node(0).id,
                new SyncFrame.Changes(
                    List.of(
                        new DocumentChanges(DOCUMENT, List.of(ByteBuffer.wrap(new byte[50])))))));

    assertThat(network.node(1).told).anyMatch(effect -> effect instanceof SyncEffect.Violation);
    assertThat(network.node(1).knows(DOCUMENT)).isFalse();
  }

  @Test
  void refusesASecondChangeWithTheSameActorAndSequenceAndGoesOn() {
    EngineNetwork network = settledPair();
    ChangeChunk twin = network.node(0).draft(DOCUMENT);
    network.node(0).change(DOCUMENT);
    network.settle();

    network
        .node(1)
        .handle(
            new SyncInput.Received(
                network.node(0).id,
                new SyncFrame.Changes(
                    List.of(new DocumentChanges(DOCUMENT, List.of(twin.encoded()))))));
    network.node(0).change(DOCUMENT);
    network.settle();

    assertThat(network.node(1).told).anyMatch(effect -> effect instanceof SyncEffect.Refused);
    assertThat(network.node(1).told).noneMatch(effect -> effect instanceof SyncEffect.Violation);
    assertEqual(network);
  }

  @Test
  void aChangeThatTheDocumentDoesNotTakeLeavesNoTraceAndDoesNotFloodTheLink() {
    EngineNetwork network = settledPair();
    ChangeChunk poison = network.node(0).draft(DOCUMENT);
    network.node(1).documents.takes = chunk -> !chunk.hash().equals(poison.hash());
    network.node(0).publish(DOCUMENT, poison);

    for (int i = 0; i < 10_000 && network.step(); i++) {}

    assertThat(network.node(1).graph(DOCUMENT).size()).isZero();
    assertThat(network.node(1).told).anyMatch(effect -> effect instanceof SyncEffect.Refused);
    assertThat(network.framesByType.getOrDefault("Compare", 0)).isLessThan(20);
  }

  @Test
  void aSlowPeerIsMarkedBehindAndCatchesUpByAntiEntropy() {
    EngineNetwork network = settledPair();
    network.node(0).handle(new SyncInput.Blocked(network.node(1).id));
    for (int i = 0; i < Pushes.CHANGES_MAX + 10; i++) {
      network.node(0).change(new DocumentKey("many", "d" + i % 100));
    }

    network.node(0).handle(new SyncInput.Writable(network.node(1).id));
    network.settle();

    assertEqual(network);
  }

  @Test
  void whatArrivesTogetherIsRelayedInOneFrame() {
    EngineNetwork network = new EngineNetwork(3, 7);
    network.line();
    network.settle();
    List<ByteBuffer> chunks = new ArrayList<>();
    network.cut(0, 1);
    for (int i = 0; i < 100; i++) {
      chunks.add(network.node(0).change(DOCUMENT).encoded());
    }
    network.link(0, 1);
    network.framesByType.clear();

    network
        .node(1)
        .handle(
            new SyncInput.Received(
                network.node(0).id,
                new SyncFrame.Changes(List.of(new DocumentChanges(DOCUMENT, chunks)))));

    assertThat(network.framesByType).containsEntry("Changes", 1);
  }

  @Test
  void whatIsWrittenWhileTheLinkIsBusyGoesInOneFrame() {
    EngineNetwork network = settledPair();
    network.node(0).handle(new SyncInput.Blocked(network.node(1).id));
    for (int i = 0; i < 100; i++) {
      network.node(0).change(DOCUMENT);
    }
    network.framesByType.clear();

    network.node(0).handle(new SyncInput.Writable(network.node(1).id));

    assertThat(network.framesByType).containsEntry("Changes", 1);
  }

  @Test
  void aDocumentFarBehindTravelsPacked() {
    EngineNetwork network = new EngineNetwork(2, 42);
    for (int i = 0; i < 5_000; i++) {
      network.node(0).change(DOCUMENT);
    }
    long plain = network.node(0).graph(DOCUMENT).all().stream().mapToLong(ChangeChunk::size).sum();

    network.link(0, 1);
    network.settle();

    assertEqual(network);
    // Hashes and dependencies do not shrink; they are two thirds of so small a change.
    assertThat(network.bytes).isLessThan(plain * 3 / 4);
  }

  @Test
  void healsWithoutWaitingForSilence() {
    EngineNetwork network = settledPair();
    network.cut(0, 1);
    for (int i = 0; i < 200; i++) {
      network.node(i % 2).change(new DocumentKey("lists", "d" + i));
    }

    network.link(0, 1);
    while (network.step()) {} // No time passes.

    assertEqual(network);
  }

  @Test
  void tellsOnlyTheDocumentsThatDiffer() {
    EngineNetwork network = settledPair();
    for (int i = 0; i < 20_000; i++) {
      network.node(0).change(new DocumentKey("lists", "d" + i));
    }
    network.settle();
    network.cut(0, 1);
    for (int i = 0; i < 10; i++) {
      network.node(i % 2).change(new DocumentKey("lists", "d" + 1_000 * i));
    }
    network.bytes = 0;

    network.link(0, 1);
    network.settle();

    assertEqual(network);
    assertThat(network.bytes).isLessThan(64 << 10);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5})
  void convergesUnderRandomEditsCutsAndSlowLinks(int size) {
    for (long seed = 0; seed < 80; seed++) {
      EngineNetwork network = new EngineNetwork(size, seed);
      network.slowLinkPercent = 30;
      Random random = new Random(seed);
      for (int i = 0; i < 200; i++) {
        int one = random.nextInt(size);
        int two = (one + 1 + random.nextInt(size - 1)) % size;
        switch (random.nextInt(6)) {
          case 0 -> network.link(one, two);
          case 1 -> network.cut(one, two);
          case 2, 3 -> network.node(one).change(new DocumentKey("c", "d" + random.nextInt(4)));
          default -> network.step();
        }
      }
      // A line is enough: what the ends know must travel through all.
      for (int i = 1; i < size; i++) {
        network.link(i - 1, i);
      }
      network.settle();
      assertThat(network.fingerprints()).as("seed " + seed).hasSize(1);
    }
  }

  private static EngineNetwork settledPair() {
    EngineNetwork network = new EngineNetwork(2, 42);
    network.link(0, 1);
    network.settle();
    return network;
  }

  private static void assertEqual(EngineNetwork network) {
    assertThat(network.fingerprints()).hasSize(1).isNotEqualTo(Set.of(Fingerprint.EMPTY));
  }
}

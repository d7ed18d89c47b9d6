package dev.peatmesh.sync.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.Trials;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ConfirmationsTest {
  private static final DocumentKey DOCUMENT = new DocumentKey("lists", "shopping");
  private static final DocumentKey TRACK = new DocumentKey("tracks", "alpha");

  @Test
  void everyNodeWithADiskIsNamedOnceItHoldsTheWrite() {
    EngineNetwork network = settled(4);
    network.node(3).withoutDisk();
    network.fullMesh();
    network.settle();

    ChangeRef change = new ChangeRef.Hash(network.node(0).change(DOCUMENT).hash());
    network.node(0).handle(new SyncInput.Confirm(1, DOCUMENT, change));
    network.settle();

    assertThat(durableHolders(network, 0, 1))
        .containsExactlyInAnyOrder(network.node(1).id, network.node(2).id);
  }

  @Test
  void aHolderIsNotNamedBeforeItsDiskHasIt() {
    EngineNetwork network = settled(2);
    network.slowDiskPercent = 100;
    ChangeRef change = new ChangeRef.Hash(network.node(0).change(DOCUMENT).hash());
    network.node(0).handle(new SyncInput.Confirm(1, DOCUMENT, change));
    while (network.step()) {}
    assertThat(network.node(1).exists(DOCUMENT)).isTrue();
    assertThat(durableHolders(network, 0, 1)).isEmpty();

    network.node(1).flush();
    network.settle();

    assertThat(durableHolders(network, 0, 1)).containsExactly(network.node(1).id);
  }

  @Test
  void aHotDocumentIsConfirmedThoughItsDiskNeverCatchesUp() {
    EngineNetwork network = settled(2);
    network.slowDiskPercent = 100;
    ChangeRef change = new ChangeRef.Hash(network.node(0).change(DOCUMENT).hash());
    network.node(0).handle(new SyncInput.Confirm(1, DOCUMENT, change));
    while (network.step()) {}
    List<SyncInput> first = network.node(1).documents.flush();
    network.node(0).change(DOCUMENT);
    while (network.step()) {}
    assertThat(network.node(1).documents.durable(DOCUMENT)).isFalse();

    first.forEach(network.node(1)::handle);
    while (network.step()) {}

    assertThat(durableHolders(network, 0, 1)).containsExactly(network.node(1).id);
  }

  @Test
  void questionsAndAnswersAreRelayedAlongAChain() {
    EngineNetwork network = new EngineNetwork(5, 11);
    network.line();
    network.settle();

    ChangeRef dot = network.node(0).write(TRACK, "x", 1);
    network.node(0).handle(new SyncInput.Confirm(7, TRACK, dot));
    network.settle();

    assertThat(durableHolders(network, 0, 7)).hasSize(4);
  }

  @Test
  void aQuestionReachesANodeThatComesLater() {
    EngineNetwork network = settled(2);
    network.cut(0, 1);
    ChangeRef change = new ChangeRef.Hash(network.node(0).change(DOCUMENT).hash());
    network.node(0).handle(new SyncInput.Confirm(1, DOCUMENT, change));
    network.settle();
    assertThat(durableHolders(network, 0, 1)).isEmpty();

    network.link(0, 1);
    network.settle();

    assertThat(durableHolders(network, 0, 1)).containsExactly(network.node(1).id);
  }

  @Test
  void nobodyIsAskedWhenNobodyWaits() {
    EngineNetwork network = settled(3);
    network.node(0).change(DOCUMENT);
    network.node(1).write(TRACK, "x", 1);
    network.settle();

    assertThat(network.framesByType).doesNotContainKeys("Ask", "Held");
  }

  @Test
  void nothingIsToldAnyMoreToWhomNoLongerWaits() {
    EngineNetwork network = settled(2);
    ChangeRef change = new ChangeRef.Hash(network.node(0).change(DOCUMENT).hash());
    network.node(0).handle(new SyncInput.Confirm(1, DOCUMENT, change));
    network.node(0).handle(new SyncInput.Unconfirm(1));
    network.settle();

    assertThat(durableHolders(network, 0, 1)).isEmpty();
  }

  @Test
  void anAnswerThatNobodyAskedForIsIgnored() {
    EngineNetwork network = settled(2);
    ChangeRef change = new ChangeRef.Hash(network.node(0).change(DOCUMENT).hash());
    SyncFrame.Answer answer =
        new SyncFrame.Answer(
            DOCUMENT,
            change,
            List.of(
                new SyncFrame.Holder(network.node(1).id, true),
                new SyncFrame.Holder(network.node(0).id, true)));

    network
        .node(0)
        .handle(new SyncInput.Received(network.node(1).id, new SyncFrame.Held(List.of(answer))));
    assertThat(network.node(0).told).noneMatch(each -> each instanceof SyncEffect.Confirmed);
    network.node(0).handle(new SyncInput.Confirm(1, DOCUMENT, change));
    network
        .node(0)
        .handle(new SyncInput.Received(network.node(1).id, new SyncFrame.Held(List.of(answer))));

    // Never oneself, whoever says so.
    assertThat(durableHolders(network, 0, 1)).containsExactly(network.node(1).id);
  }

  @Test
  void noHolderIsEverNamedWhoseDiskDoesNotHoldTheWrite() {
    Trials.run(100, ConfirmationsTest::namesOnlyTrueHolders);
  }

  @Test
  @Tag("heavy")
  void noHolderIsEverNamedWhoseDiskDoesNotHoldTheWriteInTenThousandRuns() {
    Trials.run(10_000, ConfirmationsTest::namesOnlyTrueHolders);
  }

  private static void namesOnlyTrueHolders(Random random) {
    int size = 2 + random.nextInt(4);
    EngineNetwork network = new EngineNetwork(size, random.nextLong());
    network.slowLinkPercent = 20;
    network.slowDiskPercent = 60;
    network.fullMesh();
    Map<Long, SyncInput.Confirm> asked = new HashMap<>();
    Checker checker = new Checker(network, asked);
    for (int i = 0; i < 120; i++) {
      int one = random.nextInt(size);
      int two = (one + 1 + random.nextInt(size - 1)) % size;
      EngineNetwork.Node node = network.node(one);
      switch (random.nextInt(12)) {
        case 0 -> network.crash(one);
        case 1 -> network.cut(one, two);
        case 2, 3 -> network.link(one, two);
        case 4 -> {
          ChangeRef change = new ChangeRef.Hash(node.change(DOCUMENT).hash());
          ask(node, new SyncInput.Confirm(one * 1_000L + i, DOCUMENT, change), asked);
        }
        case 5 -> {
          ChangeRef dot = node.write(TRACK, "f" + random.nextInt(2), i);
          ask(node, new SyncInput.Confirm(one * 1_000L + i, TRACK, dot), asked);
        }
        case 6 -> node.flush();
        default -> network.step();
      }
      checker.check();
    }
    network.line();
    network.settle();
    checker.check();
    assertThat(network.fingerprints()).hasSize(1);
  }

  private static void ask(
      EngineNetwork.Node node, SyncInput.Confirm confirm, Map<Long, SyncInput.Confirm> asked) {
    asked.put(confirm.id(), confirm);
    node.handle(confirm);
  }

  /** Holds every answer against the disks, at the moment it is given. */
  private static final class Checker {
    private final EngineNetwork network;
    private final Map<Long, SyncInput.Confirm> asked;
    private final Map<EngineNetwork.Node, Integer> read = new HashMap<>();

    Checker(EngineNetwork network, Map<Long, SyncInput.Confirm> asked) {
      this.network = network;
      this.asked = asked;
    }

    void check() {
      for (EngineNetwork.Node node : network.nodes()) {
        List<SyncEffect> told = node.told;
        for (int i = read.getOrDefault(node, 0); i < told.size(); i++) {
          if (told.get(i) instanceof SyncEffect.Confirmed confirmed) {
            assertTrue(node, confirmed);
          }
        }
        read.put(node, told.size());
      }
    }

    private void assertTrue(EngineNetwork.Node asker, SyncEffect.Confirmed confirmed) {
      SyncInput.Confirm question = asked.get(confirmed.id());
      EngineNetwork.Node holder =
          network.nodes().stream()
              .filter(node -> node.id.equals(confirmed.peer()))
              .findFirst()
              .orElseThrow();
      assertThat(holder).isNotSameAs(asker);
      assertThat(holder.documents.diskHolds(question.key(), question.change())).isTrue();
    }
  }

  private static Set<PeerId> durableHolders(EngineNetwork network, int node, long id) {
    return network.node(node).told.stream()
        .filter(each -> each instanceof SyncEffect.Confirmed)
        .map(each -> (SyncEffect.Confirmed) each)
        .filter(each -> each.id() == id && each.durable())
        .map(SyncEffect.Confirmed::peer)
        .collect(Collectors.toSet());
  }

  private static EngineNetwork settled(int size) {
    EngineNetwork network = new EngineNetwork(size, 42);
    network.fullMesh();
    network.settle();
    return network;
  }
}

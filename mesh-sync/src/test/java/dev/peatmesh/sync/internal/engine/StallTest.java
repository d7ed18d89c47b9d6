package dev.peatmesh.sync.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentHeads;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentWant;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.reconcile.Fingerprint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pairs that get nowhere, and members that are not what they should be. */
class StallTest {
  private static final DocumentKey DOCUMENT = new DocumentKey("lists", "shopping");

  @Test
  void aPairThatDiffersForGoodBeginsAnewAndIsCounted() {
    EngineNetwork network = settledPair();
    ChangeChunk poison = network.node(0).draft(DOCUMENT);
    network.node(1).documents.takes = chunk -> !chunk.hash().equals(poison.hash());
    network.node(0).publish(DOCUMENT, poison);

    network.settle(Duration.ofMinutes(30));

    assertThat(network.node(0).engine.stalls()).isBetween(2L, 10L);
    assertThat(network.node(0).told).anyMatch(each -> each instanceof SyncEffect.Stalled);
    // Thirty minutes of it cost less than a frame a second.
    assertThat(network.framesByType.get("Compare")).isLessThan(300);
    assertThat(network.framesByType.get("Summary")).isLessThan(600);
  }

  @Test
  void aPairThatWasStalledHealsAtOnceWhenSomethingMoves() {
    EngineNetwork network = settledPair();
    ChangeChunk poison = network.node(0).draft(DOCUMENT);
    network.node(1).documents.takes = chunk -> !chunk.hash().equals(poison.hash());
    network.node(0).publish(DOCUMENT, poison);
    network.settle(Duration.ofMinutes(10));

    network.node(1).change(new DocumentKey("lists", "other"));
    network.settle(Duration.ofSeconds(1));

    assertThat(network.node(0).exists(new DocumentKey("lists", "other"))).isTrue();
  }

  @Test
  void aPeerThatTellsSomethingElseEachTimeIsNotHumouredForEver() {
    EngineNetwork network = settledPair();
    EngineNetwork.Node honest = network.node(0);
    PeerId liar = network.node(1).id;
    network.dropAll(0, 1);

    for (int i = 1; i <= 1_000; i++) {
      honest.handle(
          new SyncInput.Received(
              liar, new SyncFrame.Summary(i, new Fingerprint(i, i), fromBucket(honest), 0, i)));
      network.dropAll(0, 1);
    }

    assertThat(honest.engine.stalls()).isEqualTo(1);
    assertThat(network.framesByType.getOrDefault("Compare", 0)).isLessThan(20);
  }

  @Test
  void aPeerThatNamesDocumentsWithoutEndTakesABoundedAmountOfMemory() {
    EngineNetwork network = settledPair();
    EngineNetwork.Node honest = network.node(0);
    PeerId liar = network.node(1).id;
    honest.handle(new SyncInput.Blocked(liar));
    for (int frame = 0; frame < 300; frame++) {
      List<DocumentHeads> named = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        DocumentKey key = new DocumentKey("made up", frame + "-" + i);
        named.add(new DocumentHeads(key, List.of(new ChangeHash(frame, i, 0, 1))));
      }
      honest.handle(new SyncInput.Received(liar, new SyncFrame.Heads(named)));
    }
    network.bytes = 0;
    honest.handle(new SyncInput.Writable(liar));
    for (int i = 0; i < 1_000; i++) {
      honest.handle(new SyncInput.Writable(liar));
      network.dropAll(0, 1);
    }

    // What could still be asked for was bounded by names.
    assertThat(network.bytes).isLessThan(Outbox.NAMES_MAX * 80L);
  }

  @Test
  void aPeerThatWantsTheSameWithoutEndIsServedOnceForEachTimeTheLinkHasRoom() {
    EngineNetwork network = settledPair();
    EngineNetwork.Node honest = network.node(0);
    PeerId greedy = network.node(1).id;
    ChangeChunk change = honest.change(DOCUMENT);
    network.settle();
    honest.handle(new SyncInput.Blocked(greedy));
    network.framesByType.clear();
    for (int i = 0; i < 10_000; i++) {
      honest.handle(
          new SyncInput.Received(
              greedy,
              new SyncFrame.Want(
                  List.of(new DocumentWant(DOCUMENT, List.of(change.hash()), List.of())))));
    }

    honest.handle(new SyncInput.Writable(greedy));

    assertThat(network.framesByType).containsEntry("Changes", 1);
  }

  @Test
  void changesThatStandOnNothingAreKeptWithinABound() {
    EarlyChanges early = new EarlyChanges();
    PeerId source = new PeerId("01".repeat(32));
    ActorId actor = new ActorId("0a".repeat(16));
    for (int i = 0; i < 200_000; i++) {
      ChangeHash missing = new ChangeHash(7, 7, 7, i);
      ChangeChunk chunk = TestChanges.put(actor, i + 2, i + 2, List.of(missing), "k", i);
      DocumentKey key = new DocumentKey("lists", "d" + i % 5_000);
      early.add(key, new EarlyChanges.Early(chunk, source, missing));
    }

    assertThat(early.bytes()).isBetween(EarlyChanges.BYTES_MAX / 2, EarlyChanges.BYTES_MAX);
    for (int i = 0; i < 5_000; i++) {
      for (int waiting = i; waiting < 200_000; waiting += 5_000) {
        early.release(new DocumentKey("lists", "d" + i), new ChangeHash(7, 7, 7, waiting));
      }
    }
    assertThat(early.bytes()).isZero();
  }

  @Test
  void anotherPeerIsAskedWhenTheFirstBringsNothing() {
    EngineNetwork network = new EngineNetwork(3, 5);
    network.fullMesh();
    network.settle();
    network.cut(0, 1);
    network.cut(0, 2);
    network.cut(1, 2);
    network.node(0).change(DOCUMENT);
    ChangeChunk wanted = network.node(0).change(DOCUMENT);
    network.link(0, 2);
    network.settle();
    // Node 1 promises the change and never sends it, but keeps talking.
    network.link(1, 2);
    network.settle();
    network.cut(0, 2);
    network.cut(1, 2);
    network.crash(2);
    network.node(2).documents.wipe(new StoreId(5, 5));
    network.node(2).restart();
    network.link(1, 2);
    network.dropAll(2, 1);
    network
        .node(2)
        .handle(
            new SyncInput.Received(
                network.node(1).id,
                new SyncFrame.Heads(List.of(new DocumentHeads(DOCUMENT, List.of(wanted.hash()))))));
    network.dropAll(2, 1);
    network.sleep(Requests.PATIENCE.plusSeconds(1));

    network.link(0, 2);
    for (int i = 0; i < 1_000 && !network.node(2).exists(DOCUMENT); i++) {
      network.dropAll(2, 1);
      network.dropAll(1, 2);
      network.step();
    }

    assertThat(network.node(2).exists(DOCUMENT)).isTrue();
  }

  private static int fromBucket(EngineNetwork.Node node) {
    return node.told.stream()
        .filter(each -> each instanceof SyncEffect.Send)
        .map(each -> ((SyncEffect.Send) each).frame())
        .filter(each -> each instanceof SyncFrame.Hello)
        .mapToInt(each -> ((SyncFrame.Hello) each).fromBucket())
        .findFirst()
        .orElseThrow();
  }

  private static EngineNetwork settledPair() {
    EngineNetwork network = new EngineNetwork(2, 42);
    network.link(0, 1);
    network.settle();
    return network;
  }
}

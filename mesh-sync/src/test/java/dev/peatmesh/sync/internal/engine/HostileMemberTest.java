package dev.peatmesh.sync.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentChanges;
import dev.peatmesh.sync.internal.engine.SyncFrame.DocumentHeads;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one hostile member can do to others. */
class HostileMemberTest {
  @Test
  void whoClaimsToHaveADocumentAndNeverSendsItKeepsItFromNobodyForLong() {
    EngineNetwork network = new EngineNetwork(3, 7);
    DocumentKey key = new DocumentKey("lists", "wanted");
    ChangeChunk wanted = network.node(1).change(key);
    EngineNetwork.Node victim = network.node(0);
    PeerId hostile = network.node(2).id;
    network.link(0, 2);
    network.settle();
    told(
        victim,
        hostile,
        new SyncFrame.Heads(List.of(new DocumentHeads(key, List.of(wanted.hash())))));
    network.link(0, 1);
    int seconds = 0;
    for (int i = 0; i < 150 && !victim.exists(key); i++) {
      DocumentKey junk = new DocumentKey("lists", "junk" + i);
      ChangeChunk chunk = TestChanges.put(new ActorId("ab".repeat(24)), 1, 1, List.of(), "k", i);
      told(
          victim,
          hostile,
          new SyncFrame.Heads(List.of(new DocumentHeads(junk, List.of(chunk.hash())))));
      told(
          victim,
          hostile,
          new SyncFrame.Changes(
              List.of(new DocumentChanges(junk, List.of(ByteBuffer.wrap(chunk.bytes()))))));
      network.settle(Duration.ofMillis(400));
      seconds = i * 400 / 1000;
    }
    assertThat(victim.exists(key)).as("after " + seconds + " s").isTrue();
    assertThat(seconds).isLessThanOrEqualTo(45);
  }

  private static void told(EngineNetwork.Node victim, PeerId hostile, SyncFrame frame) {
    victim.handle(new SyncInput.Received(hostile, frame));
  }

  @Test
  void manyQuestionsOfOneMemberCostLittle() {
    EngineNetwork network = new EngineNetwork(3, 7);
    network.link(0, 1);
    network.link(0, 2);
    network.settle();
    DocumentKey key = new DocumentKey("lists", "none");
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    for (int peer = 1; peer < 3; peer++) {
      for (int i = 0; i < 40_000; i++) {
        ChangeRef ref = new ChangeRef.Dot(new ActorId("ab".repeat(24)), 1 + peer * 100_000L + i);
        told(
            network.node(0),
            network.node(peer).id,
            new SyncFrame.Ask(List.of(new SyncFrame.Question(key, ref, 8))));
      }
    }
    assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - before))
        .as("processor time of this thread")
        .isLessThan(Duration.ofSeconds(4));
  }
}

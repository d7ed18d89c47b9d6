package dev.peatmesh.sync.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.DeletePolicy;
import dev.peatmesh.sync.Trials;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.guard.Footprint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a graph of changes says of deletes, against the sets of all ancestors. */
class DeletesInTheGraphTest {
  @Test
  void aWriteBesideADeleteLosesWhereDeletesWin() {
    ChangeGraph graph = new ChangeGraph();
    graph.add(change(1, false, 0));
    graph.add(change(2, true, 70, 1));
    graph.add(change(3, false, 0, 1));
    assertThat(graph.deleted(DeletePolicy.EDIT_WINS)).isFalse();
    assertThat(graph.deleted(DeletePolicy.DELETE_WINS)).isTrue();
    assertThat(graph.liveHeads()).containsExactly(hash(2));
    graph.add(change(4, false, 0, 2));
    assertThat(graph.deleted(DeletePolicy.DELETE_WINS)).isFalse();
    assertThat(graph.liveHeads()).containsExactly(hash(4));
    graph.add(change(5, false, 0, 3, 4));
    assertThat(graph.liveHeads()).containsExactly(hash(5));
  }

  @Test
  void twoConcurrentDeletesLeaveNothingAlive() {
    ChangeGraph graph = new ChangeGraph();
    graph.add(change(1, false, 0));
    graph.add(change(2, true, 70, 1));
    graph.add(change(3, true, 90, 1));
    assertThat(graph.liveHeads()).isEmpty();
    assertThat(graph.deleted(DeletePolicy.DELETE_WINS)).isTrue();
    assertThat(graph.deletedSeconds()).isEqualTo(90);
    graph.add(change(4, false, 0, 2));
    assertThat(graph.deleted(DeletePolicy.DELETE_WINS)).isTrue();
  }

  @Test
  void theTimeOfADeleteIsThatOfTheLastOneAtTheHeads() {
    ChangeGraph graph = new ChangeGraph();
    assertThat(graph.deletedSeconds()).isZero();
    graph.add(change(1, true, 900));
    graph.add(change(2, false, 5, 1));
    assertThat(graph.deletedSeconds()).isZero();
    graph.add(change(3, true, -4, 2));
    assertThat(graph.deletedSeconds()).isZero();
    graph.add(change(4, true, 40, 3));
    assertThat(graph.deletedSeconds()).isEqualTo(40);
  }

  @Test
  void theHeadsThatStandOnEveryDeleteAreAlive() {
    Trials.run(3_000, DeletesInTheGraphTest::compareWithAllAncestors);
  }

  private static void compareWithAllAncestors(Random random) {
    ChangeGraph graph = new ChangeGraph();
    List<BitSet> below = new ArrayList<>();
    BitSet deletes = new BitSet();
    BitSet heads = new BitSet();
    int count = 1 + random.nextInt(30);
    for (int i = 0; i < count; i++) {
      BitSet ancestors = new BitSet();
      ancestors.set(i);
      List<Integer> deps = new ArrayList<>();
      for (int j = 0; i > 0 && j < random.nextInt(4); j++) {
        int dep = Math.max(0, i - 1 - random.nextInt(8));
        if (!ancestors.get(dep)) {
          deps.add(dep + 1);
          ancestors.or(below.get(dep));
        }
      }
      boolean isDelete = random.nextInt(4) == 0;
      deletes.set(i, isDelete);
      heads.set(i);
      deps.forEach(dep -> heads.clear(dep - 1));
      below.add(ancestors);
      int[] named = deps.stream().mapToInt(Integer::intValue).toArray();
      graph.add(change(i + 1, isDelete, i, named));

      List<ChangeHash> alive = new ArrayList<>();
      boolean exists = false;
      for (int head : heads.stream().toArray()) {
        BitSet lacking = (BitSet) deletes.clone();
        lacking.andNot(below.get(head));
        if (lacking.isEmpty()) {
          alive.add(hash(head + 1));
          exists |= !deletes.get(head);
        }
      }
      Collections.sort(alive);
      assertThat(graph.liveHeads()).isEqualTo(alive);
      assertThat(graph.deleted(DeletePolicy.DELETE_WINS)).isEqualTo(!exists);
    }
  }

  private static ChangeChunk change(int id, boolean deletes, long seconds, int... deps) {
    List<ChangeHash> hashes = new ArrayList<>();
    for (int dep : deps) {
      hashes.add(hash(dep));
    }
    ActorId actor = new ActorId("0a");
    ByteBuffer none = ByteBuffer.allocate(0);
    Footprint footprint =
        new ChangeChunk(hash(id), hashes, actor, id, id, 1, deletes, none).footprint();
    return new ChangeChunk(hash(id), hashes, actor, id, id, seconds, 1, deletes, footprint, none);
  }

  private static ChangeHash hash(int id) {
    return new ChangeHash(id, 0, 0, 0);
  }
}

package dev.peatmesh.sync.internal.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.DeletePolicy;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.Trials;
import dev.peatmesh.sync.internal.engine.ChangeGraph;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.guard.ChunkReader;
import dev.peatmesh.sync.internal.guard.DocumentGuard;
import dev.peatmesh.sync.internal.guard.GuardLimits;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Deletes that bear their time and may win, and documents that expire. */
class LifeOfADocumentTest {
  private static final Instant EARLY = Instant.ofEpochMilli(1_800_000_000_000L);
  private static final Instant LATE = EARLY.plusSeconds(60);

  private final List<NativeDocument> documents = new ArrayList<>();

  @AfterEach
  void leavesNoNativeDocumentOpen() {
    documents.forEach(NativeDocument::close);
    assertThat(NativeDocument.openCount()).isZero();
  }

  @Test
  void aDeleteSaysWhenItWasMade() {
    NativeDocument ann = create("0a");
    NativeDocument bob = create("0b");
    ChangeChunk put = read(ann.put(Map.of("a", 1L << 40)));
    ChangeChunk delete = read(ann.delete(1_750_000_000L));
    assertThat(put.timeSeconds()).isZero();
    assertThat(delete.timeSeconds()).isEqualTo(1_750_000_000L);
    assertThat(delete.deletesDocument()).isTrue();
    assertThat(delete.deps()).containsExactly(put.hash());
    assertThat(ann.heads()).containsExactly(delete.hash());
    bob.apply(put.bytes());
    bob.apply(delete.bytes());
    assertThat(bob.heads()).isEqualTo(ann.heads());
    ChangeChunk again = read(ann.put(Map.of("b", 2), Basis.EMPTY));
    bob.apply(again.bytes());
    assertThat(bob.value()).isEqualTo(Map.of("b", 2L));
    assertThat(NativeDocument.load(ann.save(), ann.actor())).satisfies(documents::add);
  }

  @Test
  void anyTimeIsKept() {
    NativeDocument ann = create("0a");
    ann.put(Map.of("a", 1));
    for (long seconds : new long[] {0, -1, 63, 64, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertThat(read(ann.delete(seconds)).timeSeconds()).isEqualTo(seconds);
    }
  }

  @Test
  void theInstantOfExpiryIsNoPartOfTheContent() {
    NativeDocument ann = create("0a");
    ann.put(Map.of("a", 1));
    assertThat(ann.expires()).isEmpty();
    assertThat(ann.expire(EARLY.plusNanos(1), Basis.PRESENT)).isPresent();
    assertThat(ann.expire(EARLY, Basis.PRESENT)).isEmpty();
    assertThat(ann.expires()).contains(EARLY);
    assertThat(ann.value()).isEqualTo(Map.of("a", 1L));
    ann.change(
        root -> {
          assertThat(root.keys()).containsExactly("a");
          assertThat(root.size()).isEqualTo(1);
          for (String key : List.of("$expires", "$deleted")) {
            assertThatThrownBy(() -> root.put(key, 1)).isInstanceOf(MeshException.Refused.class);
            assertThatThrownBy(() -> root.get(key)).isInstanceOf(MeshException.Refused.class);
          }
        });
    ann.put(Map.of("b", 2));
    assertThat(ann.expires()).contains(EARLY);
    assertThat(ann.expire(null, Basis.PRESENT)).isPresent();
    assertThat(ann.expires()).isEmpty();
    assertThat(ann.expire(null, Basis.PRESENT)).isEmpty();
  }

  @Test
  void ofConcurrentInstantsTheLastOneCounts() {
    Trials.run(
        20,
        random -> {
          List<NativeDocument> replicas = List.of(create("0a"), create("0b"), create("0c"));
          byte[] put = replicas.get(0).put(Map.of("a", 1)).orElseThrow();
          replicas.get(1).apply(put);
          replicas.get(2).apply(put);
          List<byte[]> chunks = new ArrayList<>();
          Instant last = EARLY;
          for (NativeDocument replica : replicas) {
            Instant instant = EARLY.plusMillis(random.nextInt(1_000));
            last = last.isBefore(instant) ? instant : last;
            chunks.add(replica.expire(instant, Basis.PRESENT).orElseThrow());
          }
          for (NativeDocument replica : replicas) {
            chunks.forEach(replica::apply);
            assertThat(replica.expires()).contains(last);
          }
        });
  }

  @Test
  void aWriteKeepsTheDocumentLongerAndNeverShorter() {
    NativeDocument ann = create("0a");
    ann.put(Map.of("a", 1), Basis.PRESENT.keeping(LATE));
    assertThat(ann.expires()).contains(LATE);
    ann.change(root -> root.put("a", 2), Basis.PRESENT.keeping(EARLY));
    assertThat(ann.expires()).contains(LATE);
    assertThat(ann.put(Map.of("a", 2), Basis.PRESENT.keeping(LATE))).isEmpty();
    assertThat(ann.put(Map.of("a", 2), Basis.PRESENT.keeping(LATE.plusMillis(1)))).isPresent();
    ann.delete(5);
    ann.put(Map.of("b", 1), Basis.EMPTY);
    assertThat(ann.expires()).isEmpty();
  }

  @Test
  void whereDeletesWinAWriteUndoesWhatWasWrittenBesideTheDelete() {
    NativeDocument ann = create("0a");
    NativeDocument bob = create("0b");
    Map<String, Object> first = Map.of("t", new Text("abc"), "n", new Counter(1), "a", 1);
    bob.apply(ann.put(first).orElseThrow());
    ChangeChunk lost = read(bob.change(root -> root.put("lost", true)));
    ann.delete(9);
    Map<String, Object> anew = Map.of("t", new Text("new"), "l", List.of(1L << 40, "x"));
    ChangeChunk written = read(ann.put(anew, Basis.EMPTY.keeping(LATE)));
    ann.apply(lost.bytes());
    ann.apply(read(bob.expire(EARLY, Basis.PRESENT)).bytes());
    List<ChangeHash> alive = List.of(written.hash());
    assertThat(ann.value()).containsKey("lost");
    assertThat(ann.value(alive)).isEqualTo(anew);
    assertThat(ann.expires(alive)).contains(LATE);

    assertThat(ann.change(root -> root.put("b", 2), Basis.of(alive))).isPresent();
    assertThat(ann.heads()).hasSize(1);
    assertThat(ann.value())
        .isEqualTo(Map.of("t", new Text("new"), "l", List.of(1L << 40, "x"), "b", 2L));
    assertThat(ann.expires()).contains(LATE);
  }

  @Test
  void whereDeletesWinAllReplicasSeeTheSameAndNothingBesideADelete() {
    Trials.run(60, random -> new DeletesWin(random).run());
  }

  /** Three replicas that write, delete and exchange changes at random. */
  private final class DeletesWin {
    private final Random random;
    private final List<Replica> replicas = new ArrayList<>();

    DeletesWin(Random random) {
      this.random = random;
      for (int i = 0; i < 3; i++) {
        replicas.add(new Replica(create("0" + (i + 1))));
      }
    }

    void run() {
      for (int step = 0; step < 30; step++) {
        Replica replica = replicas.get(random.nextInt(3));
        switch (random.nextInt(5)) {
          case 0 -> replica.delete(step);
          case 1, 2 -> replica.write("k" + random.nextInt(3), step);
          default -> replica.hear(replicas.get(random.nextInt(3)));
        }
      }
      for (int round = 0; round < 2; round++) {
        replicas.forEach(to -> replicas.forEach(to::hear));
      }
      for (Replica replica : replicas) {
        assertThat(replica.view()).isEqualTo(replicas.get(0).view());
        assertThat(replica.document.heads()).isEqualTo(replica.graph.heads());
      }
      Replica last = replicas.get(0);
      Optional<Map<String, Object>> before = last.view();
      last.write("last", 99);
      assertThat(last.graph.heads()).hasSize(1);
      assertThat(last.document.value()).isEqualTo(last.view().orElseThrow());
      int expected = before.map(Map::size).orElse(0);
      assertThat(last.document.value()).hasSize(expected + 1);
    }

    private final class Replica {
      private final NativeDocument document;
      private final ChangeGraph graph = new ChangeGraph();
      private final DocumentGuard guard = new DocumentGuard();

      Replica(NativeDocument document) {
        this.document = document;
      }

      void write(String key, int value) {
        Basis basis = exists() ? Basis.of(graph.liveHeads()) : Basis.EMPTY;
        document.change(root -> root.put(key, value), basis).ifPresent(this::take);
      }

      void delete(int seconds) {
        if (exists()) {
          take(document.delete(seconds).orElseThrow());
        }
      }

      void hear(Replica other) {
        for (ChangeChunk chunk : other.graph.between(other.graph.heads(), graph.heads())) {
          if (!graph.contains(chunk.hash())) {
            document.apply(chunk.bytes());
            add(chunk);
          }
        }
      }

      Optional<Map<String, Object>> view() {
        return exists() ? Optional.of(document.value(graph.liveHeads())) : Optional.empty();
      }

      private boolean exists() {
        return graph.size() > 0 && !graph.deleted(DeletePolicy.DELETE_WINS);
      }

      private void take(byte[] encoded) {
        ChangeChunk chunk = ChunkReader.read(ByteBuffer.wrap(encoded), GuardLimits.DEFAULT);
        add(chunk);
      }

      private void add(ChangeChunk chunk) {
        guard.check(chunk, graph.maxOp(chunk.deps()));
        guard.admit(chunk);
        graph.add(chunk);
      }
    }
  }

  private NativeDocument create(String actor) {
    NativeDocument document = NativeDocument.create(new ActorId(actor));
    documents.add(document);
    return document;
  }

  private static ChangeChunk read(Optional<byte[]> chunk) {
    return ChunkReader.read(ByteBuffer.wrap(chunk.orElseThrow()), GuardLimits.DEFAULT);
  }
}

package dev.peatmesh.sync.internal.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.Trials;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.guard.ChunkReader;
import dev.peatmesh.sync.internal.guard.DocumentGuard;
import dev.peatmesh.sync.internal.guard.GuardLimits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What our documents write, the guards of our peers let pass. */
class OwnChangesPassTheGuardTest {
  private final Map<ChangeHash, ChangeChunk> known = new HashMap<>();

  @Test
  void everyChangeOfThreeReplicasPassesAndSaysWhatItIs() {
    Trials.run(300, this::everyChangePasses);
  }

  private void everyChangePasses(Random random) {
    known.clear();
    RandomValues values = new RandomValues(random);
    List<NativeDocument> replicas = new ArrayList<>();
    List<DocumentGuard> guards = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      replicas.add(NativeDocument.create(new ActorId("0" + i)));
      guards.add(new DocumentGuard());
    }
    List<List<ChangeChunk>> waiting =
        List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    try {
      for (int step = 0; step < 12; step++) {
        int author = random.nextInt(3);
        boolean deletes = random.nextInt(6) == 0;
        NativeDocument document = replicas.get(author);
        Optional<byte[]> written =
            deletes ? document.delete() : document.put(values.map(3), random.nextInt(6) == 0);
        if (written.isPresent()) {
          ChangeChunk chunk = ChunkReader.read(ByteBuffer.wrap(written.get()), GuardLimits.DEFAULT);
          assertThat(document.heads()).containsExactly(chunk.hash());
          assertThat(chunk.deletesDocument()).isEqualTo(deletes);
          assertThat(chunk.actor()).isEqualTo(document.actor());
          known.put(chunk.hash(), chunk);
          admit(guards.get(author), chunk);
          for (int peer = 0; peer < 3; peer++) {
            if (peer != author) {
              waiting.get(peer).add(chunk);
            }
          }
        }
        int reader = random.nextInt(3);
        deliver(waiting.get(reader), replicas.get(reader), guards.get(reader));
      }
      for (int i = 0; i < 3; i++) {
        deliver(waiting.get(i), replicas.get(i), guards.get(i));
        assertThat(replicas.get(i).heads()).isEqualTo(replicas.get(0).heads());
        assertThat(replicas.get(i).value()).isEqualTo(replicas.get(0).value());
      }
    } finally {
      replicas.forEach(NativeDocument::close);
    }
  }

  private void deliver(List<ChangeChunk> waiting, NativeDocument document, DocumentGuard guard) {
    for (ChangeChunk chunk : waiting) {
      admit(guard, chunk);
      document.apply(chunk.bytes());
    }
    waiting.clear();
  }

  private void admit(DocumentGuard guard, ChangeChunk chunk) {
    long depsLastOp =
        chunk.deps().stream().mapToLong(hash -> known.get(hash).lastOp()).max().orElse(0);
    guard.check(chunk, depsLastOp);
    guard.admit(chunk);
  }
}

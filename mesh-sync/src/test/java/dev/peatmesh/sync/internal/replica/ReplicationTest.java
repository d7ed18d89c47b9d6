package dev.peatmesh.sync.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.WriteReceipt;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Waiting for other nodes, and pausing. */
class ReplicationTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final TestMesh mesh = new TestMesh();

  @AfterEach
  void everythingIsFreed() {
    mesh.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lists", "tracks"})
  void completesOnceOthersHoldTheWrite(String collection) {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    TestMesh.Node three = mesh.node(3, new TestDisk(3));
    mesh.join(one, two);
    mesh.join(two, three);

    one.collection(collection).put("a", Map.of("x", 1)).awaitReplicated(2, PATIENCE);

    assertThat(three.collection(collection).get("a")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lists", "tracks"})
  void aNodeWhoseDiskIsSlowDoesNotCountBeforeItsCommit(String collection) {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    TestDisk slow = new TestDisk(2);
    TestMesh.Node two = mesh.node(2, slow);
    mesh.join(one, two);
    slow.hold();

    CompletableFuture<Void> replicated =
        one.collection(collection).put("a", Map.of("x", 1)).replicated(1, PATIENCE);
    mesh.advance(Duration.ofSeconds(5));
    assertThat(two.collection(collection).get("a")).isPresent();
    assertThat(replicated).isNotDone();

    slow.release(null);
    mesh.settle();
    assertThat(replicated).isCompleted();
  }

  @Test
  void namesWhoIsMissingWhenTimeIsOver() {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    TestDisk slow = new TestDisk(3);
    TestMesh.Node three = mesh.node(3, slow);
    mesh.join(one, two);
    mesh.join(one, three);
    slow.hold();
    WriteReceipt receipt = one.lists.put("a", Map.of("x", 1));

    MeshException.NotReplicated late =
        catchThrowableOfType(
            MeshException.NotReplicated.class, () -> receipt.awaitReplicated(2, PATIENCE));

    assertThat(late.holders()).containsExactly("n02");
    assertThat(late.missing()).containsExactly(Map.entry("n03", "did not answer"));
    assertThat(late)
        .hasMessageContaining("awaitReplicated(2, PT10S): lists/a is held durably by 1");
    slow.release(null);
    receipt.awaitReplicated(2, PATIENCE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lists", "tracks"})
  void aWriteThatChangedNothingIsWaitedForAsItStands(String collection) {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    one.collection(collection).put("a", Map.of("x", 1));
    WriteReceipt again = one.collection(collection).put("a", Map.of("x", 1));
    assertThat(again.changed()).isFalse();
    CompletableFuture<Void> replicated = again.replicated(1, Duration.ofMinutes(1));
    mesh.settle();
    assertThat(replicated).isNotDone();

    mesh.join(one, two);
    assertThat(replicated).isCompleted();
  }

  @Test
  void refusesWhatCannotBeWaitedFor() {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    WriteReceipt receipt = one.lists.put("a", Map.of("x", 1));

    assertThatThrownBy(() -> receipt.awaitReplicated(0, PATIENCE))
        .isInstanceOf(MeshException.Refused.class);
    assertThatThrownBy(() -> receipt.awaitReplicated(1, Duration.ZERO))
        .isInstanceOf(MeshException.Refused.class);
  }

  @Test
  void whoWaitsHearsOfTheEnd() {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    CompletableFuture<Void> replicated = one.lists.put("a", Map.of("x", 1)).replicated(1, PATIENCE);
    mesh.loop.run();

    one.stop();

    assertThatThrownBy(() -> mesh.await(replicated)).isInstanceOf(MeshException.Closed.class);
  }

  @Test
  void nothingIsSentWhilePausedAndEverythingAfterwards() {
    TestMesh.Node one = mesh.node(1, new TestDisk(1));
    TestMesh.Node two = mesh.node(2, new TestDisk(2));
    mesh.join(one, two);
    one.replicator.pause(true);
    mesh.settle();
    long before = mesh.frames;

    one.lists.put("a", Map.of("x", 1));
    two.lists.put("b", Map.of("x", 1));
    mesh.advance(Duration.ofMinutes(5));

    assertThat(mesh.frames).isEqualTo(before);
    assertThat(one.status().paused()).isTrue();
    one.replicator.pause(false);
    mesh.settle();
    assertThat(one.fingerprint()).isEqualTo(two.fingerprint());
    assertThat(one.lists.list()).containsExactly("a", "b");
  }
}

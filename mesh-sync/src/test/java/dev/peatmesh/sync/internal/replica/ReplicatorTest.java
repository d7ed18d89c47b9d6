package dev.peatmesh.sync.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentCollection;
import dev.peatmesh.sync.DocumentEvent;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.WriteReceipt;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import dev.peatmesh.sync.internal.engine.PeerId;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.store.ChangeLog;
import dev.peatmesh.sync.internal.store.CompactionReport;
import dev.peatmesh.sync.internal.store.CompactionRequest;
import dev.peatmesh.sync.internal.store.DocumentSnapshot;
import dev.peatmesh.sync.internal.store.DocumentStore;
import dev.peatmesh.sync.internal.store.Recovery;
import dev.peatmesh.sync.internal.store.RecoverySink;
import dev.peatmesh.sync.internal.store.ReplicaState;
import dev.peatmesh.sync.internal.store.StoreLimits;
import dev.peatmesh.sync.internal.store.StoreWrite;
import dev.peatmesh.sync.internal.store.StoredDocument;
import dev.peatmesh.sync.internal.store.StoredRecords;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplicatorTest {
  private final ManualLoop loop = new ManualLoop();
  private final List<Node> nodes = new ArrayList<>();
  private final long openBefore = NativeDocument.openCount();

  @AfterEach
  void everyNativeDocumentIsFreed() {
    nodes.forEach(Node::stop);
    assertThat(NativeDocument.openCount()).isEqualTo(openBefore);
  }

  @Test
  void aChangeOfOneNodeIsSeenOnTheOther() {
    Node one = new Node(1, new TestLog());
    Node two = new Node(2, new TestLog());
    join(one, two);

    one.lists.change("shopping", doc -> doc.put("milk", 2));
    settle();

    assertThat(two.lists.get("shopping")).contains(Map.of("milk", 2L));
    assertThat(two.events)
        .containsExactly(
            new DocumentEvent(
                new DocumentKey("lists", "shopping"),
                DocumentEvent.Kind.CHANGED,
                DocumentEvent.Origin.REMOTE));
  }

  @Test
  void editsOfDifferentNestedFieldsBothSurvive() {
    Node one = new Node(1, new TestLog());
    Node two = new Node(2, new TestLog());
    one.lists.put("pantry", Map.of("flour", Map.of("kg", 3, "brand", "A")));
    join(one, two);
    part(one, two);

    one.lists.put("pantry", Map.of("flour", Map.of("kg", 5, "brand", "A")));
    two.lists.put("pantry", Map.of("flour", Map.of("kg", 3, "brand", "B")));
    join(one, two);

    Map<String, Object> merged = Map.of("flour", Map.of("kg", 5L, "brand", "B"));
    assertThat(one.lists.get("pantry")).contains(merged);
    assertThat(two.lists.get("pantry")).contains(merged);
  }

  @Test
  void aDeleteTravelsAndAConcurrentEditSurvivesIt() {
    Node one = new Node(1, new TestLog());
    Node two = new Node(2, new TestLog());
    one.lists.put("a", Map.of("x", 1));
    one.lists.put("b", Map.of("x", 1));
    join(one, two);
    one.lists.delete("a");
    settle();
    assertThat(two.lists.list()).containsExactly("b");
    part(one, two);

    one.lists.delete("b");
    two.lists.change("b", doc -> doc.put("y", 2));
    join(one, two);

    assertThat(one.lists.get("b")).contains(Map.of("x", 1L, "y", 2L));
    assertThat(two.lists.get("b")).contains(Map.of("x", 1L, "y", 2L));
  }

  @Test
  void aDocumentWrittenAgainAfterItsDeleteStartsEmpty() {
    Node one = new Node(1, new TestLog());
    Node two = new Node(2, new TestLog());
    join(one, two);
    one.lists.put("a", Map.of("x", 1));
    one.lists.delete("a");

    two.lists.change("a", doc -> doc.put("y", 2));
    settle();

    assertThat(one.lists.get("a")).contains(Map.of("y", 2L));
    assertThat(two.lists.get("a")).contains(Map.of("y", 2L));
  }

  @Test
  void aChangeLeavesTheNodeOnlyOnceItIsDurable() {
    TestLog slow = new TestLog();
    Node one = new Node(1, slow);
    Node two = new Node(2, new TestLog());
    join(one, two);
    slow.hold = true;

    CompletableFuture<WriteReceipt> write = one.lists.changeAsync("a", doc -> doc.put("x", 1));
    settle();
    assertThat(write).isNotDone();
    assertThat(two.lists.get("a")).isEmpty();

    slow.release(null);
    settle();
    assertThat(write).isCompleted();
    assertThat(two.lists.get("a")).isPresent();
  }

  @Test
  void aFailedWriteLeavesNoTraceAndTheNextOneSucceeds() {
    TestLog log = new TestLog();
    Node one = new Node(1, log);
    one.lists.put("a", Map.of("x", 1));
    log.failure = new MeshException.StoreFailure("disk full", null);

    assertThatThrownBy(() -> one.lists.put("a", Map.of("x", 2)))
        .isInstanceOf(MeshException.StoreFailure.class);
    assertThat(one.lists.get("a")).contains(Map.of("x", 1L));
    assertThat(one.status().storeProblem()).contains("disk full");

    log.failure = null;
    one.lists.put("a", Map.of("x", 3));
    assertThat(one.lists.get("a")).contains(Map.of("x", 3L));
    assertThat(one.status().storeProblem()).isEmpty();
  }

  @Test
  void goesOnReadingWhileTheDiskIsFullAndKeepsWhatItReadOnceThereIsRoom() {
    TestLog log = new TestLog();
    Node one = new Node(1, log);
    Node two = new Node(2, new TestLog());
    join(one, two);
    log.failure = new MeshException.StoreFailure("disk full", null);

    two.lists.put("a", Map.of("x", 1));
    settle();
    assertThat(one.lists.get("a")).contains(Map.of("x", 1L));
    assertThat(one.status().unsaved()).isEqualTo(1);

    log.failure = null;
    loop.advance(Duration.ofSeconds(2));
    assertThat(one.status().unsaved()).isZero();
    assertThat(log.kept).hasSize(1);
  }

  @Test
  void aWriteThatStandsOnAnUnsavedChangeReachesTheDiskTogetherWithIt() {
    TestLog log = new TestLog();
    Node one = new Node(1, log);
    Node two = new Node(2, new TestLog());
    join(one, two);
    log.failure = new MeshException.StoreFailure("disk full", null);
    two.lists.put("a", Map.of("x", 1));
    loop.run();
    log.failure = null;

    one.lists.change("a", doc -> doc.put("y", 2));
    one.stop(); // before the unsaved change was tried again
    Node again = new Node(1, log);

    assertThat(again.lists.get("a")).contains(Map.of("x", 1L, "y", 2L));
  }

  @Test
  void failedFirstWritesLeaveNoNativeDocumentBehind() {
    TestLog log = new TestLog();
    Node one = new Node(1, log);
    long before = NativeDocument.openCount();
    log.failure = new MeshException.StoreFailure("disk full", null);

    for (int i = 0; i < 10; i++) {
      String id = "d" + i;
      assertThatThrownBy(() -> one.lists.put(id, Map.of("x", 1)))
          .isInstanceOf(MeshException.StoreFailure.class);
    }

    assertThat(NativeDocument.openCount()).isEqualTo(before);
  }

  @Test
  void callsAfterTheEndAreAnswered() {
    Node one = new Node(1, new TestLog());
    one.stop();

    assertThatThrownBy(() -> one.lists.put("a", Map.of("x", 1)))
        .isInstanceOf(MeshException.Closed.class);
    assertThatThrownBy(() -> one.lists.get("a")).isInstanceOf(MeshException.Closed.class);
  }

  @Test
  void anEditThatFailsWithAnErrorComesBack() {
    Node one = new Node(1, new TestLog());

    assertThatThrownBy(
            () ->
                one.lists.change(
                    "a",
                    doc -> {
                      throw new AssertionError("mine");
                    }))
        .isInstanceOf(AssertionError.class);
    assertThat(one.lists.list()).isEmpty();
  }

  @Test
  void anEditThatThrowsChangesNothingAndComesBack() {
    Node one = new Node(1, new TestLog());

    assertThatThrownBy(
            () ->
                one.lists.change(
                    "a",
                    doc -> {
                      doc.put("x", 1);
                      throw new IllegalArgumentException("mine");
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mine");
    assertThat(one.lists.list()).isEmpty();
  }

  @Test
  void callingTheCollectionFromInsideAnEditIsRefused() {
    Node one = new Node(1, new TestLog());

    assertThatThrownBy(() -> one.lists.change("a", doc -> one.lists.get("b")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("inside an edit");
  }

  @Test
  void everythingIsThereAfterARestart() {
    TestLog log = new TestLog();
    Node one = new Node(1, log);
    for (int i = 0; i < 1_200; i++) {
      int value = i;
      one.lists.change("a", doc -> doc.put("x", value));
    }
    one.lists.put("b", Map.of("y", 1));
    assertThat(log.snapshots).hasSize(1);
    one.stop();

    Node again = new Node(1, log);
    Node two = new Node(2, new TestLog());
    join(again, two);

    assertThat(again.lists.get("a")).contains(Map.of("x", 1_199L));
    assertThat(two.lists.get("a")).contains(Map.of("x", 1_199L));
    assertThat(two.lists.get("b")).contains(Map.of("y", 1L));
  }

  @Test
  void takesANewActorWhenAPeerReturnsAForgottenChangeOfItsOwn() {
    TestLog log = new TestLog();
    Node one = new Node(1, log);
    Node two = new Node(2, new TestLog());
    join(one, two);
    one.lists.put("a", Map.of("x", 1));
    settle();
    one.stop();
    log.kept.clear(); // the disk was set back

    Node setBack = new Node(1, log);
    join(setBack, two);
    setBack.lists.put("a", Map.of("x", 2));
    settle();

    assertThat(two.lists.get("a")).contains(Map.of("x", 2L));
    assertThat(two.status().refused()).isZero();
  }

  private void settle() {
    loop.advance(Duration.ofSeconds(3));
  }

  private void join(Node one, Node two) {
    Port there = new Port(one, two);
    Port back = new Port(two, one);
    there.other = back;
    back.other = there;
    one.port = there;
    two.port = back;
    one.replicator.peerUp(two.id, there);
    two.replicator.peerUp(one.id, back);
    settle();
  }

  private void part(Node one, Node two) {
    one.replicator.peerDown(two.id, one.port);
    two.replicator.peerDown(one.id, two.port);
    settle();
  }

  private final class Port implements PeerPort {
    private final Node from;
    private final Node to;
    @Nullable Port other;

    Port(Node from, Node to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public void send(ByteBuffer frame) {
      to.replicator.frame(from.id, other, frame);
    }

    @Override
    public boolean writable() {
      return true;
    }

    @Override
    public void consumed(int bytes) {}

    @Override
    public void violation(String detail) {
      throw new AssertionError(detail);
    }
  }

  private final class Node {
    final PeerId id;
    final Replicator replicator;
    final DocumentCollection lists;
    final List<DocumentEvent> events = new ArrayList<>();
    @Nullable Port port;
    private boolean stopped;

    Node(int number, TestLog log) {
      id = new PeerId(String.valueOf(number).repeat(64));
      log.opened(number);
      replicator =
          new Replicator(
              id,
              SyncSettings.DEFAULT,
              loop,
              Runnable::run,
              new Random(number),
              RecoveredDocuments.read(log.store(number)),
              log);
      lists = replicator.collection("lists", new VirtualWait());
      lists.subscribe(events::add);
      nodes.add(this);
    }

    SyncStatus status() {
      SyncStatus[] status = new SyncStatus[1];
      loop.execute(() -> status[0] = replicator.status());
      loop.run();
      return status[0];
    }

    void stop() {
      if (!stopped) {
        stopped = true;
        loop.execute(replicator::close);
        loop.run();
      }
    }
  }

  private final class VirtualWait implements Waiting {
    @Override
    public <T> T await(CompletableFuture<T> answer) {
      loop.run();
      try {
        return answer.get();
      } catch (ExecutionException failure) {
        throw Waiting.unwrapped(failure);
      } catch (InterruptedException impossible) {
        throw new AssertionError(impossible);
      }
    }
  }

  /** A log and store in memory, which fails and hesitates when told. */
  private static final class TestLog implements ChangeLog {
    final Map<ChangeHash, StoreWrite.Change> kept = new LinkedHashMap<>();
    final Map<DocumentKey, DocumentSnapshot> snapshots = new LinkedHashMap<>();
    private final List<Runnable> held = new ArrayList<>();
    MeshException.@Nullable StoreFailure failure;
    boolean hold;

    void opened(int number) {}

    @Override
    public void append(List<? extends StoreWrite> writes, Completion completion) {
      Runnable commit =
          () -> {
            if (failure == null) {
              for (StoreWrite write : writes) {
                StoreWrite.Change change = (StoreWrite.Change) write;
                kept.put(change.chunk().hash(), change);
              }
            }
            completion.done(failure);
          };
      if (hold) {
        held.add(commit);
      } else {
        commit.run();
      }
    }

    void release(MeshException.@Nullable StoreFailure outcome) {
      hold = false;
      failure = outcome;
      held.forEach(Runnable::run);
      held.clear();
    }

    @Override
    public void snapshot(DocumentSnapshot snapshot) {
      snapshots.put(snapshot.key(), snapshot);
      snapshot.covered().forEach(kept::remove);
    }

    @Override
    public void compact(CompactionRequest request, Consumer<CompactionReport> done) {}

    @Override
    public void close() {}

    /** A store that holds what was kept so far. */
    DocumentStore store(int number) {
      StoredRecords records = new StoredRecords(StoreLimits.DEFAULT);
      snapshots.values().forEach(records::add);
      kept.values().forEach(records::add);
      return new DocumentStore() {
        @Override
        public ReplicaState replica() {
          return new ReplicaState(
              new ActorId(String.valueOf(number).repeat(32)), 1, true, "00".repeat(16), 1);
        }

        @Override
        public Recovery recover(RecoverySink sink) {
          return records.tell(sink);
        }

        @Override
        public StoredDocument read(DocumentKey key) {
          return records.read(key);
        }

        @Override
        public void commit(List<? extends StoreWrite> batch) {
          throw new AssertionError("not used");
        }

        @Override
        public void snapshot(DocumentSnapshot snapshot) {
          throw new AssertionError("not used");
        }

        @Override
        public CompactionReport compact(CompactionRequest request) {
          throw new AssertionError("not used");
        }

        @Override
        public long storedBytes() {
          return records.bytes();
        }

        @Override
        public void close() {}
      };
    }
  }
}

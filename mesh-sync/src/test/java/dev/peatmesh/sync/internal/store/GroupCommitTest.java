package dev.peatmesh.sync.internal.store;

import static dev.peatmesh.sync.internal.store.Samples.FLOUR;
import static dev.peatmesh.sync.internal.store.Samples.MILK;
import static dev.peatmesh.sync.internal.store.Samples.change;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.internal.store.GroupCommit.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GroupCommitTest {
  private static final String THREAD = "mesh-test-store";
  private static final Limits LIMITS = new Limits(8, 4_000, 4, 2_000, Duration.ofSeconds(10));

  /** The loop of the caller: its tasks run when the test says so, on the test's thread. */
  private final BlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();

  private final List<String> told = new ArrayList<>();
  private GatedStore store = GatedStore.open();
  private GroupCommit log;

  @AfterEach
  void closeLeavesNoThread() throws InterruptedException {
    store.release(1_000);
    log.close();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals(THREAD)) {
        thread.join(10_000);
        assertThat(thread.isAlive()).as(THREAD + " still runs").isFalse();
      }
    }
  }

  @Test
  void completesWhatIsDurable() throws InterruptedException {
    start(GatedStore.open());

    append(1);
    runLoop();

    assertThat(store.kept).containsExactly(List.of(1L));
    assertThat(told).containsExactly("1 kept");
  }

  @Test
  void doesNotCompleteBeforeTheStoreHasCommitted() throws InterruptedException {
    start(GatedStore.shut());
    append(1);
    store.awaitArrival();

    assertThat(loop).isEmpty();

    store.release(1);
    runLoop();
    assertThat(told).containsExactly("1 kept");
  }

  @Test
  void commitsWhatWaitsAsOneGroupAndCompletesItInOneTask() throws InterruptedException {
    startBusy(1);
    append(2);
    append(3);
    append(4);

    store.release(2);
    runLoop();
    runLoop();

    assertThat(store.kept).containsExactly(List.of(1L), List.of(2L, 3L, 4L));
    assertThat(told).containsExactly("1 kept", "2 kept", "3 kept", "4 kept");
    assertThat(loop).isEmpty();
  }

  @Test
  void boundsAGroupByChangesAndBytes() throws InterruptedException {
    startBusy(1);
    for (int i = 2; i <= 6; i++) {
      append(i);
    }
    append(7, change(MILK, 7, 1_900));
    append(8, change(MILK, 8, 300));

    store.release(100);
    close();

    assertThat(store.kept)
        .containsExactly(
            List.of(1L), List.of(2L, 3L, 4L, 5L), List.of(6L), List.of(7L), List.of(8L));
  }

  @Test
  void keepsAnAppendWholeThatIsLargerThanAGroup() throws InterruptedException {
    start(GatedStore.open());
    log.append(
        List.of(
            change(MILK, 1), change(MILK, 2), change(MILK, 3), change(MILK, 4), change(MILK, 5)),
        failure -> tell(1, failure));
    runLoop();

    assertThat(store.kept).containsExactly(List.of(1L, 2L, 3L, 4L, 5L));
  }

  @Test
  void oneBadAppendDoesNotFailItsNeighbours() throws InterruptedException {
    startBusy(1);
    store.failWhen(change -> change.chunk().seq() == 3);
    append(2, change(MILK, 2));
    append(3, change(FLOUR, 3));
    append(4, change(MILK, 4));

    store.release(100);
    runLoop();
    runLoop();

    assertThat(store.kept).containsExactly(List.of(1L), List.of(2L), List.of(4L));
    assertThat(told).containsExactly("1 kept", "2 kept", "3 failed: bad change", "4 kept");
  }

  @Test
  void whatBuildsOnAFailedAppendFailsWithIt() throws InterruptedException {
    startBusy(1);
    store.failWhen(change -> change.chunk().seq() == 2);
    append(2, change(MILK, 2));
    append(3, change(MILK, 3));
    append(4, change(FLOUR, 4));
    append(5, change(FLOUR, 5), change(MILK, 5));
    append(6, change(FLOUR, 6));
    store.release(100);
    awaitTold(1);
    append(7, change(MILK, 7));
    close();
    runAll();

    assertThat(store.kept).containsExactly(List.of(1L), List.of(4L));
    assertThat(told)
        .containsExactly(
            "1 kept",
            "2 failed: bad change",
            "3 failed: bad change",
            "4 kept",
            "5 failed: bad change",
            "6 failed: bad change",
            "7 failed: bad change");
  }

  @Test
  void theCompletionOfAFailedAppendStartsAfresh() throws InterruptedException {
    startBusy(1);
    store.failWhen(change -> change.chunk().seq() == 2);
    log.append(
        List.of(change(MILK, 2)),
        failure -> {
          tell(2, failure);
          append(9, change(MILK, 9));
        });
    append(3, change(MILK, 3));
    store.release(100);
    runLoop();
    runLoop();
    runLoop();

    assertThat(told)
        .containsExactly("1 kept", "2 failed: bad change", "3 failed: bad change", "9 kept");
    assertThat(store.kept).containsExactly(List.of(1L), List.of(9L));
  }

  @Test
  void refusesWhatDoesNotFitAndTellsItInTurn() throws InterruptedException {
    startBusy(1);
    for (int i = 2; i <= 9; i++) {
      append(i);
    }
    append(10);
    store.release(100);
    close();
    runAll();

    assertThat(told).hasSize(10).startsWith("1 kept").contains("9 kept");
    assertThat(told.get(9))
        .startsWith("10 failed: store: the change was not kept; 8 changes (1600 bytes) wait for")
        .endsWith("at most 8 (4000) may. Write more slowly, or see why the disk is slow.");
  }

  @Test
  void refusesByBytes() throws InterruptedException {
    startBusy(1);
    append(2, change(MILK, 2, 3_900));
    append(3, change(MILK, 3, 101));
    store.release(100);
    close();
    runAll();

    assertThat(told.get(1)).isEqualTo("2 kept");
    assertThat(told.get(2)).startsWith("3 failed: store: the change was not kept; 1 changes (3900");
  }

  @Test
  void afterARefusalRefusesEverythingUntilItIsTold() throws InterruptedException {
    startBusy(1);
    append(2, change(MILK, 2, 3_900));
    append(3, change(MILK, 3, 101));
    store.release(100);
    // 1, and the group of 2 and 3, are done, but nobody was told yet.
    awaitKept(2);
    append(4);
    log.snapshot(Samples.snapshot(MILK, new byte[] {1}, List.of()));
    awaitTold(4);
    append(5);
    close();
    runAll();

    assertThat(told).hasSize(5);
    assertThat(told.get(3)).startsWith("4 failed");
    assertThat(told.get(4)).isEqualTo("5 kept");
    assertThat(store.kept).containsExactly(List.of(1L), List.of(2L), List.of(5L));
  }

  @Test
  void keepsASnapshotAfterTheAppendsBeforeIt() throws InterruptedException {
    startBusy(1);
    append(2);
    log.snapshot(Samples.snapshot(MILK, new byte[] {1}, List.of()));
    append(3);
    store.release(100);
    close();

    assertThat(store.kept)
        .containsExactly(List.of(1L), List.of(2L), "snapshot of lists/milk", List.of(3L));
  }

  @Test
  void dropsTheSnapshotOfAFailedDocument() throws InterruptedException {
    startBusy(1);
    store.failWhen(change -> change.chunk().seq() == 2);
    append(2);
    log.snapshot(Samples.snapshot(MILK, new byte[] {1}, List.of()));
    log.snapshot(Samples.snapshot(FLOUR, new byte[] {1}, List.of()));
    store.release(100);
    close();

    assertThat(store.kept).containsExactly(List.of(1L), "snapshot of lists/flour");
  }

  @Test
  void commitsBetweenTheStepsOfACompaction() throws InterruptedException {
    startBusy(1);
    store.steps = 3;
    List<CompactionReport> reports = new ArrayList<>();
    log.compact(CompactionRequest.DEFAULT, reports::add, failure -> told.add(failure.toString()));
    log.compact(
        CompactionRequest.DEFAULT,
        second -> told.add("a second compaction began"),
        failure -> told.add(failure.toString()));
    append(2);
    store.release(100);
    close();
    runAll();

    assertThat(store.kept.subList(0, 3))
        .containsExactly(List.of(1L), "step of a compaction", List.of(2L));
    assertThat(told).containsExactly("1 kept", "2 kept");
  }

  @Test
  void tellsWhatACompactionDidOverAllItsSteps() throws InterruptedException {
    start(GatedStore.open());
    store.steps = 3;
    List<CompactionReport> reports = new ArrayList<>();
    log.compact(CompactionRequest.DEFAULT, reports::add, failure -> told.add(failure.toString()));
    runLoop();
    assertThat(reports).containsExactly(new CompactionReport(3, 100, 90, 0, true));

    log.compact(CompactionRequest.DEFAULT, reports::add, failure -> told.add(failure.toString()));
    runLoop();
    assertThat(reports).as("a later one begins").hasSize(2);
  }

  @Test
  void aDefectInTheStoreFailsTheAppendAndNotTheWriter() throws InterruptedException {
    start(GatedStore.open());
    store.throwAlways(new IllegalStateException("defect"));
    append(1);
    runLoop();
    store.throwAlways(null);
    append(2);
    runLoop();

    assertThat(told.get(0)).startsWith("1 failed: store: could not commit 1 changes;");
    assertThat(told.get(1)).isEqualTo("2 kept");
  }

  @Test
  void aCompletionThatThrowsStopsNoOther() throws InterruptedException {
    startBusy(1);
    log.append(
        List.of(change(MILK, 2)),
        failure -> {
          throw new IllegalStateException("thrown on purpose");
        });
    append(3);
    store.release(100);
    runLoop();
    runLoop();

    assertThat(told).containsExactly("1 kept", "3 kept");
  }

  @Test
  void closeCommitsAndCompletesWhatWaits() throws InterruptedException {
    startBusy(1);
    append(2);
    store.release(100);
    close();
    runAll();

    assertThat(told).containsExactly("1 kept", "2 kept");
    assertThat(store.closed.getCount()).isZero();
  }

  @Test
  void anAppendAfterCloseFails() {
    start(GatedStore.open());
    close();
    append(1);
    runAll();

    assertThat(told).hasSize(1);
    assertThat(told.get(0)).startsWith("1 failed: store: the change was not kept; the mesh is");
  }

  @Test
  void closeDoesNotWaitForEverForADiskThatHangs() throws InterruptedException {
    store = GatedStore.shut();
    log =
        new GroupCommit(
            store, loop::add, THREAD, new Limits(8, 4_000, 4, 2_000, Duration.ofMillis(20)));
    append(1);
    store.awaitArrival();
    append(2);

    close();
    runAll();

    assertThat(told).hasSize(1);
    assertThat(told.get(0)).startsWith("2 failed: store: the change was not kept; the mesh is");
    store.release(1);
    runLoop();
    assertThat(told).element(1).isEqualTo("1 kept");
    assertThat(store.closed.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private void start(GatedStore opened) {
    store = opened;
    log = new GroupCommit(store, loop::add, THREAD, LIMITS);
  }

  /** The writer is held in the commit of this append; what follows waits. */
  private void startBusy(int number) throws InterruptedException {
    start(GatedStore.shut());
    append(number);
    store.awaitArrival();
  }

  private void append(int number) {
    append(number, change(MILK, number));
  }

  private void append(int number, StoreWrite.Change... changes) {
    log.append(List.of(changes), failure -> tell(number, failure));
  }

  private void tell(int number, MeshException.StoreFailure failure) {
    told.add(number + (failure == null ? " kept" : " failed: " + failure.getMessage()));
  }

  private void close() {
    log.close();
  }

  private void runLoop() throws InterruptedException {
    Runnable task = loop.poll(10, TimeUnit.SECONDS);
    assertThat(task).as("a task for the loop").isNotNull();
    task.run();
  }

  private void runAll() {
    for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
      task.run();
    }
  }

  private void awaitTold(int count) throws InterruptedException {
    while (told.size() < count) {
      runLoop();
    }
  }

  private void awaitKept(int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        store.awaitArrival();
      }
    }
    List<Runnable> tasks = new ArrayList<>();
    while (store.kept.size() < count || tasks.size() < count) {
      Runnable task = loop.poll(10, TimeUnit.SECONDS);
      assertThat(task).as("a task for the loop").isNotNull();
      tasks.add(task);
    }
    loop.addAll(tasks);
  }
}

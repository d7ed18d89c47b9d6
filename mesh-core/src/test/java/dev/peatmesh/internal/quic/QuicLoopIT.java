package dev.peatmesh.internal.quic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.runtime.Loop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QuicLoopIT {
  private final QuicLoop loop = new QuicLoop("kitchen");

  @AfterEach
  void close() {
    loop.close();
  }

  @Test
  void tasksRunInOrderOnOneNamedThread() throws Exception {
    List<String> ran = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String task = "task " + i;
      loop.execute(() -> ran.add(task + " on " + Thread.currentThread().getName()));
    }
    settle();
    assertThat(ran)
        .containsExactly(
            "task 0 on mesh-kitchen-loop",
            "task 1 on mesh-kitchen-loop",
            "task 2 on mesh-kitchen-loop");
  }

  @Test
  void aTaskThatThrowsStopsNobody() throws Exception {
    loop.execute(
        () -> {
          throw new IllegalStateException("meant for the log");
        });
    loop.schedule(
        Duration.ZERO,
        () -> {
          throw new AssertionError("meant for the log");
        });
    settle();
  }

  @Test
  void timersRunWhenTheirTimeHasComeUnlessCancelled() throws Exception {
    List<String> ran = new ArrayList<>();
    CompletableFuture<Void> last = new CompletableFuture<>();
    loop.execute(
        () -> {
          loop.schedule(Duration.ofMillis(30), () -> last.complete(null));
          loop.schedule(Duration.ofMillis(20), () -> ran.add("later"));
          loop.schedule(Duration.ofMillis(-5), () -> ran.add("now"));
          Loop.Timer cancelled = loop.schedule(Duration.ofMillis(10), () -> ran.add("never"));
          cancelled.cancel();
          cancelled.cancel();
        });
    last.get(15, TimeUnit.SECONDS);
    assertThat(ran).containsExactly("now", "later");
  }

  @Test
  void whoIsNotOnTheLoopIsToldSo() throws Exception {
    assertThat(loop.inLoop()).isFalse();
    assertThatThrownBy(loop::checkInLoop).isInstanceOf(AssertionError.class);
    CompletableFuture<Boolean> inside = new CompletableFuture<>();
    loop.execute(() -> inside.complete(loop.inLoop()));
    assertThat(inside.get(15, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void afterItsEndTasksAreDroppedAndTheThreadIsGone() {
    loop.close();
    loop.execute(() -> {});
    loop.schedule(Duration.ZERO, () -> {}).cancel();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("mesh-kitchen-loop"));
  }

  private void settle() throws Exception {
    CompletableFuture<Void> settled = new CompletableFuture<>();
    loop.schedule(Duration.ofMillis(1), () -> settled.complete(null));
    settled.get(15, TimeUnit.SECONDS);
  }
}

package dev.peatmesh.testkit.matrix;

import dev.peatmesh.sync.WriteReceipt;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One write of a workload, and what became of it. */
final class Write {
  private final String name;
  private @Nullable CompletableFuture<WriteReceipt> answer;

  /** A write under a name that no other one has. */
  Write(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  void answeredBy(CompletableFuture<WriteReceipt> future) {
    answer = future;
  }

  /** Whether the node said that it is durable. One whose node died on the way never hears. */
  boolean acknowledged() {
    return answer != null && answer.isDone() && !answer.isCompletedExceptionally();
  }

  @Override
  public String toString() {
    return name + (acknowledged() ? "" : " (not acknowledged)");
  }
}

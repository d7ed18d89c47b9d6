package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.MeshException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** How a caller waits for the document loop: on its thread, or by letting virtual time pass. */
public interface Waiting {
  /** Blocks the calling thread. */
  Waiting BLOCKING =
      new Waiting() {
        @Override
        public <T> T await(CompletableFuture<T> answer) {
          return block(answer);
        }
      };

  /** Returns once the answer is there; throws its failure. */
  <T> T await(CompletableFuture<T> answer);

  private static <T> T block(CompletableFuture<T> answer) {
    try {
      return answer.get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new MeshException.Closed(
          "the thread was interrupted while it waited; a write may still take place");
    } catch (ExecutionException failure) {
      throw unwrapped(failure);
    }
  }

  /** The failure itself, as the caller should see it. */
  static RuntimeException unwrapped(ExecutionException failure) {
    if (failure.getCause() instanceof RuntimeException cause) {
      return cause;
    }
    if (failure.getCause() instanceof Error error) {
      throw error;
    }
    throw new AssertionError(failure);
  }
}

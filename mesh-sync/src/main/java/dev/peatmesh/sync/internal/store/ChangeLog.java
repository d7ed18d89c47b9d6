package dev.peatmesh.sync.internal.store;

import dev.peatmesh.runtime.MeshException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the engine sends what must become durable. Never blocks; order is kept: when an append is
 * durable, all appends before it are.
 */
public interface ChangeLog extends AutoCloseable {
  /**
   * Appends the writes and tells the completion, on the loop given at construction, how it went.
   */
  void append(List<? extends StoreWrite> writes, Completion completion);

  /** Asks for a snapshot; failure costs space, never data, and is only logged. */
  void snapshot(DocumentSnapshot snapshot);

  /**
   * Gives space back to the file system, in steps between which commits go on. The outcome is told
   * on the loop given at construction, once; never when the log is closed before. While a
   * compaction is under way, another one is not begun.
   *
   * @param failed is told instead when a step fails; nothing is lost then
   */
  void compact(
      CompactionRequest request,
      Consumer<CompactionReport> done,
      Consumer<MeshException.StoreFailure> failed);

  /** Commits what was appended, completes it, closes the store. Bounded in time; idempotent. */
  @Override
  void close();

  /** Told once per append. */
  @FunctionalInterface
  interface Completion {
    /**
     * Null failure: durable. Otherwise nothing of this append was kept, nor will be anything of its
     * documents that was handed over after it and before this call. The fate of everything handed
     * over before it has been told.
     *
     * <p>So the caller takes the documents back to their durable state, once: a failure of an
     * append that was handed over before a document was last taken back says nothing new about it,
     * and must not take back what was handed over since.
     */
    void done(MeshException.@Nullable StoreFailure failure);
  }
}

package dev.peatmesh.sync.internal.store;

import dev.peatmesh.runtime.MeshException;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits on the caller's thread and completes before {@code append} returns: no thread, no wait.
 * For stores that do not block, as {@link MemoryStore}, and for the simulator. As thread-safe as
 * its store.
 */
public final class ImmediateLog implements ChangeLog {
  private static final Logger LOG = LoggerFactory.getLogger(ImmediateLog.class);

  private final DocumentStore store;

  /** Closes the store when it is closed. */
  public ImmediateLog(DocumentStore store) {
    this.store = store;
  }

  @Override
  public void append(List<? extends StoreWrite> writes, Completion completion) {
    MeshException.StoreFailure failure = null;
    try {
      store.commit(writes);
    } catch (MeshException.StoreFailure refused) {
      failure = refused;
    }
    completion.done(failure);
  }

  @Override
  public void snapshot(DocumentSnapshot snapshot) {
    try {
      store.snapshot(snapshot);
    } catch (MeshException.StoreFailure failure) {
      LOG.atWarn()
          .addKeyValue("document", snapshot.key())
          .setCause(failure)
          .log("snapshot not kept");
    }
  }

  /** Takes all its steps at once. */
  @Override
  public void compact(
      CompactionRequest request,
      Consumer<CompactionReport> done,
      Consumer<MeshException.StoreFailure> failed) {
    CompactionReport report;
    try {
      report = store.compact(request);
      while (!report.done()) {
        report = report.then(store.compact(request));
      }
    } catch (MeshException.StoreFailure failure) {
      LOG.atWarn().setCause(failure).log("compaction given up; nothing is lost");
      failed.accept(failure);
      return;
    }
    done.accept(report);
  }

  @Override
  public void close() {
    store.close();
  }
}

package dev.peatmesh.sync.internal.store;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.util.List;
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
  public void append(List<StoredChange> changes, Completion completion) {
    MeshException.StoreFailure failure = null;
    try {
      store.commit(changes);
    } catch (MeshException.StoreFailure refused) {
      failure = refused;
    }
    completion.done(failure);
  }

  @Override
  public void snapshot(DocumentKey key, byte[] saved, List<ChangeHash> covered) {
    try {
      store.snapshot(key, saved, covered);
    } catch (MeshException.StoreFailure failure) {
      LOG.atWarn().addKeyValue("document", key).setCause(failure).log("snapshot not kept");
    }
  }

  @Override
  public void close() {
    store.close();
  }
}

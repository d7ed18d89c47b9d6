package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.Loop;
import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.internal.store.ChangeLog;
import dev.peatmesh.sync.internal.store.StoredChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes of others that are applied and that the store has not taken: tried again every second, so
 * that the mesh goes on reading while the disk is full and keeps what it read once there is room.
 * Belongs to the document loop. Holds references only; the changes are in memory anyway.
 */
final class Unsaved {
  private static final Logger LOG = LoggerFactory.getLogger(Unsaved.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Loop loop;
  private final ChangeLog log;
  private List<StoredChange> changes = new ArrayList<>();
  private @Nullable String problem;
  private boolean retrying;
  private int underWay;

  Unsaved(Loop loop, ChangeLog log) {
    this.loop = loop;
    this.log = log;
  }

  /** Appends to the log; what it does not take is kept and tried again. */
  void save(List<StoredChange> arrived) {
    if (!changes.isEmpty()) {
      changes.addAll(arrived); // Order matters: what arrived stands on what waits.
      return;
    }
    underWay += arrived.size();
    log.append(
        arrived,
        failure -> {
          underWay -= arrived.size();
          if (failure == null) {
            storeWorks();
          } else {
            changes.addAll(arrived);
            storeFails(failure);
          }
        });
  }

  void storeFails(MeshException.StoreFailure failure) {
    if (problem == null) {
      LOG.atError().setCause(failure).log("the store takes no changes");
    }
    problem = String.valueOf(failure.getMessage());
    retryLater();
  }

  void storeWorks() {
    if (problem != null && changes.isEmpty()) {
      LOG.atInfo().log("the store takes changes again");
      problem = null;
    }
  }

  Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  /** How many are applied and not durable: on their way to the disk, or waiting for another try. */
  int size() {
    return changes.size() + underWay;
  }

  private void retryLater() {
    if (!retrying) {
      retrying = true;
      loop.schedule(RETRY, this::retry);
    }
  }

  private void retry() {
    List<StoredChange> batch = changes;
    changes = new ArrayList<>();
    underWay += batch.size();
    log.append(
        batch,
        failure -> {
          underWay -= batch.size();
          retrying = false;
          if (failure == null) {
            saveArrivedMeanwhile();
            storeWorks();
          } else {
            batch.addAll(changes);
            changes = batch;
            storeFails(failure);
          }
        });
  }

  private void saveArrivedMeanwhile() {
    List<StoredChange> meanwhile = changes;
    changes = new ArrayList<>();
    if (!meanwhile.isEmpty()) {
      save(meanwhile);
    }
  }
}

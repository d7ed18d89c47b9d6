package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.Loop;
import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.store.ChangeLog;
import dev.peatmesh.sync.internal.store.StoreWrite;
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
  private static final int SLICE_CHANGES = 1_024;
  private static final long SLICE_BYTES = 4 << 20;

  private final Loop loop;
  private final ChangeLog log;
  private final List<StoreWrite.Change> changes = new ArrayList<>();
  private @Nullable String problem;
  private boolean retrying;
  private int underWay;

  Unsaved(Loop loop, ChangeLog log) {
    this.loop = loop;
    this.log = log;
  }

  /** Appends to the log; what it does not take is kept and tried again. */
  void save(List<StoreWrite.Change> arrived) {
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

  /**
   * What of one document waits for another try. A write of our own stands on it and must reach the
   * disk together with it; that it is stored twice then does no harm.
   */
  List<StoreWrite.Change> waitingFor(DocumentKey key) {
    return changes.isEmpty()
        ? List.of()
        : changes.stream().filter(change -> change.key().equals(key)).toList();
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
    // In slices: the log's queue is bounded, and a backlog may be larger than it.
    List<StoreWrite.Change> slice = List.copyOf(changes.subList(0, sliceSize()));
    if (slice.isEmpty()) {
      retrying = false;
      return; // Only a write of our own failed: the next one that succeeds says that all is well.
    }
    log.append(
        slice,
        failure -> {
          if (failure != null) {
            retrying = false;
            storeFails(failure);
            return;
          }
          changes.subList(0, slice.size()).clear();
          if (changes.isEmpty()) {
            retrying = false;
            storeWorks();
          } else {
            loop.execute(this::retry);
          }
        });
  }

  private int sliceSize() {
    int size = 0;
    for (long bytes = 0; size < changes.size() && size < SLICE_CHANGES; size++) {
      bytes += changes.get(size).chunk().size();
      if (bytes > SLICE_BYTES && size > 0) {
        break;
      }
    }
    return size;
  }
}

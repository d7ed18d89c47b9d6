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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is so already and the store has not taken, such as changes of others that are applied: tried
 * again every second, so that the mesh goes on reading while the disk is full and keeps what it
 * read once there is room. Belongs to the document loop. Holds references only; the changes are in
 * memory anyway.
 */
final class Unsaved {
  private static final Logger LOG = LoggerFactory.getLogger(Unsaved.class);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final int SLICE_WRITES = 1_024;
  private static final long SLICE_BYTES = 4 << 20;

  private final Loop loop;
  private final ChangeLog log;
  private final List<Item> waiting = new ArrayList<>();
  private @Nullable String problem;
  private boolean retrying;
  private boolean ended;
  private int contents;
  private int underWay;

  Unsaved(Loop loop, ChangeLog log) {
    this.loop = loop;
    this.log = log;
  }

  /**
   * What belongs together, and is kept together.
   *
   * @param writes made anew at each try: a whole state must never take the place of a newer one
   * @param contents how many changes or states of others are among them
   * @param stored runs once it is durable
   */
  record Item(Supplier<List<StoreWrite>> writes, int contents, Runnable stored) {
    /** Facts beside the documents. */
    static Item of(List<StoreWrite> facts) {
      List<StoreWrite> writes = List.copyOf(facts);
      return new Item(() -> writes, 0, () -> {});
    }

    private Item without(List<StoreWrite> done) {
      return new Item(
          () -> writes.get().stream().filter(write -> !done.contains(write)).toList(),
          contents,
          stored);
    }
  }

  /** Appends to the log; what it does not take is kept and tried again. */
  void save(Item item) {
    contents += item.contents;
    if (!waiting.isEmpty()) {
      waiting.add(item); // Order matters: what arrived stands on what waits.
      return;
    }
    underWay++;
    log.append(
        item.writes.get(),
        failure -> {
          underWay--;
          if (failure == null) {
            done(item);
            storeWorks();
          } else {
            waiting.add(item);
            storeFails(failure);
          }
        });
  }

  /**
   * What of one document waits for another try. A write of our own stands on it and must reach the
   * disk together with it; that it is stored twice then does no harm.
   */
  List<StoreWrite> waitingFor(DocumentKey key) {
    if (waiting.isEmpty()) {
      return List.of();
    }
    return waiting.stream()
        .flatMap(item -> item.writes.get().stream())
        .filter(write -> write instanceof StoreWrite.Change || isDrop(write))
        .filter(write -> key.equals(write.document()))
        .toList();
  }

  /**
   * A write of our own is durable, together with what waited for its document. That the document
   * was dropped before must not be stored once more: it would take the write along.
   */
  void storedWith(List<StoreWrite> batch) {
    List<StoreWrite> drops = batch.stream().filter(Unsaved::isDrop).toList();
    if (!drops.isEmpty()) {
      waiting.replaceAll(item -> item.without(drops));
    }
  }

  private static boolean isDrop(StoreWrite write) {
    return write instanceof StoreWrite.Gone || write instanceof StoreWrite.Forget;
  }

  /** Nothing is tried again any more. */
  void end() {
    ended = true;
  }

  /** The log is about to be closed: what still waits is tried once more. */
  void flush() {
    if (!waiting.isEmpty()) {
      List<StoreWrite> writes =
          waiting.stream().flatMap(item -> item.writes.get().stream()).toList();
      log.append(
          writes,
          failure -> {
            if (failure != null) {
              LOG.atWarn()
                  .setCause(failure)
                  .log("changes of others are left for the peers to bring");
            }
          });
    }
  }

  void storeFails(MeshException.StoreFailure failure) {
    if (problem == null) {
      LOG.atError().setCause(failure).log("the store takes no changes");
    }
    problem = String.valueOf(failure.getMessage());
    retryLater();
  }

  void storeWorks() {
    if (problem != null && waiting.isEmpty()) {
      LOG.atInfo().log("the store takes changes again");
      problem = null;
    }
  }

  Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  /** How many changes of others are applied and not durable. */
  int contents() {
    return contents;
  }

  /** Whether all is durable. */
  boolean isEmpty() {
    return waiting.isEmpty() && underWay == 0;
  }

  private void done(Item item) {
    contents -= item.contents;
    item.stored.run();
  }

  private void retryLater() {
    if (!retrying) {
      retrying = true;
      loop.schedule(RETRY, this::retry);
    }
  }

  private void retry() {
    if (ended) {
      return;
    }
    // In slices: the log's queue is bounded, and a backlog may be larger than it.
    List<StoreWrite> writes = new ArrayList<>();
    int items = slice(writes);
    if (items == 0) {
      retrying = false;
      return; // Only a write of our own failed: the next one that succeeds says that all is well.
    }
    log.append(
        writes,
        failure -> {
          if (failure != null) {
            retrying = false;
            storeFails(failure);
            return;
          }
          List<Item> stored = List.copyOf(waiting.subList(0, items));
          waiting.subList(0, items).clear();
          stored.forEach(this::done);
          if (waiting.isEmpty()) {
            retrying = false;
            storeWorks();
          } else {
            loop.execute(this::retry);
          }
        });
  }

  private int slice(List<StoreWrite> writes) {
    int items = 0;
    for (long bytes = 0; items < waiting.size() && writes.size() < SLICE_WRITES; items++) {
      List<StoreWrite> next = waiting.get(items).writes.get();
      for (StoreWrite write : next) {
        bytes += write.size();
      }
      if (bytes > SLICE_BYTES && items > 0) {
        break;
      }
      writes.addAll(next);
    }
    return items;
  }
}

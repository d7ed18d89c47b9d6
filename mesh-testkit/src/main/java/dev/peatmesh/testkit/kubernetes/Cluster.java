package dev.peatmesh.testkit.kubernetes;

import dev.peatmesh.testkit.kubernetes.internal.SliceStore;
import dev.peatmesh.testkit.kubernetes.internal.WatchStream;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What all threads of the server share, behind one lock: objects, open watches, faults. Whoever
 * changes something wakes those who wait for a change.
 */
final class Cluster {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<WatchStream> watches = new LinkedHashSet<>();
  private SliceStore store;

  Cluster(SliceStore store) {
    this.store = store;
  }

  /** Reads something, or changes what nobody waits for. */
  <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  /** Changes something, and wakes all who wait for a change. */
  <T> T change(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      changed.signalAll();
      lock.unlock();
    }
  }

  /** Reads or writes the objects. */
  <T> T inStore(Function<SliceStore, T> work) {
    return change(() -> work.apply(store));
  }

  /** Another store takes the place of this one: all that was in it is lost. */
  void replaceStore(SliceStore other) {
    change(() -> store = other);
  }

  /** Opens a watch, in one step with reading what it begins with. */
  WatchStream open(Function<SliceStore, WatchStream> opening) {
    return change(
        () -> {
          WatchStream watch = opening.apply(store);
          watches.add(watch);
          return watch;
        });
  }

  /** Closes a watch; idempotent. */
  void close(WatchStream watch) {
    change(() -> watches.remove(watch));
  }

  /** Does something to a watch. */
  void tell(WatchStream watch, Consumer<WatchStream> message) {
    change(
        () -> {
          message.accept(watch);
          return watch;
        });
  }

  /** Does something to every open watch. */
  void tellAll(Consumer<WatchStream> message) {
    change(
        () -> {
          watches.forEach(message);
          return watches;
        });
  }

  int openWatches() {
    return locked(watches::size);
  }

  /** Waits until a watch has something to say or ends. */
  WatchStream.Batch nextOf(WatchStream watch) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        WatchStream.Batch batch = watch.take(store);
        if (!batch.isEmpty()) {
          return batch;
        }
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until something holds, and says whether it does. It is asked again at every change. */
  boolean await(BooleanSupplier condition, Duration most) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = most.toNanos();
      while (!condition.getAsBoolean()) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}

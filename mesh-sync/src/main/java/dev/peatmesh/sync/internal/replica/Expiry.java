package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.Loop;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.reconcile.DocumentFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Deletes documents whose time to live is over. Belongs to the document loop; holds one entry for
 * each document that expires.
 *
 * <p>Every node would do so, and one is enough: of those that are connected, each waits for longer
 * than the one before it, and finds the document deleted when its turn comes.
 */
final class Expiry {
  /** How much longer each waits than the one before it: longer than a delete travels. */
  private static final Duration STEP = Duration.ofSeconds(2);

  /** Deletes at a stretch. */
  private static final int SLICE = 32;

  /** A clock that is set forward must not be noticed late. */
  private static final Duration LOOK_AT_LEAST = Duration.ofMinutes(1);

  private final Loop loop;
  private final WallClock clock;
  private final IntSupplier rank;
  private final Consumer<DocumentKey> delete;
  private final Map<DocumentKey, Long> expires = new HashMap<>();
  private final TreeSet<Due> order =
      new TreeSet<>(Comparator.comparingLong(Due::atMillis).thenComparing(Due::key));
  private Loop.@Nullable Timer timer;
  private boolean closed;

  /**
   * @param rank how many of the nodes connected to this one go before it
   * @param delete deletes a document if it has expired by then
   */
  Expiry(Loop loop, WallClock clock, IntSupplier rank, Consumer<DocumentKey> delete) {
    this.loop = loop;
    this.clock = clock;
    this.rank = rank;
    this.delete = delete;
  }

  /** What is known of a document has changed; null when nothing is any more. */
  void note(DocumentKey key, @Nullable DocumentFacts facts) {
    long at = facts == null || facts.deleted() ? 0 : facts.expiresMillis();
    Long before = at == 0 ? expires.remove(key) : expires.put(key, at);
    if (before != null && before == at) {
      return;
    }
    if (before != null) {
      order.remove(new Due(before, key));
    }
    if (at != 0) {
      order.add(new Due(at, key));
      if (order.first().key.equals(key)) {
        arm();
      }
    }
  }

  /** Nothing is deleted any more. */
  void close() {
    closed = true;
    if (timer != null) {
      timer.cancel();
    }
  }

  private void arm() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    if (order.isEmpty() || closed) {
      return;
    }
    long wait = turn(order.first().atMillis) - clock.getAsLong();
    Duration delay = Duration.ofMillis(Math.max(1, wait));
    timer =
        loop.schedule(
            delay.compareTo(LOOK_AT_LEAST) < 0 ? delay : LOOK_AT_LEAST, this::deleteExpired);
  }

  private long turn(long atMillis) {
    return atMillis + rank.getAsInt() * STEP.toMillis();
  }

  private void deleteExpired() {
    timer = null;
    if (closed) {
      return;
    }
    long now = clock.getAsLong();
    List<Due> due = new ArrayList<>();
    for (Due each : order) {
      if (due.size() == SLICE || turn(each.atMillis) > now) {
        break;
      }
      due.add(each);
    }
    for (Due each : due) {
      // A delete that fails is tried again after a minute.
      order.remove(each);
      expires.remove(each.key);
      delete.accept(each.key);
    }
    arm();
  }

  private record Due(long atMillis, DocumentKey key) {}
}

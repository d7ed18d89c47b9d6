package dev.peatmesh.internal.node;

import dev.peatmesh.PeerStatus;
import dev.peatmesh.runtime.Loop;
import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.Subscription;
import dev.peatmesh.sync.internal.replica.Replicator;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits until this node and every peer that it knows hold the same. Belongs to the mesh loop. Looks
 * again whenever the documents say that something has moved, one look at a time.
 */
final class Convergence {
  private final Loop loop;
  private final Supplier<CompletableFuture<List<PeerStatus>>> wanted;
  private final Replicator documents;
  private final Duration timeout;
  private final CompletableFuture<Void> done;
  private boolean looking;
  private boolean moved;
  private boolean late;

  /**
   * @param wanted the peers that count, with how far their documents are
   * @param done completed on the mesh loop
   */
  Convergence(
      Loop loop,
      Supplier<CompletableFuture<List<PeerStatus>>> wanted,
      Replicator documents,
      Duration timeout,
      CompletableFuture<Void> done) {
    this.loop = loop;
    this.wanted = wanted;
    this.documents = documents;
    this.timeout = timeout;
    this.done = done;
  }

  /** Begins to look. */
  void begin() {
    Subscription hears = documents.onProgress(() -> loop.execute(this::look));
    CompletableFuture<?> unusedHears = done.whenComplete((unused, failure) -> hears.cancel());
    Loop.Timer timer =
        loop.schedule(
            timeout,
            () -> {
              late = true;
              look();
            });
    CompletableFuture<?> unusedTimer = done.whenComplete((unused, failure) -> timer.cancel());
    look();
  }

  private void look() {
    if (looking) {
      moved = true;
      return;
    }
    if (done.isDone()) {
      return;
    }
    looking = true;
    moved = false;
    CompletableFuture<?> unused = wanted.get().whenCompleteAsync(this::seen, loop);
  }

  private void seen(@Nullable List<PeerStatus> peers, @Nullable Throwable failure) {
    looking = false;
    if (failure != null || peers == null) {
      done.completeExceptionally(
          new MeshException.Closed("mesh: was closed while convergence was waited for."));
      return;
    }
    Map<String, String> missing = missing(peers);
    if (missing.isEmpty()) {
      done.complete(null);
    } else if (late) {
      done.completeExceptionally(
          new MeshException.NotConverged(
              ("awaitConverged(%s): these nodes do not hold the same as this one: %s. Wait again,"
                      + " or see peers() and health() for why.")
                  .formatted(timeout, missing),
              missing));
    } else if (moved) {
      look();
    }
  }

  private static Map<String, String> missing(List<PeerStatus> peers) {
    Map<String, String> missing = new TreeMap<>();
    for (PeerStatus peer : peers) {
      if (!peer.isConnected()) {
        missing.put(peer.nodeName(), "not connected");
      } else if (!peer.synchronised()) {
        missing.put(peer.nodeName(), "documents differ, or are on their way");
      }
    }
    return missing;
  }
}

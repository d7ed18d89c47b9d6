package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.WriteReceipt;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A write that is durable here, and that can be waited for elsewhere. */
final class ReplicatedReceipt implements WriteReceipt {
  private static final Duration TIMEOUT_MIN = Duration.ofMillis(1);
  private static final Duration TIMEOUT_MAX = Duration.ofDays(1);

  private final LocalWrites.Written written;
  private final Replicator replicator;
  private final Waiting waiting;

  ReplicatedReceipt(LocalWrites.Written written, Replicator replicator, Waiting waiting) {
    this.written = written;
    this.replicator = replicator;
    this.waiting = waiting;
  }

  @Override
  public DocumentKey key() {
    return written.key();
  }

  @Override
  public boolean changed() {
    return written.changed();
  }

  @Override
  public List<String> heads() {
    return written.heads().stream().map(ChangeHash::toString).toList();
  }

  @Override
  public void awaitReplicated(int nodes, Duration timeout) {
    waiting.await(ask(nodes, timeout));
  }

  @Override
  public CompletableFuture<Void> replicated(int nodes, Duration timeout) {
    // By way of the callback executor: what a caller chains must not run on the document loop.
    return ask(nodes, timeout).whenCompleteAsync((nothing, failure) -> {}, replicator.callbacks());
  }

  @Override
  public String toString() {
    return "WriteReceipt[key=" + key() + ", changed=" + changed() + "]";
  }

  private CompletableFuture<Void> ask(int nodes, Duration timeout) {
    if (nodes < 1) {
      throw new MeshException.Refused(
          "awaitReplicated(" + nodes + "): is below 1. This node holds the write already.");
    }
    if (timeout.compareTo(TIMEOUT_MIN) < 0 || timeout.compareTo(TIMEOUT_MAX) > 0) {
      throw new MeshException.Refused(
          "awaitReplicated timeout("
              + timeout
              + "): is outside "
              + TIMEOUT_MIN
              + " to "
              + TIMEOUT_MAX
              + ". Use one within.");
    }
    return replicator.replicated(written, nodes, timeout);
  }
}

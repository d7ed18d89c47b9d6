package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.runtime.Loop;
import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.internal.engine.ChangeRef;
import dev.peatmesh.sync.internal.engine.PeerId;
import dev.peatmesh.sync.internal.engine.SyncEffect;
import dev.peatmesh.sync.internal.engine.SyncInput;
import dev.peatmesh.sync.internal.replica.PeerDirectory.KnownPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who waits until other nodes hold a write. Belongs to the document loop; at most {@value
 * #WAITING_MAX} wait.
 */
final class Replications {
  private static final int WAITING_MAX = 10_000;

  private final Loop loop;
  private final Consumer<SyncInput> engine;
  private final Supplier<Set<PeerId>> connected;
  private final Map<Long, Waiter> byQuestion = new HashMap<>();
  private PeerDirectory directory = () -> CompletableFuture.completedFuture(List.of());
  private long lastQuestion;
  private int waiting;

  Replications(Loop loop, Consumer<SyncInput> engine, Supplier<Set<PeerId>> connected) {
    this.loop = loop;
    this.engine = engine;
    this.connected = connected;
  }

  /** Who knows the names of nodes. */
  void directory(PeerDirectory names) {
    directory = names;
  }

  /** Asks until that many nodes hold the write durably. The future completes on this loop. */
  void await(LocalWrites.Written write, int nodes, Duration timeout, CompletableFuture<Void> done) {
    if (write.refs().isEmpty()) {
      done.complete(null); // The document never existed: nobody can lack it.
      return;
    }
    if (waiting >= WAITING_MAX) {
      throw new MeshException.Refused(
          "awaitReplicated: "
              + WAITING_MAX
              + " calls wait already. Wait for some of them, or write without waiting.");
    }
    Waiter waiter = new Waiter(write, nodes, timeout, done);
    waiting++;
    CompletableFuture<?> unused = done.whenComplete((nothing, failure) -> end(waiter));
    List<SyncInput> questions = new ArrayList<>();
    for (ChangeRef ref : write.refs()) {
      long id = ++lastQuestion;
      waiter.holders.put(id, new TreeSet<>());
      byQuestion.put(id, waiter);
      questions.add(new SyncInput.Confirm(id, write.key(), ref));
    }
    waiter.timer = loop.schedule(timeout, () -> late(waiter));
    questions.forEach(engine);
  }

  /** Another node holds it. */
  void confirmed(SyncEffect.Confirmed confirmed) {
    Waiter waiter = byQuestion.get(confirmed.id());
    if (waiter == null) {
      return;
    }
    if (!confirmed.durable()) {
      waiter.inMemory.add(confirmed.peer());
      return;
    }
    waiter.holders.getOrDefault(confirmed.id(), new HashSet<>()).add(confirmed.peer());
    if (waiter.holdersOfAll().size() >= waiter.nodes) {
      waiter.done.complete(null);
    }
  }

  /** The mesh ends: nobody will answer any more. */
  void close() {
    Set<Waiter> waiters = new HashSet<>(byQuestion.values());
    waiters.forEach(
        waiter ->
            waiter.done.completeExceptionally(
                new MeshException.Closed("mesh: was closed while a write was waited for.")));
  }

  private void end(Waiter waiter) {
    waiting--;
    if (waiter.timer != null) {
      waiter.timer.cancel();
    }
    for (long id : List.copyOf(waiter.holders.keySet())) {
      if (byQuestion.remove(id) != null) {
        engine.accept(new SyncInput.Unconfirm(id));
      }
    }
  }

  private void late(Waiter waiter) {
    Set<PeerId> holders = waiter.holdersOfAll();
    Set<PeerId> linked = Set.copyOf(connected.get());
    CompletableFuture<?> unused =
        directory
            .peers()
            .whenCompleteAsync(
                (peers, failure) ->
                    waiter.done.completeExceptionally(
                        failure(waiter, holders, linked, peers == null ? List.of() : peers)),
                loop);
  }

  private static MeshException.NotReplicated failure(
      Waiter waiter, Set<PeerId> holders, Set<PeerId> linked, List<KnownPeer> peers) {
    Map<PeerId, String> names = new TreeMap<>();
    linked.forEach(peer -> names.put(peer, peer.value()));
    Map<String, String> missing = new TreeMap<>();
    for (KnownPeer peer : peers) {
      if (peer.id().isPresent()) {
        names.put(peer.id().get(), peer.name());
      } else {
        missing.put(peer.name(), "not connected");
      }
    }
    names.forEach(
        (peer, name) -> {
          if (waiter.inMemory.contains(peer)) {
            missing.put(name, "in memory only");
          } else if (!holders.contains(peer)) {
            missing.put(name, linked.contains(peer) ? "did not answer" : "not connected");
          }
        });
    List<String> held =
        holders.stream().map(peer -> names.getOrDefault(peer, peer.value())).sorted().toList();
    return new MeshException.NotReplicated(
        ("awaitReplicated(%d, %s): %s is held durably by %d other nodes %s; missing: %s. It stands"
                + " here and goes on to travel; wait again, or see peers().")
            .formatted(
                waiter.nodes, waiter.timeout, waiter.write.key(), held.size(), held, missing),
        held,
        missing);
  }

  /** One call that waits. */
  private static final class Waiter {
    private final LocalWrites.Written write;
    private final int nodes;
    private final Duration timeout;
    private final CompletableFuture<Void> done;
    private final Map<Long, Set<PeerId>> holders = new TreeMap<>();
    private final Set<PeerId> inMemory = new HashSet<>();
    private Loop.@Nullable Timer timer;

    Waiter(LocalWrites.Written write, int nodes, Duration timeout, CompletableFuture<Void> done) {
      this.write = write;
      this.nodes = nodes;
      this.timeout = timeout;
      this.done = done;
    }

    /** A node holds a write that stands on several others only when it holds each of them. */
    Set<PeerId> holdersOfAll() {
      Set<PeerId> all = null;
      for (Set<PeerId> each : holders.values()) {
        if (all == null) {
          all = new TreeSet<>(each);
        } else {
          all.retainAll(each);
        }
      }
      return all == null ? Set.of() : all;
    }
  }
}

package dev.peatmesh.internal.node;

import dev.peatmesh.MeshHealth;
import dev.peatmesh.PeerStatus;
import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.internal.link.LocalNode;
import dev.peatmesh.internal.network.PeerNetwork;
import dev.peatmesh.internal.network.Resolver;
import dev.peatmesh.internal.peers.PeerSettings;
import dev.peatmesh.internal.transport.Transport;
import dev.peatmesh.runtime.Loop;
import dev.peatmesh.sync.internal.engine.PeerId;
import dev.peatmesh.sync.internal.replica.Replicator;
import dev.peatmesh.sync.internal.replica.SyncStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * One node: peers and links on the mesh loop, documents on theirs, and the ways between them. The
 * simulator runs this very class on virtual loops, a virtual network and a virtual disk.
 */
public final class MeshNode {
  /** How long a node may look for the peers it knows before it counts as isolated. */
  private static final Duration FORMING = Duration.ofSeconds(10);

  private final Loop meshLoop;
  private final Loop documentLoop;
  private final Replicator documents;
  private final PeerNetwork network;
  private final DocumentLinks links;
  private final long startedNanos;

  /** What a node stands on, and what differs between production and simulation. */
  public record Parts(
      Loop meshLoop,
      Loop documentLoop,
      Replicator documents,
      Resolver resolver,
      RandomGenerator random,
      InstantSource clock) {}

  /** Wires a node; it is silent until {@link #start}. On the mesh loop. */
  public MeshNode(LocalNode self, PeerSettings settings, Parts parts) {
    meshLoop = parts.meshLoop();
    documentLoop = parts.documentLoop();
    documents = parts.documents();
    meshLoop.checkInLoop();
    startedNanos = meshLoop.nanoTime();
    links = new DocumentLinks(documents);
    network =
        new PeerNetwork(
            self, settings, meshLoop, parts.resolver(), parts.random(), parts.clock(), links);
  }

  /** Who hears of connections from outside. */
  public Transport.AcceptListener acceptListener() {
    return network;
  }

  /** Begins to dial. On the mesh loop. */
  public void start(Transport transport) {
    network.start(transport);
  }

  /** A hint of a discovery strategy. On any thread. */
  public void discovered(String source, DiscoveryEvent event) {
    meshLoop.execute(
        () -> {
          if (event instanceof DiscoveryEvent.PeerFound found) {
            network.discovered(source, found.peer());
          } else if (event instanceof DiscoveryEvent.PeerUpdated updated) {
            network.discovered(source, updated.peer());
          } else if (event instanceof DiscoveryEvent.PeerLost lost) {
            network.lost(source, lost.nodeId());
          } else {
            throw new AssertionError("unhandled " + event);
          }
        });
  }

  /** Every peer, with how far its documents are. On any thread. */
  public CompletableFuture<List<PeerStatus>> peers() {
    return ask(meshLoop, network::statuses)
        .thenCompose(
            statuses ->
                ask(
                    documentLoop,
                    () ->
                        statuses.stream()
                            .map(status -> status.withSynchronised(synchronised(status)))
                            .toList()));
  }

  /** How the node is; problems of discovery are added by whoever runs it. On any thread. */
  public CompletableFuture<MeshHealth> health(List<String> discoveryProblems) {
    return ask(documentLoop, documents::status)
        .thenCompose(
            sync -> ask(meshLoop, () -> health(network.statuses(), sync, discoveryProblems)));
  }

  /** Leaves in good order: peers are told, links end. On the mesh loop. */
  public void close() {
    network.close();
  }

  private boolean synchronised(PeerStatus status) {
    return status.isConnected()
        && status
            .endpointId()
            .map(id -> documents.synchronised(new PeerId(id.hex())))
            .orElse(false);
  }

  private MeshHealth health(
      List<PeerStatus> peers, SyncStatus sync, List<String> discoveryProblems) {
    List<String> problems = new ArrayList<>(discoveryProblems);
    sync.storeProblem().ifPresent(problem -> problems.add("store: " + problem));
    sync.lastRefusal()
        .ifPresent(
            refusal ->
                problems.add(
                    "documents: "
                        + sync.refused()
                        + " changes of other nodes were refused; the last: "
                        + refusal));
    if (!problems.isEmpty()) {
      return new MeshHealth(MeshHealth.State.DEGRADED, problems);
    }
    List<PeerStatus> known = peers.stream().filter(MeshNode::isWanted).toList();
    if (known.isEmpty() || known.stream().anyMatch(PeerStatus::isConnected)) {
      return new MeshHealth(MeshHealth.State.READY, List.of());
    }
    String reason =
        "none of the " + known.size() + " known peers is connected; peers() says why for each";
    boolean forming = !links.everUp() && meshLoop.nanoTime() - startedNanos < FORMING.toNanos();
    return new MeshHealth(
        forming ? MeshHealth.State.FORMING : MeshHealth.State.ISOLATED, List.of(reason));
  }

  private static boolean isWanted(PeerStatus peer) {
    return peer.isConnected() || !peer.sources().equals(List.of(PeerStatus.INBOUND));
  }

  private static <T> CompletableFuture<T> ask(Loop loop, Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            answer.complete(question.get());
          } catch (RuntimeException failure) {
            answer.completeExceptionally(failure);
          }
        });
    return answer;
  }
}

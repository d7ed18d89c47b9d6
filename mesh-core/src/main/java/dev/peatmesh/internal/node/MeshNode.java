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
import dev.peatmesh.sync.internal.replica.PeerDirectory.KnownPeer;
import dev.peatmesh.sync.internal.replica.Replicator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * One node: peers and links on the mesh loop, documents on theirs, and the ways between them. The
 * simulator runs this very class on virtual loops, a virtual network and a virtual disk.
 */
public final class MeshNode {
  private final LocalNode self;
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
    this.self = self;
    meshLoop = parts.meshLoop();
    documentLoop = parts.documentLoop();
    documents = parts.documents();
    meshLoop.checkInLoop();
    startedNanos = meshLoop.nanoTime();
    links = new DocumentLinks(documents);
    documents.directory(this::knownPeers);
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

  /** A hint of discovery. On any thread. */
  public void discovered(DiscoveryEvent event) {
    meshLoop.execute(
        () -> {
          if (event instanceof DiscoveryEvent.PeerFound found) {
            network.discovered(found.peer());
          } else if (event instanceof DiscoveryEvent.PeerUpdated updated) {
            network.discovered(updated.peer());
          } else if (event instanceof DiscoveryEvent.PeerLost lost) {
            network.lost(lost.nodeId());
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

  /** How the node is. On any thread. */
  public CompletableFuture<MeshHealth> health(DiscoveryReport discovery) {
    return ask(documentLoop, documents::status)
        .thenCompose(
            sync -> ask(meshLoop, () -> diagnosis().health(network.statuses(), sync, discovery)));
  }

  /** Completes once every peer that counts holds the same. On any thread. */
  public CompletableFuture<Void> awaitConverged(Duration timeout) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    meshLoop.execute(
        () -> new Convergence(meshLoop, this::wanted, documents, timeout, done).begin());
    return done;
  }

  /** Leaves in good order: peers are told, links end. On the mesh loop. */
  public void close() {
    network.close();
  }

  private CompletableFuture<List<PeerStatus>> wanted() {
    return peers()
        .thenApply(
            peers ->
                peers.stream()
                    .filter(peer -> Diagnosis.isWanted(self.endpointId(), peer))
                    .toList());
  }

  private CompletableFuture<List<KnownPeer>> knownPeers() {
    return ask(
        meshLoop,
        () ->
            network.statuses().stream()
                .filter(peer -> Diagnosis.isWanted(self.endpointId(), peer))
                .map(
                    peer ->
                        new KnownPeer(
                            peer.nodeName(), peer.endpointId().map(id -> new PeerId(id.hex()))))
                .toList());
  }

  private boolean synchronised(PeerStatus status) {
    return status.isConnected()
        && status
            .endpointId()
            .map(id -> documents.synchronised(new PeerId(id.hex())))
            .orElse(false);
  }

  private Diagnosis diagnosis() {
    return new Diagnosis(
        self.endpointId(),
        self.formation().id(),
        Duration.ofNanos(meshLoop.nanoTime() - startedNanos),
        links.everUp());
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

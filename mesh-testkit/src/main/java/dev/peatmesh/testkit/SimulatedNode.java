package dev.peatmesh.testkit;

import dev.peatmesh.MeshHealth;
import dev.peatmesh.PeerStatus;
import dev.peatmesh.crypto.NodeIdentity;
import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.internal.link.LocalNode;
import dev.peatmesh.internal.link.Proofs;
import dev.peatmesh.internal.node.DiscoveryReport;
import dev.peatmesh.internal.node.MeshNode;
import dev.peatmesh.internal.peers.PeerSettings;
import dev.peatmesh.runtime.Loop;
import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.CompactionReport;
import dev.peatmesh.sync.DocumentCollection;
import dev.peatmesh.sync.internal.engine.PeerId;
import dev.peatmesh.sync.internal.replica.RecoveredDocuments;
import dev.peatmesh.sync.internal.replica.Replicator;
import dev.peatmesh.sync.internal.replica.SyncSettings;
import dev.peatmesh.sync.internal.replica.SyncStatus;
import dev.peatmesh.sync.internal.replica.Waiting;
import dev.peatmesh.sync.internal.store.DocumentStore;
import dev.peatmesh.testkit.internal.SimulatedDisk;
import dev.peatmesh.testkit.internal.SimulatedFormation;
import dev.peatmesh.testkit.internal.SimulatedHost;
import dev.peatmesh.testkit.internal.SimulatedNetwork;
import dev.peatmesh.testkit.internal.SimulatedTransport;
import dev.peatmesh.testkit.internal.TransportSettings;
import dev.peatmesh.testkit.internal.VirtualTime;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One node of a {@link SimulatedMesh}: a machine with a disk and an address. Not thread-safe. */
public final class SimulatedNode {
  private static final Duration ANSWER_MAX = Duration.ofMinutes(1);
  private static final String SOURCE = "simulated";

  private final Surroundings surroundings;
  private final SyncSettings settings;
  private final int number;
  private final int count;
  private final SimulatedHost host;
  private final SimulatedDisk disk;
  private final NodeIdentity identity;
  private @Nullable Running running;

  /** What all nodes of a mesh share. */
  record Surroundings(
      VirtualTime time,
      SimulatedNetwork network,
      Proofs proofs,
      PeerSettings peering,
      TransportSettings transport,
      boolean honestDisks) {}

  /** What lives from a start to a crash. */
  private record Running(
      Loop meshLoop,
      Loop documentLoop,
      Replicator documents,
      MeshNode node,
      SimulatedTransport transport) {}

  SimulatedNode(Surroundings surroundings, SyncSettings settings, int number, int count) {
    this.surroundings = surroundings;
    this.settings = settings;
    this.number = number;
    this.count = count;
    host = surroundings.time().newHost(name(number));
    disk = new SimulatedDisk(host);
    disk.honest(surroundings.honestDisks());
    identity = SimulatedFormation.identity(host.name());
  }

  /** Its name: {@code node-} and its number. */
  public String name() {
    return host.name();
  }

  /** Whether it runs. */
  public boolean isUp() {
    return running != null;
  }

  /** The documents of one kind. Calls that wait for the disk let virtual time pass. */
  public DocumentCollection collection(String name) {
    return running().documents.collection(name, new VirtualWaiting());
  }

  /** Every peer it knows of. */
  public List<PeerStatus> peers() {
    return await(running().node.peers());
  }

  /** How it is. */
  public MeshHealth health() {
    return await(running().node.health(DiscoveryReport.NONE));
  }

  /** Waits until it and every peer it knows hold the same; lets virtual time pass. */
  public void awaitConverged(Duration timeout) {
    await(running().node.awaitConverged(timeout));
  }

  /** Stops the exchange of documents; links stay. */
  public void pause() {
    running().documents.pause(true);
  }

  /** Takes the exchange of documents up again. */
  public void resume() {
    running().documents.pause(false);
  }

  /** Gives space back now. */
  public CompactionReport compact() {
    return await(running().documents.compact());
  }

  /** A digest of all documents and their heads; equal on nodes that hold the same. */
  public String fingerprint() {
    return running().documents.fingerprint().toString();
  }

  /** Whether all that it holds would survive a crash. */
  public boolean isDurable() {
    return running().documents.isDurable();
  }

  /** What it has sent since the start of the mesh, restarts included. */
  public Traffic traffic() {
    return host.traffic();
  }

  /** Bytes of documents on its disk. */
  public long storedBytes() {
    return disk.storedBytes();
  }

  /** Events that its disk keeps for subscribers that resume. */
  public int journalEntries() {
    return disk.journalEntries();
  }

  /** How its documents are: what is open, refused, stalled. */
  SyncStatus documents() {
    return on(running().documentLoop, running().documents::status);
  }

  /** Ends the process at once, as kill -9 or a pulled plug does. */
  public void crash() {
    Running gone = running();
    running = null;
    host.crash();
    gone.documents.free();
  }

  /** Ends the process in good order: peers are told, the disk is closed. */
  public void stop() {
    Running gone = running();
    on(
        gone.meshLoop,
        () -> {
          gone.node.close();
          gone.transport.close();
          return true;
        });
    on(
        gone.documentLoop,
        () -> {
          gone.documents.close();
          return true;
        });
    running = null;
    host.crash();
  }

  /** Starts a new process on the same disk, with the same identity and address. */
  public void restart() {
    host.restart();
    start();
  }

  /** While full, every write to the disk fails. */
  public void diskFull(boolean full) {
    disk.full(full);
  }

  /** While read-only, every write to the disk fails. */
  public void diskReadOnly(boolean readOnly) {
    disk.readOnly(readOnly);
  }

  /** Moves the wall clock; back when negative. */
  public void jumpClock(Duration by) {
    host.clock().jump(by);
  }

  @Override
  public String toString() {
    return name();
  }

  /** Its connections, open or in the making. */
  int connections() {
    return running().transport.connections();
  }

  SimulatedHost host() {
    return host;
  }

  void start() {
    Loop meshLoop = host.newLoop("mesh");
    Loop documentLoop = host.newLoop("documents");
    Loop callbacks = host.newLoop("callbacks");
    DocumentStore store = disk.open();
    Replicator documents =
        new Replicator(
            new Replicator.Parts(
                new PeerId(identity.endpointId().hex()),
                settings,
                true,
                documentLoop,
                callbacks,
                host.random(),
                host.clock(),
                RecoveredDocuments.read(store),
                disk.openLog(store, documentLoop)));
    LocalNode self =
        new LocalNode(
            identity,
            SimulatedFormation.FORMATION,
            store.replica().incarnation(),
            surroundings.proofs());
    MeshNode.Parts parts =
        new MeshNode.Parts(
            meshLoop,
            documentLoop,
            documents,
            (name, answer) -> answer.accept(List.of()),
            host.random(),
            host.clock());
    running =
        on(
            meshLoop,
            () -> {
              MeshNode node = new MeshNode(self, surroundings.peering(), parts);
              SimulatedTransport transport =
                  surroundings
                      .network()
                      .bind(
                          host,
                          meshLoop,
                          SimulatedNetwork.address(number),
                          identity.endpointId(),
                          surroundings.transport(),
                          node.acceptListener());
              node.start(transport);
              return new Running(meshLoop, documentLoop, documents, node, transport);
            });
    SimulatedMesh.others(number, count).forEach(this::discover);
  }

  private void discover(int other) {
    InetSocketAddress address = SimulatedNetwork.address(other);
    PeerInfo peer =
        new PeerInfo(
            name(other),
            List.of(new PeerAddress(address.getHostString(), address.getPort())),
            null,
            host.clock().instant(),
            Map.of(),
            Set.of(SOURCE));
    running().node.discovered(new DiscoveryEvent.PeerFound(peer));
  }

  private static String name(int number) {
    return "node-" + number;
  }

  private Running running() {
    if (running == null) {
      throw new MeshException.Closed(name() + ": is not running. Restart it first.");
    }
    return running;
  }

  private <T> T on(Loop loop, Supplier<T> task) {
    CompletableFuture<T> done = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            done.complete(task.get());
          } catch (RuntimeException failure) {
            done.completeExceptionally(failure);
          }
        });
    return await(done);
  }

  private <T> T await(CompletableFuture<T> answer) {
    if (!surroundings.time().runUntil(answer::isDone, ANSWER_MAX)) {
      throw new MeshException.Closed(name() + ": did not answer; it crashed while it was asked.");
    }
    try {
      return answer.get();
    } catch (InterruptedException impossible) {
      throw new AssertionError(impossible);
    } catch (ExecutionException failure) {
      throw Waiting.unwrapped(failure);
    }
  }

  private final class VirtualWaiting implements Waiting {
    @Override
    public <T> T await(CompletableFuture<T> answer) {
      return SimulatedNode.this.await(answer);
    }
  }
}

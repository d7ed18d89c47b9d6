package dev.peatmesh.sync.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.DocumentCollection;
import dev.peatmesh.sync.DocumentEvent;
import dev.peatmesh.sync.internal.crdt.NativeDocument;
import dev.peatmesh.sync.internal.engine.PeerId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Some nodes without a network: frames arrive as they are sent, on one loop, in virtual time. */
final class TestMesh implements AutoCloseable {
  final ManualLoop loop = new ManualLoop();
  private final List<Node> nodes = new ArrayList<>();
  private final long openBefore = NativeDocument.openCount();
  private final long originNanos = loop.nanoTime();
  private final Instant start = Instant.parse("2026-01-01T00:00:00Z");
  private Duration clockJump = Duration.ZERO;
  long frames;

  /** How wrong the clock of a node is that is started from here on. */
  final Map<Integer, Duration> skews = new HashMap<>();

  /** A node with all settings at their default. */
  Node node(int number, TestDisk disk) {
    return node(number, disk, SyncSettings.DEFAULT);
  }

  Node node(int number, TestDisk disk, SyncSettings settings) {
    return new Node(number, disk, settings);
  }

  Instant now() {
    return start.plusNanos(loop.nanoTime() - originNanos).plus(clockJump);
  }

  void settle() {
    loop.advance(Duration.ofSeconds(3));
  }

  void advance(Duration by) {
    loop.advance(by);
  }

  /** Sets every wall clock forward without letting time pass. */
  void jumpClocks(Duration by) {
    clockJump = clockJump.plus(by);
  }

  void join(Node one, Node two) {
    Port there = new Port(one, two);
    Port back = new Port(two, one);
    there.other = back;
    back.other = there;
    one.ports.put(two.id, there);
    two.ports.put(one.id, back);
    one.replicator.peerUp(two.id, there);
    two.replicator.peerUp(one.id, back);
    settle();
  }

  void part(Node one, Node two) {
    one.replicator.peerDown(two.id, one.ports.remove(two.id));
    two.replicator.peerDown(one.id, two.ports.remove(one.id));
    settle();
  }

  @Override
  public void close() {
    List.copyOf(nodes).forEach(Node::stop);
    assertThat(NativeDocument.openCount()).isEqualTo(openBefore);
  }

  static PeerId id(int number) {
    return new PeerId(String.format("%02x", number).repeat(32));
  }

  final class Port implements PeerPort {
    private final Node from;
    private final Node to;
    @Nullable Port other;

    Port(Node from, Node to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public void send(ByteBuffer frame) {
      frames++;
      to.replicator.frame(from.id, other, frame);
    }

    @Override
    public boolean writable() {
      return true;
    }

    @Override
    public void consumed(int bytes) {}

    @Override
    public void violation(String detail) {
      throw new AssertionError(detail);
    }
  }

  final class Node {
    final PeerId id;
    final TestDisk disk;
    final Replicator replicator;
    final DocumentCollection lists;
    final List<DocumentEvent> events = new ArrayList<>();
    final Map<PeerId, Port> ports = new HashMap<>();
    private boolean stopped;

    Node(int number, TestDisk disk, SyncSettings settings) {
      id = id(number);
      this.disk = disk;
      CompletableFuture<Replicator> made = new CompletableFuture<>();
      loop.execute(
          () -> {
            try {
              made.complete(
                  new Replicator(
                      new Replicator.Parts(
                          id,
                          settings,
                          true,
                          loop,
                          Runnable::run,
                          new Random(31L * number + nodes.size()),
                          () -> now().plus(skews.getOrDefault(number, Duration.ZERO)),
                          RecoveredDocuments.read(disk),
                          disk)));
            } catch (RuntimeException failure) {
              made.completeExceptionally(failure);
            }
          });
      replicator = await(made);
      replicator.directory(
          () ->
              CompletableFuture.completedFuture(
                  ports.keySet().stream()
                      .map(
                          peer ->
                              new PeerDirectory.KnownPeer(
                                  "n" + peer.value().substring(0, 2), Optional.of(peer)))
                      .toList()));
      lists = collection("lists");
      lists.subscribe(events::add);
      nodes.add(this);
    }

    DocumentCollection collection(String name) {
      return replicator.collection(name, new VirtualWait());
    }

    SyncStatus status() {
      SyncStatus[] status = new SyncStatus[1];
      loop.execute(() -> status[0] = replicator.status());
      loop.run();
      return status[0];
    }

    String fingerprint() {
      return replicator.fingerprint().toString();
    }

    /** Ends in good order. */
    void stop() {
      if (!stopped) {
        unlink();
        stopped = true;
        loop.execute(replicator::close);
        loop.run();
      }
    }

    /** Ends as kill -9 does. */
    void kill() {
      unlink();
      stopped = true;
      replicator.free();
      disk.stoppedUncleanly();
      loop.run();
    }

    private void unlink() {
      for (PeerId peer : List.copyOf(ports.keySet())) {
        nodes.stream()
            .filter(other -> !other.stopped && other.ports.get(peer) == null)
            .filter(other -> other.id.equals(peer) && other.ports.containsKey(id))
            .toList()
            .forEach(other -> part(this, other));
      }
    }
  }

  final class VirtualWait implements Waiting {
    @Override
    public <T> T await(CompletableFuture<T> answer) {
      return TestMesh.this.await(answer);
    }
  }

  /** Lets time pass as far as the answer needs it. */
  <T> T await(CompletableFuture<T> answer) {
    loop.run();
    for (int i = 0; i < 10_000 && !answer.isDone(); i++) {
      loop.advance(Duration.ofMillis(100));
    }
    try {
      assertThat(answer).isDone();
      return answer.get();
    } catch (ExecutionException failure) {
      throw Waiting.unwrapped(failure);
    } catch (InterruptedException impossible) {
      throw new AssertionError(impossible);
    }
  }
}

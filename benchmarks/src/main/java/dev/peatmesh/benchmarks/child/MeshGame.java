package dev.peatmesh.benchmarks.child;

import dev.peatmesh.sync.DocumentEvent;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One change of a document to and fro, as an application does it: {@code change()} at the near
 * side; at the far side a subscriber reads the document and answers with a change of another one;
 * timed until the near subscriber has read that.
 */
final class MeshGame implements PingPong.Game {
  private static final String PING = "ping-";
  private static final String PONG = "pong-";
  private static final String FIELD = "n";
  private static final int SECONDS_MAX = 60;

  private final Optional<Path> directory;
  private final SynchronousQueue<Returned> returned = new SynchronousQueue<>();
  private @Nullable BenchNode node;
  private int plays;

  /** What came back, and when it could be read. */
  private record Returned(int number, long nanoTime) {}

  private MeshGame(Optional<Path> directory) {
    this.directory = directory;
  }

  static MeshGame inMemory() {
    return new MeshGame(Optional.empty());
  }

  static MeshGame onDisk(Path directory) {
    return new MeshGame(Optional.of(directory));
  }

  @Override
  public int listen() {
    BenchNode far = BenchNode.start("far", directory);
    node = far;
    far.documents().subscribe(event -> answer(far, event));
    return far.port();
  }

  @Override
  public void connect(int port) throws InterruptedException {
    BenchNode near = BenchNode.dialling("near", directory, "far", port);
    node = near;
    near.awaitConnected();
    near.documents().subscribe(event -> returned(near, event));
  }

  @Override
  public long[] play(int rounds) throws InterruptedException {
    BenchNode near = node;
    if (near == null) {
      throw new IllegalStateException("mesh: not connected");
    }
    plays++;
    long[] nanos = new long[rounds];
    for (int i = 0; i < rounds; i++) {
      int number = i;
      String ping = PING + plays + "-" + i / PingPong.TRIPS_PER_DOCUMENT;
      long start = System.nanoTime();
      near.documents().change(ping, document -> document.put(FIELD, number));
      Returned ball = returned.poll(SECONDS_MAX, TimeUnit.SECONDS);
      if (ball == null || ball.number() != number) {
        throw new IllegalStateException(
            "change %d came back as %s; health %s, peers %s"
                .formatted(number, ball, near.mesh().health(), near.mesh().peers()));
      }
      nanos[i] = ball.nanoTime() - start;
    }
    return nanos;
  }

  @Override
  public void close() {
    if (node != null) {
      node.close();
    }
  }

  private static void answer(BenchNode far, DocumentEvent event) {
    String id = event.key().id();
    if (!id.startsWith(PING)) {
      return;
    }
    try {
      int number = far.number(id, FIELD).orElseThrow();
      far.documents()
          .change(PONG + id.substring(PING.length()), document -> document.put(FIELD, number));
    } catch (RuntimeException failure) {
      // The mesh would log it, and nobody reads the log of a child.
      failure.printStackTrace();
      throw failure;
    }
  }

  private void returned(BenchNode near, DocumentEvent event) {
    if (!event.key().id().startsWith(PONG)) {
      return;
    }
    OptionalInt number = near.number(event.key().id(), FIELD);
    Returned ball = new Returned(number.orElseThrow(), System.nanoTime());
    try {
      if (!returned.offer(ball, SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nobody waits for " + ball);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

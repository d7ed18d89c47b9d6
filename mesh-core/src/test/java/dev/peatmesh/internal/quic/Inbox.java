package dev.peatmesh.internal.quic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.internal.transport.Connection;
import dev.peatmesh.internal.transport.Refusal;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Remembers what one connection hears. */
final class Inbox implements Connection.Listener {
  final BlockingQueue<byte[]> frames = new LinkedBlockingQueue<>();
  final AtomicInteger writableAgain = new AtomicInteger();
  private final CompletableFuture<Refusal> closed = new CompletableFuture<>();
  private final Connection connection;
  private final boolean consumes;

  Inbox(Connection connection, boolean consumes) {
    this.connection = connection;
    this.consumes = consumes;
  }

  @Override
  public void frame(ByteBuffer frame) {
    byte[] bytes = new byte[frame.remaining()];
    frame.get(bytes);
    frames.add(bytes);
    if (consumes) {
      connection.consumed(bytes.length);
    }
  }

  @Override
  public void writableAgain() {
    writableAgain.incrementAndGet();
  }

  @Override
  public void closed(Refusal refusal) {
    assertThat(closed.complete(refusal)).as("closed is called once").isTrue();
  }

  byte[] next() throws InterruptedException {
    byte[] frame = frames.poll(QuicNode.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(frame).as("a frame within %s", QuicNode.PATIENCE).isNotNull();
    return frame;
  }

  Refusal end() throws Exception {
    return closed.get(QuicNode.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  boolean isOpen() {
    return !closed.isDone();
  }
}

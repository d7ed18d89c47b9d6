package dev.peatmesh.benchmarks.child;

import dev.peatmesh.benchmarks.floor.QuicPipe;
import dev.peatmesh.benchmarks.floor.RawDocument;
import dev.peatmesh.benchmarks.process.Requests;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Small documents pushed over one QUIC stream: {@code listen} and {@code connect <port>}, then
 * {@code push <documents>} answers after how many nanoseconds the far side had applied each to a
 * document of its own. The chunks are made before the clock starts.
 */
public final class RawPush {
  private static final int FRAME_BYTES = 64 << 10;
  private static final int CHUNK_BYTES_MAX = 1 << 10;
  private static final int MINUTES_MAX = 2;

  private final List<RawDocument> received = new ArrayList<>();
  private @Nullable QuicPipe pipe;
  private volatile CompletableFuture<Long> allApplied = new CompletableFuture<>();

  private RawPush() {}

  /** Takes no arguments that matter. */
  public static void main(String[] arguments) throws Exception {
    RawPush push = new RawPush();
    try {
      Requests.serve(
          Map.of(
              "listen", words -> Integer.toString(push.listen()),
              "connect", words -> push.connect(Integer.parseInt(words.get(0))),
              "push", words -> Long.toString(push.push(Integer.parseInt(words.get(0))))));
    } finally {
      if (push.pipe != null) {
        push.pipe.close();
      }
    }
  }

  private int listen() throws Exception {
    QuicPipe opened = QuicPipe.listen(this::apply);
    pipe = opened;
    return opened.port();
  }

  private String connect(int port) throws Exception {
    pipe = QuicPipe.dial(port, frame -> allApplied.complete(System.nanoTime()));
    return "connected";
  }

  private long push(int documents) throws Exception {
    List<byte[]> chunks = new ArrayList<>(documents);
    for (int i = 0; i < documents; i++) {
      try (RawDocument document = new RawDocument()) {
        chunks.add(document.fill(i));
      }
    }
    allApplied = new CompletableFuture<>();
    long start = System.nanoTime();
    pipe().execute(() -> sendAll(chunks));
    return allApplied.get(MINUTES_MAX, TimeUnit.MINUTES) - start;
  }

  private void sendAll(List<byte[]> chunks) {
    ByteBuf frame = pipe().frame(FRAME_BYTES + CHUNK_BYTES_MAX);
    frame.writeInt(chunks.size());
    for (byte[] chunk : chunks) {
      if (frame.readableBytes() > FRAME_BYTES) {
        pipe().send(frame);
        frame = pipe().frame(FRAME_BYTES + CHUNK_BYTES_MAX).writeInt(chunks.size());
      }
      frame.writeShort(chunk.length).writeBytes(chunk);
    }
    pipe().send(frame);
  }

  private void apply(ByteBuf frame) {
    int all = frame.readInt();
    while (frame.isReadable()) {
      byte[] chunk = new byte[frame.readUnsignedShort()];
      frame.readBytes(chunk);
      RawDocument document = new RawDocument();
      document.apply(chunk);
      received.add(document);
    }
    if (received.size() == all) {
      pipe().send(pipe().frame(1).writeByte(1));
      received.forEach(RawDocument::close);
      received.clear();
    }
  }

  private QuicPipe pipe() {
    if (pipe == null) {
      throw new IllegalStateException("push: not connected");
    }
    return pipe;
  }
}

package dev.peatmesh.benchmarks.child;

import dev.peatmesh.benchmarks.floor.Natives;
import dev.peatmesh.benchmarks.floor.QuicPipe;
import dev.peatmesh.benchmarks.floor.RawDocument;
import dev.peatmesh.benchmarks.process.Requests;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A process whose memory is looked at: {@code raw}, one QUIC stream and bare Automerge documents;
 * {@code mesh}, a node. {@code listen}, {@code connect <port>}, {@code create <documents>}, and
 * {@code memory}, which collects garbage and answers resident and heap bytes.
 */
public final class MemoryProbe {
  private static final int COLLECTIONS = 3;

  private MemoryProbe() {}

  /** One kind of process. */
  private interface Subject extends AutoCloseable {
    int listen() throws Exception;

    void connect(int port) throws Exception;

    void create(int documents);

    @Override
    void close();
  }

  /** Takes the kind. */
  public static void main(String[] arguments) throws Exception {
    try (Subject subject = arguments[0].equals("mesh") ? new Mesh() : new Raw()) {
      Requests.serve(
          Map.of(
              "listen", words -> Integer.toString(subject.listen()),
              "connect",
                  words -> {
                    subject.connect(Integer.parseInt(words.get(0)));
                    return "connected";
                  },
              "create",
                  words -> {
                    subject.create(Integer.parseInt(words.get(0)));
                    return "created";
                  },
              "memory", words -> memory()));
    }
  }

  private static String memory() throws Exception {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return residentBytes() + " " + heap;
  }

  /** What the kernel says of us; only Linux says it so. */
  private static long residentBytes() throws Exception {
    String line =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(candidate -> candidate.startsWith("VmRSS:"))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(line.replaceAll("\\D", "")) << 10;
  }

  /** What the libraries alone need. */
  private static final class Raw implements Subject {
    private final List<RawDocument> documents = new ArrayList<>();
    private @Nullable QuicPipe pipe;

    @Override
    public int listen() throws Exception {
      Natives.load();
      pipe = QuicPipe.listen(frame -> {});
      return pipe.port();
    }

    @Override
    public void connect(int port) throws Exception {
      Natives.load();
      pipe = QuicPipe.dial(port, frame -> {});
    }

    @Override
    public void create(int count) {
      for (int i = 0; i < count; i++) {
        RawDocument document = new RawDocument();
        document.fill(i);
        documents.add(document);
      }
    }

    @Override
    public void close() {
      if (pipe != null) {
        pipe.close();
      }
      documents.forEach(RawDocument::close);
    }
  }

  /** A node in memory. */
  private static final class Mesh implements Subject {
    private @Nullable BenchNode node;

    @Override
    public int listen() {
      node = BenchNode.start("far", Optional.empty());
      return node.port();
    }

    @Override
    public void connect(int port) throws InterruptedException {
      node = BenchNode.dialling("near", Optional.empty(), "far", port);
      node.awaitConnected();
    }

    @Override
    public void create(int count) {
      if (node == null) {
        throw new IllegalStateException("memory: not started");
      }
      FirstSync.fill(node.documents(), count);
    }

    @Override
    public void close() {
      if (node != null) {
        node.close();
      }
    }
  }
}

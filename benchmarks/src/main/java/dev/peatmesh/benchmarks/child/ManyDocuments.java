package dev.peatmesh.benchmarks.child;

import dev.peatmesh.benchmarks.process.Requests;
import dev.peatmesh.sync.DocumentCollection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A node with a data directory and more documents than it keeps open. {@code listen}, {@code
 * connect <port>}; {@code create <documents> <bytes>} and {@code touch <documents> <times>} write;
 * {@code change <documents>} writes while the node says nothing to others, and answers after how
 * many nanoseconds all are equal again; {@code converge} waits for that; {@code restart} answers
 * how long a start takes; {@code resident} answers resident bytes.
 */
public final class ManyDocuments {
  private static final int WRITES_AT_ONCE_MAX = 256;
  private static final Duration CONVERGED_MAX = Duration.ofMinutes(10);

  private final Path directory;
  private @Nullable BenchNode node;
  private int rounds;

  private ManyDocuments(Path directory) {
    this.directory = directory;
  }

  /** Takes a name that is not used, and a folder that is its own. */
  public static void main(String[] arguments) throws Exception {
    ManyDocuments many = new ManyDocuments(Path.of(arguments[1]));
    try {
      Requests.serve(
          Map.of(
              "listen", words -> Integer.toString(many.listen()),
              "connect", words -> many.connect(number(words, 0)),
              "create", words -> many.create(number(words, 0), number(words, 1)),
              "touch", words -> many.touch(number(words, 0), number(words, 1)),
              "change", words -> many.change(number(words, 0)),
              "converge", words -> many.converge(),
              "restart", words -> many.restart(),
              "resident", words -> Long.toString(residentBytes())));
    } finally {
      if (many.node != null) {
        many.node.close();
      }
    }
  }

  private static int number(List<String> words, int index) {
    return Integer.parseInt(words.get(index));
  }

  private BenchNode node() {
    if (node == null) {
      throw new IllegalStateException("node: not started");
    }
    return node;
  }

  private int listen() {
    node = BenchNode.start("far", Optional.of(directory));
    return node.port();
  }

  private String connect(int port) throws InterruptedException {
    node = BenchNode.dialling("near", Optional.of(directory), "far", port);
    node.awaitConnected();
    return "connected";
  }

  /** Text of letters that compress as little as they do in practice: by half. */
  private String create(int documents, int bytes) {
    SplittableRandom random = new SplittableRandom(1);
    write(
        documents,
        (collection, id) -> {
          StringBuilder text = new StringBuilder(bytes);
          for (int i = 0; i < bytes; i++) {
            text.append((char) ('a' + random.nextInt(16)));
          }
          String filling = text.toString();
          return collection.changeAsync(id, document -> document.put("text", filling));
        });
    return "created";
  }

  private String touch(int documents, int times) {
    for (int i = 0; i < times; i++) {
      rounds++;
      int round = rounds;
      write(
          documents,
          (collection, id) -> collection.changeAsync(id, document -> document.put("n", round)));
    }
    return "touched";
  }

  private String change(int documents) {
    node().mesh().pause();
    touch(documents, 1);
    long start = System.nanoTime();
    node().mesh().resume();
    node().mesh().awaitConverged(CONVERGED_MAX);
    return Long.toString(System.nanoTime() - start);
  }

  private String converge() {
    long start = System.nanoTime();
    node().mesh().awaitConverged(CONVERGED_MAX);
    return Long.toString(System.nanoTime() - start);
  }

  private String restart() {
    node().close();
    long start = System.nanoTime();
    node = BenchNode.start("far", Optional.of(directory));
    return Long.toString(System.nanoTime() - start);
  }

  /** What is written into one document. */
  private interface Writing {
    CompletableFuture<?> begin(DocumentCollection collection, String id);
  }

  private void write(int documents, Writing writing) {
    DocumentCollection collection = node().documents();
    Deque<CompletableFuture<?>> underWay = new ArrayDeque<>();
    for (int i = 0; i < documents; i++) {
      if (underWay.size() == WRITES_AT_ONCE_MAX) {
        underWay.remove().join();
      }
      underWay.add(writing.begin(collection, FirstSync.id(i)));
    }
    underWay.forEach(CompletableFuture::join);
  }

  /** What the kernel says of us; only Linux says it so. */
  static long residentBytes() throws Exception {
    String line =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(candidate -> candidate.startsWith("VmRSS:"))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(line.replaceAll("\\D", "")) << 10;
  }
}

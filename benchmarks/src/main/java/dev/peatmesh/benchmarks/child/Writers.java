package dev.peatmesh.benchmarks.child;

import dev.peatmesh.benchmarks.process.Requests;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A mesh node whose threads write as fast as they are let, or the one that must hear of it all.
 * {@code listen}, {@code connect <port>}; then {@code write <round> <writers> <changes>} answers
 * when every change is acknowledged, and {@code await} with the same words on the other node when
 * every document can be read there as it was left. {@code changes} is the number of each writer.
 *
 * <p>A writer calls {@code change()} again as soon as the call before has returned, on documents of
 * its own of at most {@value #CHANGES_PER_DOCUMENT} changes.
 */
public final class Writers {
  static final int CHANGES_PER_DOCUMENT = 200;
  static final String FIELD = "n";

  private final Optional<Path> directory;
  private @Nullable BenchNode node;

  private Writers(Optional<Path> directory) {
    this.directory = directory;
  }

  /** Takes {@code memory} or {@code disk}, and a folder that is its own. */
  public static void main(String[] arguments) throws Exception {
    Writers writers =
        new Writers(
            arguments[0].equals("disk") ? Optional.of(Path.of(arguments[1])) : Optional.empty());
    try {
      Requests.serve(
          Map.of(
              "listen", words -> Integer.toString(writers.listen()),
              "connect", words -> writers.connect(Integer.parseInt(words.get(0))),
              "write", words -> writers.write(Load.parse(words)),
              "await", words -> writers.await(Load.parse(words))));
    } finally {
      if (writers.node != null) {
        writers.node.close();
      }
    }
  }

  /** What is written in one round. */
  private record Load(int round, int writers, int changes) {
    static Load parse(List<String> words) {
      return new Load(
          Integer.parseInt(words.get(0)),
          Integer.parseInt(words.get(1)),
          Integer.parseInt(words.get(2)));
    }

    String document(int writer, int change) {
      return round + "-" + writers + "-" + writer + "-" + change / CHANGES_PER_DOCUMENT;
    }
  }

  private int listen() {
    BenchNode started = BenchNode.start("far", directory);
    node = started;
    return started.port();
  }

  private String connect(int port) throws InterruptedException {
    BenchNode started = BenchNode.dialling("near", directory, "far", port);
    node = started;
    started.awaitConnected();
    return "connected";
  }

  private String write(Load load) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(load.writers());
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int writer = 0; writer < load.writers(); writer++) {
        int number = writer;
        done.add(threads.submit(() -> write(load, number)));
      }
      for (Future<?> writer : done) {
        writer.get();
      }
    } finally {
      threads.shutdown();
    }
    return "acknowledged";
  }

  private void write(Load load, int writer) {
    for (int change = 0; change < load.changes(); change++) {
      int value = change;
      node()
          .documents()
          .change(load.document(writer, change), document -> document.put(FIELD, value));
    }
  }

  private String await(Load load) throws InterruptedException {
    for (int writer = 0; writer < load.writers(); writer++) {
      for (int change = load.changes() - 1; change >= 0; change -= CHANGES_PER_DOCUMENT) {
        String id = load.document(writer, change);
        int last =
            Math.min(load.changes(), (change / CHANGES_PER_DOCUMENT + 1) * CHANGES_PER_DOCUMENT)
                - 1;
        BenchNode.await(
            id + " at " + last, () -> node().number(id, FIELD).equals(OptionalInt.of(last)));
      }
    }
    return "visible";
  }

  private BenchNode node() {
    if (node == null) {
      throw new IllegalStateException("writers: not connected");
    }
    return node;
  }
}

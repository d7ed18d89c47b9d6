package dev.peatmesh.benchmarks.child;

import dev.peatmesh.benchmarks.process.Requests;
import dev.peatmesh.sync.DocumentCollection;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A node full of documents, or empty ones that join it. {@code fill <documents>} answers the full
 * node's port. {@code join <name> <port> <documents>} starts an empty node, and answers after how
 * many nanoseconds it was started, was connected, and had told its subscriber of every document and
 * let it read the last; then it closes the node.
 */
public final class FirstSync {
  private static final int WRITES_AT_ONCE_MAX = 256;
  private static final int MINUTES_MAX = 2;

  private final Optional<Path> directory;
  private @Nullable BenchNode full;

  private FirstSync(Optional<Path> directory) {
    this.directory = directory;
  }

  /** Takes {@code memory} or {@code disk}, and a folder that is its own. */
  public static void main(String[] arguments) throws Exception {
    FirstSync sync =
        new FirstSync(
            arguments[0].equals("disk") ? Optional.of(Path.of(arguments[1])) : Optional.empty());
    try {
      Requests.serve(
          Map.of(
              "fill", words -> Integer.toString(sync.fill(Integer.parseInt(words.get(0)))),
              "join",
                  words ->
                      sync.join(
                          words.get(0),
                          Integer.parseInt(words.get(1)),
                          Integer.parseInt(words.get(2)))));
    } finally {
      if (sync.full != null) {
        sync.full.close();
      }
    }
  }

  static String id(int number) {
    return "document-" + number;
  }

  /** The same three fields as the floor's documents, written many at once. */
  static void fill(DocumentCollection documents, int count) {
    CompletableFuture<?>[] window = new CompletableFuture<?>[WRITES_AT_ONCE_MAX];
    for (int i = 0; i < count; i++) {
      int number = i;
      CompletableFuture<?> earlier = window[i % WRITES_AT_ONCE_MAX];
      if (earlier != null) {
        earlier.join();
      }
      window[i % WRITES_AT_ONCE_MAX] =
          documents.changeAsync(
              id(number),
              document -> {
                document.put("name", "document " + number);
                document.put("number", number);
                document.put("open", true);
              });
    }
    for (CompletableFuture<?> last : window) {
      if (last != null) {
        last.join();
      }
    }
  }

  private int fill(int count) {
    BenchNode started = BenchNode.start("far", directory);
    full = started;
    fill(started.documents(), count);
    return started.port();
  }

  private String join(String name, int port, int count) throws Exception {
    Set<String> seen = ConcurrentHashMap.newKeySet(count);
    CompletableFuture<Long> all = new CompletableFuture<>();
    long start = System.nanoTime();
    try (BenchNode node =
        BenchNode.dialling(name, directory.map(parent -> parent.resolve(name)), "far", port)) {
      long started = System.nanoTime();
      DocumentCollection documents = node.documents();
      documents.subscribe(event -> seen(seen, event.key().id(), node, count, all));
      documents.list().forEach(id -> seen(seen, id, node, count, all));
      node.awaitConnected();
      long connected = System.nanoTime();
      long visible = all.get(MINUTES_MAX, TimeUnit.MINUTES);
      return (started - start) + " " + (connected - start) + " " + (visible - start);
    }
  }

  private static void seen(
      Set<String> seen, String id, BenchNode node, int count, CompletableFuture<Long> all) {
    if (seen.add(id) && seen.size() == count) {
      node.number(id, "number").orElseThrow();
      all.complete(System.nanoTime());
    }
  }
}

package dev.peatmesh.sync.internal.store;

import dev.peatmesh.runtime.ThreadLoop;
import dev.peatmesh.sync.DocumentKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

/**
 * What durability costs: a bare write and fsync, a commit of one change, and appends through a
 * group commit, in turns within one run. Arguments: a directory on the disk in question, commits
 * per turn, turns.
 */
final class StoreFloors {
  private static final int CHUNK_BYTES = 200;

  private final Path directory;
  private final int commits;
  private long number;

  private StoreFloors(Path directory, int commits) {
    this.directory = directory;
    this.commits = commits;
  }

  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory(Path.of(arguments[0]), "floors");
    StoreFloors floors = new StoreFloors(directory, Integer.parseInt(arguments[1]));
    int turns = Integer.parseInt(arguments[2]);
    Series floor = new Series("write and fsync");
    Series commit = new Series("commit of one change");
    List<Writers> groups =
        List.of(floors.new Writers(1), floors.new Writers(8), floors.new Writers(64));
    try (SqliteStore single = floors.open("single")) {
      for (int turn = 0; turn < turns; turn++) {
        floors.fsync(floor);
        floors.commit(single, commit);
        for (Writers group : groups) {
          group.run();
        }
      }
    }
    groups.forEach(Writers::close);
    floor.print(floor);
    commit.print(floor);
    groups.forEach(group -> group.series.print(floor));
  }

  private void fsync(Series into) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            directory.resolve("floor"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.APPEND)) {
      ByteBuffer bytes = ByteBuffer.allocateDirect(CHUNK_BYTES);
      long start = System.nanoTime();
      for (int i = 0; i < commits; i++) {
        long before = System.nanoTime();
        file.write(bytes.clear());
        file.force(false);
        into.add(System.nanoTime() - before);
      }
      into.took(System.nanoTime() - start, commits);
    }
  }

  private void commit(SqliteStore store, Series into) {
    long start = System.nanoTime();
    for (int i = 0; i < commits; i++) {
      List<StoreWrite.Change> one = List.of(next());
      long before = System.nanoTime();
      store.commit(one);
      into.add(System.nanoTime() - before);
    }
    into.took(System.nanoTime() - start, commits);
  }

  private StoreWrite.Change next() {
    number++;
    return Samples.change(new DocumentKey("lists", "d" + number % 100), number, CHUNK_BYTES);
  }

  private SqliteStore open(String name) {
    return SqliteStore.open(
        directory.resolve(name), Samples.SETTINGS, new Random(), InstantSource.system());
  }

  /** Each writer hands over its next change when it is told that the one before is durable. */
  private final class Writers {
    private final int writers;
    private final Series series;
    private final ThreadLoop loop = new ThreadLoop("floors-loop");
    private final GroupCommit log;

    Writers(int writers) {
      this.writers = writers;
      series = new Series("group commit, " + writers + " writers");
      log =
          new GroupCommit(
              open("group" + writers), loop, "floors-store", GroupCommit.Limits.DEFAULT);
    }

    void run() throws InterruptedException {
      int total = commits * Math.min(writers, 8);
      CountDownLatch done = new CountDownLatch(total);
      long start = System.nanoTime();
      loop.execute(
          () -> {
            for (int i = 0; i < writers; i++) {
              append(done);
            }
          });
      done.await();
      series.took(System.nanoTime() - start, total);
    }

    private void append(CountDownLatch done) {
      List<StoreWrite.Change> one = List.of(next());
      long before = System.nanoTime();
      log.append(
          one,
          failure -> {
            if (failure != null) {
              throw failure;
            }
            series.add(System.nanoTime() - before);
            done.countDown();
            if (done.getCount() > 0) {
              append(done);
            }
          });
    }

    void close() {
      log.close();
      loop.close();
    }
  }

  /** One row of the table. */
  private static final class Series {
    private final String name;
    private final List<Long> nanos = new ArrayList<>();
    private long tookNanos;
    private long count;

    Series(String name) {
      this.name = name;
    }

    void add(long duration) {
      nanos.add(duration);
    }

    void took(long duration, long operations) {
      tookNanos += duration;
      count += operations;
    }

    void print(Series floor) {
      System.out.printf(
          Locale.ROOT,
          "%-26s p50 %6.0f us (%.2f x)  p90 %6.0f us  p99 %6.0f us (%.2f x)  p99.9 %6.0f us"
              + "  %7.0f/s (%.2f x)%n",
          name,
          at(0.5),
          at(0.5) / floor.at(0.5),
          at(0.9),
          at(0.99),
          at(0.99) / floor.at(0.99),
          at(0.999),
          perSecond(),
          perSecond() / floor.perSecond());
    }

    private double perSecond() {
      return count * 1e9 / tookNanos;
    }

    private double at(double quantile) {
      long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
      Arrays.sort(sorted);
      return sorted[(int) ((sorted.length - 1) * quantile)] / 1_000.0;
    }
  }
}

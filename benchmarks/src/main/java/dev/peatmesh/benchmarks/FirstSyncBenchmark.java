package dev.peatmesh.benchmarks;

import dev.peatmesh.benchmarks.child.FirstSync;
import dev.peatmesh.benchmarks.child.RawPush;
import dev.peatmesh.benchmarks.process.ChildJvm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How long an empty node takes to get all documents of a full one. */
final class FirstSyncBenchmark implements Measurement {
  /** Joins by which the code gets warm; the first of all is reported by itself. */
  private static final int WARM_UPS = 3;

  @Override
  public String name() {
    return "first-sync";
  }

  @Override
  public void run(Scale scale, Path folder, Report report) {
    int documents = scale.documents();
    List<Double> floor = new ArrayList<>();
    List<Join> memory = new ArrayList<>();
    List<Join> disk = new ArrayList<>();
    try (Pair push = Pair.start(RawPush.class, scale.flags(), "push", folder.resolve("push"));
        Joining inMemory = Joining.start("memory", folder, scale);
        Joining onDisk = Joining.start("disk", folder, scale)) {
      Join cold = inMemory.join("cold");
      for (int round = WARM_UPS * scale.firstRound(); round < scale.rounds(); round++) {
        double pushed = Double.parseDouble(push.near().ask("push " + documents));
        Join joined = inMemory.join("empty" + round);
        Join joinedOnDisk = onDisk.join("empty" + round);
        if (round >= 0) {
          floor.add(pushed);
          memory.add(joined);
          disk.add(joinedOnDisk);
        }
      }
      report.section(
          "First synchronisation of %,d small documents".formatted(documents),
          "An empty node joins a full one, one change in each document. The floor: as many chunks"
              + " pushed over one open QUIC stream, each applied to a document of its own.");
      Figures pushed = Figures.of(floor);
      rows(report, "in memory", pushed, memory);
      rows(report, "durable", pushed, disk);
      report.product(
          "in memory, start() to all visible, first in a new JVM",
          Unit.MILLIS,
          Figures.of(List.of(cold.visible())));
      report.row(
          "documents per second, in memory",
          Unit.PER_SECOND,
          perSecond(documents, floor),
          perSecond(documents, memory.stream().map(Join::sinceConnected).toList()));
    }
  }

  private static void rows(Report report, String where, Figures floor, List<Join> joins) {
    report.row(
        where + ", connected to all visible",
        Unit.MILLIS,
        floor,
        Figures.of(joins.stream().map(Join::sinceConnected).toList()));
    report.row(
        where + ", start() to all visible",
        Unit.MILLIS,
        floor,
        Figures.of(joins.stream().map(Join::visible).toList()));
  }

  private static Figures perSecond(int documents, List<Double> nanos) {
    return Figures.of(nanos.stream().map(time -> documents * 1e9 / time).toList());
  }

  /** When a joining node was connected and complete, in nanoseconds since it was begun. */
  private record Join(double connected, double visible) {
    static Join parse(String line) {
      List<String> words = List.of(line.split(" ", -1));
      return new Join(Double.parseDouble(words.get(1)), Double.parseDouble(words.get(2)));
    }

    Double sinceConnected() {
      return visible - connected;
    }
  }

  /** A full node, and a process in which empty ones join it. */
  private record Joining(ChildJvm full, ChildJvm joiner, String port, int documents)
      implements AutoCloseable {
    static Joining start(String kind, Path folder, Scale scale) {
      Path mine = folder.resolve("sync-" + kind);
      ChildJvm full =
          ChildJvm.start(FirstSync.class, scale.flags(), kind, mine.resolve("far").toString());
      ChildJvm joiner =
          ChildJvm.start(FirstSync.class, scale.flags(), kind, mine.resolve("near").toString());
      return new Joining(full, joiner, full.ask("fill " + scale.documents()), scale.documents());
    }

    Join join(String name) {
      return Join.parse(joiner.ask("join " + name + " " + port + " " + documents));
    }

    @Override
    public void close() {
      joiner.close();
      full.close();
    }
  }
}

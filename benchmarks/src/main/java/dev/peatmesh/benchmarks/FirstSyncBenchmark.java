package dev.peatmesh.benchmarks;

import dev.peatmesh.benchmarks.child.FirstSync;
import dev.peatmesh.benchmarks.child.RawPush;
import dev.peatmesh.benchmarks.process.ChildJvm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How long an empty node takes to get all documents of a full one. */
final class FirstSyncBenchmark implements Measurement {
  /** Joins by which the code gets warm. */
  private static final int WARM_UPS = 8;

  @Override
  public String name() {
    return "first-sync";
  }

  @Override
  public void run(Scale scale, Path folder, Report report) {
    List<Double> floor = new ArrayList<>();
    List<Double> coldFloor = new ArrayList<>();
    List<Join> memory = new ArrayList<>();
    List<Join> disk = new ArrayList<>();
    List<Join> cold = new ArrayList<>();
    try (Pair push = push(scale, folder);
        Full inMemory = Full.start("memory", folder, scale);
        Full onDisk = Full.start("disk", folder, scale);
        ChildJvm warm = inMemory.joiner("warm");
        ChildJvm warmOnDisk = onDisk.joiner("warm")) {
      for (int round = WARM_UPS * scale.firstRound(); round < 0; round++) {
        pushed(push, scale);
        inMemory.join(warm, round);
        onDisk.join(warmOnDisk, round);
      }
      for (int round = 0; round < scale.rounds(); round++) {
        floor.add(pushed(push, scale));
        memory.add(inMemory.join(warm, round));
        disk.add(onDisk.join(warmOnDisk, round));
        try (Pair coldPush = push(scale, folder);
            ChildJvm fresh = inMemory.joiner("cold" + round)) {
          coldFloor.add(pushed(coldPush, scale));
          cold.add(inMemory.join(fresh, round));
        }
      }
    }
    report.section(
        "First synchronisation of %,d small documents".formatted(scale.documents()),
        "An empty node joins a full one, one change in each document. The floor: as many chunks"
            + " pushed over one open QUIC stream, each applied to a document of its own.");
    rows(report, "in memory", Figures.of(floor), memory);
    rows(report, "durable", Figures.of(floor), disk);
    rows(report, "in memory, in a new JVM", Figures.of(coldFloor), cold);
    report.row(
        "documents per second, in memory",
        Unit.PER_SECOND,
        perSecond(scale, floor),
        perSecond(scale, memory.stream().map(Join::sinceConnected).toList()));
  }

  private static Pair push(Scale scale, Path folder) {
    return Pair.start(RawPush.class, scale.flags(), "push", folder);
  }

  private static double pushed(Pair push, Scale scale) {
    return Double.parseDouble(push.near().ask("push " + scale.documents()));
  }

  private static void rows(Report report, String where, Figures floor, List<Join> joins) {
    report.row(
        where + ", connected to all visible",
        Unit.MILLIS,
        floor,
        Figures.of(joins.stream().map(Join::sinceConnected).toList()));
    report.product(
        where + ", start() to all visible",
        Unit.MILLIS,
        Figures.of(joins.stream().map(Join::visible).toList()));
  }

  private static Figures perSecond(Scale scale, List<Double> nanos) {
    return Figures.of(nanos.stream().map(time -> scale.documents() * 1e9 / time).toList());
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

  /** A node with all documents, in a process of its own. */
  private record Full(ChildJvm jvm, String kind, Path folder, String port, Scale scale)
      implements AutoCloseable {
    static Full start(String kind, Path parent, Scale scale) {
      Path folder = parent.resolve(kind);
      ChildJvm jvm =
          ChildJvm.start(FirstSync.class, scale.flags(), kind, folder.resolve("full").toString());
      return new Full(jvm, kind, folder, jvm.ask("fill " + scale.documents()), scale);
    }

    /** A process in which empty nodes can join it. */
    ChildJvm joiner(String name) {
      return ChildJvm.start(FirstSync.class, scale.flags(), kind, folder.resolve(name).toString());
    }

    Join join(ChildJvm joiner, int round) {
      return Join.parse(joiner.ask("join empty" + round + " " + port + " " + scale.documents()));
    }

    @Override
    public void close() {
      jvm.close();
    }
  }
}

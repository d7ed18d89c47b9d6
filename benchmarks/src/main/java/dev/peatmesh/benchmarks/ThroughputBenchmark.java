package dev.peatmesh.benchmarks;

import dev.peatmesh.benchmarks.child.Stages;
import dev.peatmesh.benchmarks.child.Writers;
import dev.peatmesh.benchmarks.process.ChildJvm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Changes per second, from the first call until all of them can be read at the peer. */
final class ThroughputBenchmark implements Measurement {
  private static final List<Integer> WRITERS = List.of(1, 4, 16);

  /** Rounds until the compiler has settled; with the most writers, as they take the least time. */
  private static final int WARM_UPS = 5;

  @Override
  public String name() {
    return "throughput";
  }

  @Override
  public void run(Scale scale, Path folder, Report report) {
    List<Row> memory = new ArrayList<>();
    List<Row> disk = new ArrayList<>();
    for (int writers : WRITERS) {
      memory.add(new Row(writers, Math.max(1, scale.changes() / writers)));
      disk.add(new Row(writers, scale.durableChanges()));
    }
    Stage commit = new Stage();
    Stage apply = new Stage();
    try (ChildJvm stages =
            ChildJvm.start(Stages.class, scale.flags(), folder.resolve("stages").toString());
        Pair inMemory =
            Pair.start(Writers.class, scale.flags(), "memory", folder.resolve("memory"));
        Pair onDisk = Pair.start(Writers.class, scale.flags(), "disk", folder.resolve("disk"))) {
      Row most = memory.get(memory.size() - 1);
      warmUp(scale, stages, most, inMemory, disk.get(disk.size() - 1), onDisk);
      for (int round = 0; round < scale.rounds(); round++) {
        commit.add(stages.ask("commit " + scale.changes()));
        apply.add(stages.ask("apply " + scale.changes()));
        double slowest = Math.min(commit.last(), apply.last());
        for (Row row : memory) {
          row.add(slowest, row.write(inMemory, round));
        }
        for (Row row : disk) {
          String forced = stages.ask("force " + row.writers() + " " + row.changes());
          row.add(Math.min(slowest, Double.parseDouble(forced)), row.write(onDisk, round));
        }
      }
    }
    report.section(
        "Changes per second until visible at the peer",
        "Writers call change() again as soon as it returns. The floor is the slowest stage alone,"
            + " in a loop on one thread: commit and encode, apply, and for durable writes one"
            + " write and fsync of 200 B for each writer.");
    report.floor("commit and encode, alone", Unit.PER_SECOND, Figures.of(commit.perSecond));
    report.floor("apply, alone", Unit.PER_SECOND, Figures.of(apply.perSecond));
    memory.forEach(row -> row.report(report, "in memory"));
    disk.forEach(row -> row.report(report, "durable"));
  }

  private static void warmUp(
      Scale scale, ChildJvm stages, Row memory, Pair inMemory, Row disk, Pair onDisk) {
    for (int round = WARM_UPS * scale.firstRound(); round < 0; round++) {
      stages.ask("commit " + scale.changes());
      stages.ask("apply " + scale.changes());
      memory.write(inMemory, round);
      disk.write(onDisk, round);
    }
  }

  /** One stage alone. */
  private static final class Stage {
    private final List<Double> perSecond = new ArrayList<>();

    void add(String answer) {
      perSecond.add(Double.valueOf(answer));
    }

    double last() {
      return perSecond.get(perSecond.size() - 1);
    }
  }

  /** So many writers, so many changes by each, and how it went. */
  private record Row(int writers, int changes, List<Double> floor, List<Double> product) {
    Row(int writers, int changes) {
      this(writers, changes, new ArrayList<>(), new ArrayList<>());
    }

    double write(Pair nodes, int round) {
      String load = " " + round + " " + writers + " " + changes;
      long start = System.nanoTime();
      nodes.near().ask("write" + load);
      nodes.far().ask("await" + load);
      return writers * changes * 1e9 / (System.nanoTime() - start);
    }

    void add(double floorPerSecond, double productPerSecond) {
      floor.add(floorPerSecond);
      product.add(productPerSecond);
    }

    void report(Report report, String where) {
      report.row(
          where + ", " + writers + (writers == 1 ? " writer" : " writers"),
          Unit.PER_SECOND,
          Figures.of(floor),
          Figures.of(product));
    }
  }
}

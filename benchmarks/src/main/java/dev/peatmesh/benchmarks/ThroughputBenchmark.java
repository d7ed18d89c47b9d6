package dev.peatmesh.benchmarks;

import dev.peatmesh.benchmarks.child.Stages;
import dev.peatmesh.benchmarks.child.Writers;
import dev.peatmesh.benchmarks.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Changes per second, from the first call until all of them can be read at the peer. */
final class ThroughputBenchmark implements Measurement {
  private static final List<Integer> WRITERS = List.of(1, 4, 16);

  /** Measures this alone. */
  public static void main(String[] arguments) throws IOException {
    Benchmarks.run(List.of(new ThroughputBenchmark()), arguments);
  }

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
    List<Double> commits = new ArrayList<>();
    List<Double> applies = new ArrayList<>();
    try (ChildJvm stages =
            ChildJvm.start(Stages.class, List.of(), folder.resolve("stages").toString());
        Pair inMemory = Pair.start(Writers.class, List.of(), "memory", folder.resolve("memory"));
        Pair onDisk = Pair.start(Writers.class, List.of(), "disk", folder.resolve("disk"))) {
      for (int round = -1; round < scale.rounds(); round++) {
        double commit = Double.parseDouble(stages.ask("commit " + scale.changes()));
        double apply = Double.parseDouble(stages.ask("apply " + scale.changes()));
        List<Double> forced = force(stages, scale);
        List<Double> visible = memory.stream().map(row -> row.write(inMemory, round)).toList();
        List<Double> durable = disk.stream().map(row -> row.write(onDisk, round)).toList();
        if (round < 0) {
          continue; // The code is warm now.
        }
        commits.add(commit);
        applies.add(apply);
        for (int i = 0; i < WRITERS.size(); i++) {
          double slowest = Math.min(commit, apply);
          memory.get(i).add(slowest, visible.get(i));
          disk.get(i).add(Math.min(slowest, forced.get(i)), durable.get(i));
        }
      }
    }
    report.section(
        "Changes per second until visible at the peer",
        "Writers call change() again as soon as it returns. The floor is the slowest stage alone, in"
            + " a loop on one thread: commit and encode, apply, and for durable writes one write and"
            + " fsync of 200 B for each writer.");
    report.floor("commit and encode, alone", Unit.PER_SECOND, Figures.of(commits));
    report.floor("apply, alone", Unit.PER_SECOND, Figures.of(applies));
    memory.forEach(row -> row.report(report, "in memory"));
    disk.forEach(row -> row.report(report, "durable"));
  }

  private static List<Double> force(ChildJvm stages, Scale scale) {
    return WRITERS.stream()
        .map(
            group ->
                Double.parseDouble(stages.ask("force " + group + " " + scale.durableChanges())))
        .toList();
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

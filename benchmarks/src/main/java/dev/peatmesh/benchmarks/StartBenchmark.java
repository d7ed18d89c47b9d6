package dev.peatmesh.benchmarks;

import dev.peatmesh.benchmarks.child.StartProbe;
import dev.peatmesh.benchmarks.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** From the start of a process to a node that can be used, and to one that is connected. */
final class StartBenchmark implements Measurement {
  /** Measures this alone. */
  public static void main(String[] arguments) throws IOException {
    Benchmarks.run(List.of(new StartBenchmark()), arguments);
  }

  @Override
  public String name() {
    return "start";
  }

  @Override
  public void run(Scale scale, Path folder, Report report) {
    List<Double> jvm = new ArrayList<>();
    List<Double> natives = new ArrayList<>();
    List<Started> memory = new ArrayList<>();
    List<Started> disk = new ArrayList<>();
    try (ChildJvm peer =
        ChildJvm.start(StartProbe.class, List.of(), "peer", folder.toString(), "0")) {
      String port = peer.awaitLine();
      // One more round than is counted: the first reads everything from the disk.
      for (int round = -1; round < scale.rounds(); round++) {
        double nothing = start("jvm", folder, port, false).started();
        double loaded = start("natives", folder, port, false).started();
        Started inMemory = start("memory", folder, port, true);
        Started onDisk = start("disk", folder.resolve("node" + round), port, true);
        if (round >= 0) {
          jvm.add(nothing);
          natives.add(loaded);
          memory.add(inMemory);
          disk.add(onDisk);
        }
      }
    }
    report.section(
        "Start",
        "From the start of the process. The floor: a JVM that loads the same native libraries.");
    report.floor("a JVM that does nothing", Unit.MILLIS, Figures.of(jvm));
    Figures floor = Figures.of(natives);
    rows(report, "in memory", floor, memory);
    rows(report, "with a new data directory", floor, disk);
  }

  private static void rows(Report report, String where, Figures floor, List<Started> starts) {
    report.row(
        where + ", to the return of start()",
        Unit.MILLIS,
        floor,
        Figures.of(starts.stream().map(Started::started).toList()));
    report.row(
        where + ", to connected with a running peer",
        Unit.MILLIS,
        floor,
        Figures.of(starts.stream().map(Started::connected).toList()));
  }

  private static Started start(String kind, Path folder, String port, boolean connects) {
    long start = System.nanoTime();
    try (ChildJvm child =
        ChildJvm.start(StartProbe.class, List.of(), kind, folder.toString(), port)) {
      child.awaitLine();
      double started = (double) (System.nanoTime() - start);
      if (connects) {
        child.awaitLine();
      }
      return new Started(started, (double) (System.nanoTime() - start));
    }
  }

  /** Nanoseconds since the process was begun. */
  private record Started(Double started, Double connected) {}
}

package dev.peatmesh.benchmarks;

import dev.peatmesh.benchmarks.child.StartProbe;
import dev.peatmesh.benchmarks.process.ChildJvm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** From the start of a process to a node that can be used, and to one that is connected. */
final class StartBenchmark implements Measurement {
  @Override
  public String name() {
    return "start";
  }

  @Override
  public void run(Scale scale, Path folder, Report report) {
    List<Double> jvm = new ArrayList<>();
    Starts memory = new Starts("natives", "memory");
    Starts disk = new Starts("natives-store", "disk");
    try (ChildJvm peer =
        ChildJvm.start(StartProbe.class, scale.flags(), "peer", folder.toString(), "0")) {
      Launcher launcher = new Launcher(scale.flags(), peer.awaitLine());
      for (int round = scale.firstRound(); round < scale.rounds(); round++) {
        boolean counted = round >= 0;
        double nothing = launcher.start("jvm", folder, false).started();
        if (counted) {
          jvm.add(nothing);
        }
        memory.run(launcher, folder, counted);
        disk.run(launcher, folder.resolve("node" + round), counted);
      }
    }
    report.section(
        "Start",
        "From the start of the process. The floor: a JVM that loads the same native libraries.");
    report.floor("a JVM that does nothing", Unit.MILLIS, Figures.of(jvm));
    memory.report(report, "in memory");
    disk.report(report, "with a new data directory");
  }

  /** How long starts of one kind of node take, and of its floor. */
  private record Starts(String floor, String product, List<Double> loaded, List<Started> started) {
    Starts(String floor, String product) {
      this(floor, product, new ArrayList<>(), new ArrayList<>());
    }

    void run(Launcher launcher, Path folder, boolean counted) {
      Started natives = launcher.start(floor, folder, false);
      Started node = launcher.start(product, folder, true);
      if (counted) {
        loaded.add(natives.started());
        started.add(node);
      }
    }

    void report(Report report, String where) {
      Figures natives = Figures.of(loaded);
      report.row(
          where + ", to the return of start()",
          Unit.MILLIS,
          natives,
          Figures.of(started.stream().map(Started::started).toList()));
      report.row(
          where + ", to connected with a running peer",
          Unit.MILLIS,
          natives,
          Figures.of(started.stream().map(Started::connected).toList()));
    }
  }

  /** Starts processes that dial this port. */
  private record Launcher(List<String> flags, String port) {
    Started start(String kind, Path folder, boolean connects) {
      long start = System.nanoTime();
      try (ChildJvm child =
          ChildJvm.start(StartProbe.class, flags, kind, folder.toString(), port)) {
        child.awaitLine();
        double started = (double) (System.nanoTime() - start);
        if (connects) {
          child.awaitLine();
        }
        return new Started(started, (double) (System.nanoTime() - start));
      }
    }
  }

  /** Nanoseconds since the process was begun. */
  private record Started(Double started, Double connected) {}
}

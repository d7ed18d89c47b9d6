package dev.peatmesh.benchmarks;

import dev.peatmesh.benchmarks.child.ManyDocuments;
import dev.peatmesh.benchmarks.process.ChildJvm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A node with many documents: how it catches up, starts, and what it weighs. Linux only. */
final class ManyDocumentsBenchmark implements Measurement {
  private static final int SMALL_BYTES = 200;
  private static final int LARGE_BYTES = 10_000;
  private static final int ACTIVE = 200;
  private static final int ROUNDS_OF_WRITES = 50;

  @Override
  public String name() {
    return "many-documents";
  }

  @Override
  public void run(Scale scale, Path folder, Report report) {
    int documents = scale.documents() * 10;
    report.section(
        "%,d documents".formatted(documents),
        "Two nodes with a data directory and the defaults of the JVM. A tenth of a thousandth, and"
            + " a hundredth, of small documents is changed on one of them while it says nothing to"
            + " the other; then both are made equal. At last one node, whose documents have 10 KB"
            + " each; "
            + ACTIVE
            + " of them are written again and again.");
    reconnect(scale, folder.resolve("small"), documents, report);
    weigh(scale, folder.resolve("large"), documents, report);
  }

  private static void reconnect(Scale scale, Path folder, int documents, Report report) {
    List<Double> few = new ArrayList<>();
    List<Double> many = new ArrayList<>();
    double first;
    try (Pair pair = Pair.start(ManyDocuments.class, scale.flags(), "small", folder)) {
      pair.near().ask("create " + documents + " " + SMALL_BYTES);
      first = Double.parseDouble(pair.near().ask("converge"));
      for (int round = scale.firstRound(); round < scale.rounds(); round++) {
        double afterFew = Double.parseDouble(pair.near().ask("change " + few(documents)));
        double afterMany = Double.parseDouble(pair.near().ask("change " + documents / 100));
        if (round >= 0) {
          few.add(afterFew);
          many.add(afterMany);
        }
      }
    }
    report.product(
        "%,d written on one, rest until equal".formatted(documents),
        Unit.MILLIS,
        Figures.of(List.of(first)));
    report.product(
        "%,d differ, until equal".formatted(few(documents)), Unit.MILLIS, Figures.of(few));
    report.product(
        "%,d differ, until equal".formatted(documents / 100), Unit.MILLIS, Figures.of(many));
  }

  private static int few(int documents) {
    return Math.max(1, documents / 10_000);
  }

  private static void weigh(Scale scale, Path folder, int documents, Report report) {
    try (ChildJvm node =
        ChildJvm.start(ManyDocuments.class, scale.flags(), "large", folder.toString())) {
      node.ask("listen");
      node.ask("create " + documents + " " + LARGE_BYTES);
      node.ask("touch " + ACTIVE + " " + ROUNDS_OF_WRITES);
      double written = Double.parseDouble(node.ask("resident"));
      double start = Double.parseDouble(node.ask("restart"));
      node.ask("touch " + ACTIVE + " " + ROUNDS_OF_WRITES);
      double again = Double.parseDouble(node.ask("resident"));
      report.product(
          "resident after all were written", Unit.MEBIBYTES, Figures.of(List.of(written)));
      report.product("start() with all of them", Unit.MILLIS, Figures.of(List.of(start)));
      report.product("resident after that start", Unit.MEBIBYTES, Figures.of(List.of(again)));
    }
  }
}

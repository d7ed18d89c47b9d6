package dev.peatmesh.benchmarks;

import dev.peatmesh.benchmarks.child.PingPong;
import dev.peatmesh.benchmarks.child.PingPong.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** From {@code change()} on one node to the subscriber's read on another. */
final class LatencyBenchmark implements Measurement {
  @Override
  public String name() {
    return "latency";
  }

  @Override
  public void run(Scale scale, Path folder, Report report) {
    try (Table udp = Table.open(Kind.UDP, scale, folder);
        Table quic = Table.open(Kind.QUIC, scale, folder);
        Table change = Table.open(Kind.CHANGE, scale, folder);
        Table changeOnDisk = Table.open(Kind.CHANGE_ON_DISK, scale, folder);
        Table mesh = Table.open(Kind.MESH, scale, folder);
        Table meshOnDisk = Table.open(Kind.MESH_ON_DISK, scale, folder)) {
      List<Table> all = List.of(udp, quic, change, changeOnDisk, mesh, meshOnDisk);
      all.forEach(table -> table.warmUp(scale.warmUpTrips()));
      for (int round = 0; round < scale.rounds(); round++) {
        all.forEach(table -> table.play(scale.trips()));
      }
      report.section(
          "Change to visible",
          "Two processes. One way = half a round trip by one clock: a change at A, seen and read"
              + " by a subscriber at B, answered by a change of another document, seen and read at"
              + " A.");
      report.floor("UDP, 64 B, p50", Unit.MICROS, udp.figures(Percentiles::p50));
      report.floor("UDP, 64 B, p99", Unit.MICROS, udp.figures(Percentiles::p99));
      report.floor("QUIC stream, 64 B, p50", Unit.MICROS, quic.figures(Percentiles::p50));
      report.floor("QUIC stream, 64 B, p99", Unit.MICROS, quic.figures(Percentiles::p99));
      rows(report, "in memory", change, mesh);
      rows(report, "durable", changeOnDisk, meshOnDisk);
    }
  }

  private static void rows(Report report, String what, Table floor, Table product) {
    report.row(
        "one change, " + what + ", p50",
        Unit.MICROS,
        floor.figures(Percentiles::p50),
        product.figures(Percentiles::p50));
    report.row(
        "one change, " + what + ", p99",
        Unit.MICROS,
        floor.figures(Percentiles::p99),
        product.figures(Percentiles::p99));
  }

  /** Two players of one kind, and how they did. */
  private record Table(Pair players, List<Percentiles> rounds) implements AutoCloseable {
    static Table open(Kind kind, Scale scale, Path folder) {
      return new Table(
          Pair.start(PingPong.class, scale.flags(), kind.name(), folder.resolve(kind.name())),
          new ArrayList<>());
    }

    void warmUp(int trips) {
      players.near().ask("play " + trips);
    }

    void play(int trips) {
      rounds.add(Percentiles.parse(players.near().ask("play " + trips)));
    }

    Figures figures(ToDoubleFunction<Percentiles> which) {
      return Figures.of(rounds.stream().map(round -> which.applyAsDouble(round)).toList());
    }

    @Override
    public void close() {
      players.close();
    }
  }
}

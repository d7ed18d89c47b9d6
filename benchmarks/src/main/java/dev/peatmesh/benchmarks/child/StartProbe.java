package dev.peatmesh.benchmarks.child;

import dev.peatmesh.benchmarks.floor.Natives;
import dev.peatmesh.benchmarks.process.Requests;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A program that starts, says so, and ends with its input: {@code jvm} does nothing else; {@code
 * natives} loads what a node loads, {@code natives-store} also what one with a data directory does;
 * {@code memory} and {@code disk} start a node, say so, and say so again when it is connected to
 * the node at the given port.
 */
public final class StartProbe {
  private StartProbe() {}

  /** Takes the kind, a folder and a port. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[1]);
    int port = Integer.parseInt(arguments[2]);
    switch (arguments[0]) {
      case "jvm" -> say("started");
      case "natives" -> {
        Natives.load();
        say("started");
      }
      case "natives-store" -> {
        Natives.loadWithStore();
        say("started");
      }
      case "memory" -> join(Optional.empty(), port);
      case "disk" -> join(Optional.of(directory), port);
      case "peer" -> listen();
      default -> throw new IllegalArgumentException("unknown kind: " + arguments[0]);
    }
  }

  private static void join(Optional<Path> directory, int port) throws Exception {
    try (BenchNode node = BenchNode.dialling("near", directory, "far", port)) {
      Requests.say("started");
      node.awaitConnected();
      say("connected");
    }
  }

  private static void listen() throws Exception {
    try (BenchNode node = BenchNode.start("far", Optional.empty())) {
      say(Integer.toString(node.port()));
    }
  }

  private static void say(String line) throws Exception {
    Requests.say(line);
    Requests.serve(Map.of());
  }
}

package dev.peatmesh.benchmarks.process;

import java.util.Map;

/** A child that repeats, fails or dies when asked to. */
final class Parrot {
  private Parrot() {}

  public static void main(String[] arguments) throws Exception {
    Requests.serve(
        Map.of(
            "say", words -> arguments[0] + " " + String.join(" ", words),
            "fail",
                words -> {
                  throw new IllegalArgumentException("as asked");
                },
            "die",
                words -> {
                  Runtime.getRuntime().halt(3);
                  return "never";
                }));
  }
}

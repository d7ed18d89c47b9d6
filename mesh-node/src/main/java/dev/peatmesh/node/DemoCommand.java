package dev.peatmesh.node;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** stub */
@Command(
    name = "demo",
    description = "Three nodes meet, edit, lose one, and agree; on this machine alone.")
final class DemoCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    return 0;
  }
}

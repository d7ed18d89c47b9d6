package dev.peatmesh.node;

import dev.peatmesh.node.demo.Demo;
import dev.peatmesh.node.demo.DemoFailure;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows on one machine, in seconds, what a mesh does. */
@Command(
    name = "demo",
    description = {
      "Three real nodes on this machine meet, edit one document at the same time, and agree; one is"
          + " killed, and catches up when it is back. Takes some seconds and leaves nothing behind."
    })
final class DemoCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    CommandLine command = spec.commandLine();
    try {
      new Demo(command.getOut(), InstantSource.system()).run();
      return CommandLine.ExitCode.OK;
    } catch (DemoFailure failure) {
      command.getErr().println("the demo failed: " + failure.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
  }
}

package dev.peatmesh.node;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import picocli.CommandLine;

/** Runs the program inside the test, through the entry that its main method uses. */
final class Program {
  private Program() {}

  static Run run(String... arguments) {
    return run(Map.of(), arguments);
  }

  static Run run(Map<String, String> environment, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine program =
        PeatMeshNode.commandLine(environment)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    int exitCode = program.execute(arguments);
    return new Run(exitCode, out.toString(), err.toString());
  }

  record Run(int exitCode, String out, String err) {}
}

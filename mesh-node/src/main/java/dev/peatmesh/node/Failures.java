package dev.peatmesh.node;

import dev.peatmesh.runtime.MeshException;
import java.io.PrintWriter;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what went wrong, on stderr; a stack trace only where the fault is the program's own. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  /** The call is wrong. */
  static int usage(ParameterException wrong, String[] arguments) {
    CommandLine command = wrong.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(command.getCommandSpec().root().name() + ": " + wrong.getMessage());
    UnmatchedArgumentException.printSuggestions(wrong, err);
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return CommandLine.ExitCode.USAGE;
  }

  /** A command threw. */
  static int execution(Exception thrown, CommandLine command, ParseResult call) {
    String program = command.getCommandSpec().root().name();
    if (thrown instanceof MeshException.BadConfiguration bad) {
      print(command.getErr(), program, bad.problems());
      return CommandLine.ExitCode.USAGE;
    }
    if (thrown instanceof MeshException expected) {
      command.getErr().println(program + ": " + expected.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    LOG.atError().setCause(thrown).log("unexpected failure; please report it with this line");
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static void print(PrintWriter err, String program, List<String> problems) {
    err.println(
        program
            + ": nothing was started: "
            + (problems.size() == 1
                ? "a setting cannot work:"
                : problems.size() + " settings cannot work:"));
    problems.forEach(problem -> err.println("  - " + problem.replace("\n", "\n    ")));
  }
}

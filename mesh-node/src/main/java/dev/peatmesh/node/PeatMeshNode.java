package dev.peatmesh.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The program's entry.
 *
 * <p>Exit codes: 0 all is well; 1 it failed while it ran; 2 it was called wrongly or a setting
 * cannot work. A signal ends it in good order with the code the JVM gives: 143 for SIGTERM, 130 for
 * SIGINT.
 */
@Command(
    name = "peat-mesh-node",
    description = "A node of a PeatMesh: documents that are equal on every node, without a server.",
    subcommands = {DemoCommand.class, NodeCommand.class, DeriveIdCommand.class},
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = ProgramVersion.class,
    synopsisSubcommandLabel = "COMMAND",
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all is well",
      "1:it failed while it ran",
      "2:it was called wrongly, or a setting cannot work",
      "130:ended by SIGINT, in good order",
      "143:ended by SIGTERM, in good order"
    })
public final class PeatMeshNode implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  private PeatMeshNode() {}

  @Option(
      names = "--log-level",
      scope = ScopeType.INHERIT,
      paramLabel = "LEVEL",
      description = "How much goes to stderr: trace, debug, info (default), warn, error, off.")
  void logLevel(LogLevel level) {
    level.apply();
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    int exitCode = commandLine(System.getenv()).execute(arguments);
    if (exitCode != CommandLine.ExitCode.OK) {
      System.exit(exitCode);
    }
  }

  /** The program with its commands, as tests run it. */
  static CommandLine commandLine(Map<String, String> environment) {
    CommandLine program =
        new CommandLine(new PeatMeshNode(), new CommandFactory(environment))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(Failures::usage)
            .setExecutionExceptionHandler(Failures::execution);
    // JSON is UTF-8, whatever the locale says.
    return program
        .setOut(new PrintWriter(System.out, true, UTF_8))
        .setErr(new PrintWriter(System.err, true, UTF_8));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command: demo, node or derive-id");
  }
}

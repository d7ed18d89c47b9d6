package dev.peatmesh.benchmarks.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The child's end of the line protocol that {@link ChildJvm} speaks. */
public final class Requests {
  static final String DONE = "= ";
  static final String FAILED = "! ";

  private static final PrintStream ANSWERS =
      new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true);

  private Requests() {}

  /** One thing that can be asked for. */
  @FunctionalInterface
  public interface Command {
    /** Does it; the answer is one line. */
    String run(List<String> arguments) throws Exception;
  }

  /** Says something unasked. */
  public static void say(String line) {
    ANSWERS.println(DONE + line);
  }

  /**
   * Answers request after request until the input ends. The first word names the command, the
   * others are its arguments. A command that fails is reported and the next one is awaited.
   */
  public static void serve(Map<String, Command> commands) throws IOException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      List<String> words = List.of(line.strip().split(" ", -1));
      Command command = commands.get(words.get(0));
      if (command == null) {
        ANSWERS.println(FAILED + "unknown request: " + line);
        continue;
      }
      try {
        say(command.run(words.subList(1, words.size())));
      } catch (Exception failure) {
        failure.printStackTrace();
        ANSWERS.println(FAILED + failure);
      }
    }
  }
}

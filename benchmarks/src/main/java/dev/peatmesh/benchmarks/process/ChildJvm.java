package dev.peatmesh.benchmarks.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Another JVM with the class path of this one, asked line by line: one request, one answer. Not
 * thread-safe.
 *
 * <p>The child reads its standard input until it ends, so it never outlives whoever started it;
 * what it writes to its error stream appears on ours. More flags for every child come from the
 * system property {@value #FLAGS_PROPERTY}, separated by spaces: a profiler, for example.
 */
public final class ChildJvm implements AutoCloseable {
  /** Names the JVM flags that every child is started with. */
  public static final String FLAGS_PROPERTY = "benchmarks.jvm.flags";

  private static final Duration ANSWER_PATIENCE = Duration.ofMinutes(3);
  private static final Duration END_PATIENCE = Duration.ofSeconds(10);

  /** Stands for the end of the child's output. */
  private static final String END = "";

  private static final int LINES_MAX = 1_024;

  private final String name;
  private final Process process;
  private final Writer requests;
  private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(LINES_MAX);

  private ChildJvm(String name, Process process) {
    this.name = name;
    this.process = process;
    requests = process.outputWriter(StandardCharsets.UTF_8);
    Thread reader = new Thread(this::read, "benchmarks-" + name);
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts the main class in a JVM with these flags and arguments. */
  public static ChildJvm start(Class<?> main, List<String> flags, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    String more = System.getProperty(FLAGS_PROPERTY, "").strip();
    if (!more.isEmpty()) {
      command.addAll(List.of(more.split("\\s+")));
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    try {
      return new ChildJvm(
          main.getSimpleName() + "(" + String.join(" ", arguments) + ")", builder.start());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The process id. */
  public long pid() {
    return process.pid();
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @throws IllegalStateException when the child refuses, ends, or is silent for three minutes
   */
  public String ask(String request) {
    try {
      requests.write(request + "\n");
      requests.flush();
    } catch (IOException ended) {
      throw new IllegalStateException(name + ": has ended; asked for \"" + request + "\"", ended);
    }
    return answer(request);
  }

  /** Waits for a line that the child sends unasked. */
  public String awaitLine() {
    return answer("(its first line)");
  }

  /** Whether the process runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Ends the child: in good order when it reads its input to the end, else by force. */
  @Override
  public void close() {
    try {
      requests.close();
    } catch (IOException ended) {
      // It has ended already, which is what we want.
    }
    try {
      if (!process.waitFor(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private String answer(String request) {
    String line;
    try {
      line = lines.poll(ANSWER_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(name + ": interrupted while asked for " + request);
    }
    if (line == null) {
      throw new IllegalStateException(
          name + ": no answer to \"" + request + "\" within " + ANSWER_PATIENCE);
    }
    if (line.equals(END)) {
      throw new IllegalStateException(
          name + ": ended before it answered \"" + request + "\"; its errors are above.");
    }
    if (line.startsWith(Requests.FAILED)) {
      throw new IllegalStateException(name + ": " + line.substring(Requests.FAILED.length()));
    }
    return line.substring(Requests.DONE.length());
  }

  private void read() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.startsWith(Requests.DONE) || line.startsWith(Requests.FAILED)) {
          lines.put(line);
        }
      }
      lines.put(END);
    } catch (IOException | InterruptedException ended) {
      lines.offer(END);
    }
  }
}

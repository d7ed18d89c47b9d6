package dev.peatmesh.sync.internal.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * The newest JavaScript Automerge, installed by name into a folder, and the script that uses it.
 */
final class JavaScript {
  private static final String SCRIPT = "interop.mjs";

  private final Path folder;

  private JavaScript(Path folder) {
    this.folder = folder;
  }

  /** Skips the calling test when there is no Node.js or no package; in CI that is a failure. */
  static JavaScript installIn(Path folder) {
    try (InputStream script = JavaScript.class.getResourceAsStream("/interop/" + SCRIPT)) {
      Files.copy(script, folder.resolve(SCRIPT));
      Files.writeString(folder.resolve("package.json"), "{\"private\": true}");
      JavaScript installed = new JavaScript(folder);
      installed.execute(
          List.of("npm", "install", "--no-audit", "--no-fund", "@automerge/automerge@latest"));
      return installed;
    } catch (IOException absent) {
      if ("true".equals(System.getenv("CI"))) {
        throw new UncheckedIOException("in CI the JavaScript client must be there", absent);
      }
      Assumptions.abort("skipped: node, npm and their registry are needed: " + absent.getMessage());
      throw new AssertionError("aborted", absent);
    }
  }

  /** The version that was installed. */
  String version() throws IOException {
    String manifest =
        Files.readString(folder.resolve("node_modules/@automerge/automerge/package.json"));
    return manifest.replaceAll("(?s).*\"version\"\\s*:\\s*\"([^\"]*)\".*", "$1");
  }

  /** The lines that a command of the script prints. */
  List<String> run(String command, Path... files) throws IOException {
    List<String> line = new ArrayList<>(List.of("node", SCRIPT, command));
    for (Path file : files) {
      line.add(file.toString());
    }
    return execute(line).lines().toList();
  }

  private String execute(List<String> command) throws IOException {
    Path complaints = folder.resolve("stderr");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(complaints.toFile())
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      int exit = process.waitFor();
      if (exit != 0) {
        throw new IOException(
            command + " ended with " + exit + ": " + Files.readString(complaints));
      }
      return output;
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + command, interrupted);
    }
  }
}

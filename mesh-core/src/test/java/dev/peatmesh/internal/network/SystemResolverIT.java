package dev.peatmesh.internal.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A name that moves, in a JVM of its own that reads its names from a file and keeps answers. */
class SystemResolverIT {
  /** Of two letters, so that the file can hold every spelling. */
  private static final String NAMES = "ab Ab aB AB";

  @TempDir private Path folder;

  @Test
  void seesThatANameMovedThoughTheJvmKeepsItsAnswer() throws Exception {
    Path hosts = Files.createFile(folder.resolve("hosts"));
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djdk.net.hosts.file=" + hosts,
                "-cp",
                System.getProperty("java.class.path"),
                Moving.class.getName(),
                hosts.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).isTrue();
    assertThat(Files.readAllLines(output))
        .containsSubsequence(
            "resolver 10.0.0.1", "kept 10.0.0.1", "resolver 10.0.0.2", "kept 10.0.0.1");
  }

  /** Asks, moves the name, asks again: the resolver, and the JVM for comparison. */
  static final class Moving {
    private Moving() {}

    public static void main(String[] args) throws IOException {
      Path hosts = Path.of(args[0]);
      SystemResolver resolver = new SystemResolver(Runnable::run);
      for (String address : new String[] {"10.0.0.1", "10.0.0.2"}) {
        Files.writeString(hosts, address + " " + NAMES + " kept\n");
        resolver.resolve(
            "ab", found -> System.out.println("resolver " + found.get(0).getHostAddress()));
        System.out.println("kept " + kept());
      }
    }

    private static String kept() throws UnknownHostException {
      return InetAddress.getByName("kept").getHostAddress();
    }
  }
}

package dev.peatmesh.node.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.peatmesh.node.AtExit;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * Where the nodes of the demonstration live: a temporary folder with a secret and their data, and
 * their ports on loopback. Leaves nothing behind, after Ctrl-C neither.
 */
final class Workshop implements AutoCloseable {
  private static final int SECRET_BYTES = 32;

  private final Path folder;
  private final Map<String, Integer> ports;
  private final ConcurrentLinkedQueue<ChildNode> children = new ConcurrentLinkedQueue<>();

  private Workshop(Path folder, Map<String, Integer> ports) {
    this.folder = folder;
    this.ports = ports;
  }

  /** Prepares everything for nodes of these names. */
  static Workshop open(List<String> names) throws IOException {
    Path folder = Files.createTempDirectory("peat-mesh-demo-");
    Workshop workshop = new Workshop(folder, freePorts(names));
    AtExit.run("demo-clean-up", workshop::close);
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    // The folder is its owner's alone (createTempDirectory), and so is what lies in it.
    Files.writeString(workshop.secretFile(), Base64.getEncoder().encodeToString(secret), US_ASCII);
    return workshop;
  }

  /** Starts the node of this name, with the data it had before; the others are its peers. */
  ChildNode start(String name) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--secret-file",
                secretFile().toString(),
                "--formation",
                "demo",
                "--bind-host",
                "127.0.0.1",
                "--bind-port",
                Integer.toString(port(name)),
                "--data-dir",
                folder.resolve(name).toString()));
    ports.forEach(
        (other, port) -> {
          if (!other.equals(name)) {
            arguments.addAll(List.of("--peer", other + "@127.0.0.1:" + port));
          }
        });
    ChildNode child =
        ChildNode.start(name, ChildNode.thisProgram(), arguments, folder.resolve(name + ".log"));
    children.add(child);
    return child;
  }

  int port(String name) {
    return ports.getOrDefault(name, 0);
  }

  /** Ends every node and removes the folder. Idempotent; on any thread. */
  @Override
  public void close() {
    children.forEach(ChildNode::close);
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException gone) {
      // A second close, or a node that took its last breath: what is left is in the temp folder.
    }
  }

  private Path secretFile() {
    return folder.resolve("secret");
  }

  /** Held all at once, so that they differ; free again when this returns. */
  private static Map<String, Integer> freePorts(List<String> names) throws IOException {
    Map<String, Integer> ports = new LinkedHashMap<>();
    List<DatagramSocket> held = new ArrayList<>();
    try {
      for (String name : names) {
        DatagramSocket socket =
            new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        held.add(socket);
        ports.put(name, socket.getLocalPort());
      }
      return ports;
    } finally {
      held.forEach(DatagramSocket::close);
    }
  }
}

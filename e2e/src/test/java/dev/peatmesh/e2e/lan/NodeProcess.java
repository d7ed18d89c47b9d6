package dev.peatmesh.e2e.lan;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** A {@link LanNode} or a {@link MeshNode} on a host, and what it tells. */
final class NodeProcess implements AutoCloseable {
  private static final String FORMATION = "e2e";

  private final String nodeId;
  private final Process process;
  private final List<String> lines = new ArrayList<>();
  private final Map<String, String> peers = new TreeMap<>();
  private String status = "";

  private NodeProcess(String nodeId, Process process) {
    this.nodeId = nodeId;
    this.process = process;
  }

  /** Starts one on the host. */
  static NodeProcess start(Lan.Host host, String nodeId, Duration expiry) {
    return start(host, LanNode.class, nodeId, expiry);
  }

  /** Starts a main class that takes and tells what {@link LanNode} does. */
  static NodeProcess start(Lan.Host host, Class<?> main, String nodeId, Duration expiry) {
    return reading(nodeId, java(host, main, nodeId, FORMATION, Long.toString(expiry.toSeconds())));
  }

  /** Starts a whole node on the host: a {@link MeshNode}. */
  static NodeProcess mesh(Lan.Host host, String nodeName, int port, String staticPeers) {
    return reading(
        nodeName, java(host, MeshNode.class, nodeName, Integer.toString(port), staticPeers));
  }

  private static NodeProcess reading(String nodeId, Process process) {
    NodeProcess node = new NodeProcess(nodeId, process);
    Thread reader = new Thread(node::read, "lines of " + nodeId);
    reader.setDaemon(true);
    reader.start();
    return node;
  }

  /** A Java program on the host, on the class path of the tests. */
  static Process java(Lan.Host host, Class<?> main, String... args) {
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dlogback.configurationFile=lan-logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    words.addAll(List.of(args));
    try {
      return new ProcessBuilder(host.on(words.toArray(String[]::new)))
          .redirectErrorStream(true)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String nodeId() {
    return nodeId;
  }

  synchronized boolean sees(String peer) {
    return peers.containsKey(peer);
  }

  /** Where it thinks the peer is; empty when it does not see it. */
  synchronized String addresses(String peer) {
    return peers.getOrDefault(peer, "");
  }

  synchronized String status() {
    return status;
  }

  synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  /** The time that the processors worked for it. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  void await(String what, BooleanSupplier condition) {
    Await.until(what, condition, () -> nodeId + " told:\n" + String.join("\n", lines()));
  }

  void awaitSees(String... ids) {
    for (String id : ids) {
      await(nodeId + " sees " + id, () -> sees(id));
    }
  }

  void awaitLost(String id) {
    await(nodeId + " sees " + id + " no more", () -> !sees(id));
  }

  void awaitStatus(String beginning) {
    await(nodeId + " says " + beginning, () -> status().startsWith(beginning));
  }

  /** As the operator ends it. */
  void stop() {
    try {
      process.getOutputStream().close();
      process.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** kill -9. */
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
  }

  private void read() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        take(line);
      }
    } catch (IOException e) {
      // It was killed.
    }
  }

  private synchronized void take(String line) {
    lines.add(line);
    String[] words = line.split(" ", 3);
    if (words[0].equals("found") || words[0].equals("updated")) {
      peers.put(words[1], words[2]);
    } else if (words[0].equals("lost")) {
      peers.remove(words[1]);
    } else if (words[0].equals("ok") || words[0].equals("degraded")) {
      status = line;
    }
  }
}

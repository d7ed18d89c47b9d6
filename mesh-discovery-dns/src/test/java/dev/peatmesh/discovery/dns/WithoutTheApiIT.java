package dev.peatmesh.discovery.dns;

import static dev.peatmesh.discovery.dns.TestContext.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.testkit.dns.TestDnsServer;
import dev.peatmesh.testkit.dns.TestDnsServer.Pod;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Three nodes, each a process with the environment of a pod, find each other by the DNS alone.
 * Where the environment says that the API is, somebody listens and counts: nobody comes.
 */
class WithoutTheApiIT {
  private static final Duration CONVERGED_WITHIN = Duration.ofSeconds(5);

  private final TestDnsServer dns = TestDnsServer.start();
  private final List<Node> nodes = new ArrayList<>();

  @AfterEach
  void stop() {
    nodes.forEach(Node::stop);
    dns.close();
  }

  @Test
  void threeNodesConvergeAndNotOnePacketGoesToTheApi() throws IOException {
    try (Api api = new Api()) {
      dns.headlessService("default", "peat-mesh", "iroh-quic");
      for (int i = 0; i < 3; i++) {
        nodes.add(new Node("peat-mesh-" + i, dns.hostAndPort(), api.port()));
      }
      await("every node is up", Duration.ofSeconds(90), () -> nodes.stream().allMatch(Node::isUp));
      assertThat(nodes).allMatch(node -> node.linked().isEmpty());

      long begin = System.nanoTime();
      dns.headlessService(
          "default", "peat-mesh", "iroh-quic", nodes.stream().map(Node::pod).toArray(Pod[]::new));
      await("three nodes, all linked", CONVERGED_WITHIN, () -> allLinked(nodes));
      System.out.printf(
          "discovery-dns: three nodes linked %d ms after the DNS showed them%n",
          Duration.ofNanos(System.nanoTime() - begin).toMillis());

      assertThat(api.packets()).isZero();
      new Socket(InetAddress.getLoopbackAddress(), api.port()).close();
      await("that one packet would have been counted", () -> api.packets() == 1);
      assertThat(dns.queries()).isPositive();
    }
  }

  private static boolean allLinked(List<Node> nodes) {
    return nodes.stream()
        .allMatch(
            node ->
                nodes.stream()
                    .filter(other -> other != node)
                    .allMatch(other -> node.linked().contains(other.name)));
  }

  /** What stands where the API would be; counts connections and datagrams. */
  private static final class Api implements AutoCloseable {
    private final AtomicInteger packets = new AtomicInteger();
    private final ServerSocket connections;
    private final DatagramSocket datagrams;

    Api() throws IOException {
      connections = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      datagrams = new DatagramSocket(connections.getLocalPort(), InetAddress.getLoopbackAddress());
      count(() -> connections.accept().close());
      count(() -> datagrams.receive(new DatagramPacket(new byte[1], 1)));
    }

    int port() {
      return connections.getLocalPort();
    }

    int packets() {
      return packets.get();
    }

    private void count(Arrival arrival) {
      Thread thread =
          new Thread(
              () -> {
                while (!connections.isClosed()) {
                  try {
                    arrival.await();
                    packets.incrementAndGet();
                  } catch (IOException closed) {
                    return;
                  }
                }
              },
              "test-api");
      thread.setDaemon(true);
      thread.start();
    }

    @Override
    public void close() throws IOException {
      connections.close();
      datagrams.close();
    }

    private interface Arrival {
      void await() throws IOException;
    }
  }

  /** One node and what it has said. */
  private static final class Node {
    private final String name;
    private final Process process;
    private final Map<String, String> said = new ConcurrentHashMap<>();

    Node(String name, String dns, int apiPort) throws IOException {
      this.name = name;
      ProcessBuilder builder =
          new ProcessBuilder(
              System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
              "-Xmx192m",
              "-XX:TieredStopAtLevel=1",
              "-XX:+UseSerialGC",
              "-cp",
              System.getProperty("java.class.path"),
              DnsNode.class.getName(),
              name,
              dns);
      builder.environment().put("KUBERNETES_SERVICE_HOST", "127.0.0.1");
      builder.environment().put("KUBERNETES_SERVICE_PORT", Integer.toString(apiPort));
      builder.environment().put("KUBERNETES_SERVICE_PORT_HTTPS", Integer.toString(apiPort));
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
      this.process = builder.start();
      Thread reader = new Thread(this::read, "test-node-" + name);
      reader.setDaemon(true);
      reader.start();
    }

    boolean isUp() {
      assertThat(process.isAlive()).as("%s lives", name).isTrue();
      return said.containsKey("port");
    }

    String linked() {
      return said.getOrDefault("linked", "");
    }

    Pod pod() {
      return Pod.of(name, Integer.parseInt(said.get("port")), "127.0.0.1");
    }

    void stop() {
      process.destroy();
      try {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void read() {
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          int equals = line.indexOf('=');
          if (equals > 0) {
            said.put(line.substring(0, equals), line.substring(equals + 1));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

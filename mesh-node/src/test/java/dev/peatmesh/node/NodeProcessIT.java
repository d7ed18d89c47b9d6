package dev.peatmesh.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.peatmesh.node.demo.ChildNode;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Real processes of the real jar, as in two terminals. */
class NodeProcessIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  private final List<ChildNode> nodes = new ArrayList<>();
  private Path secret;

  @BeforeEach
  void makeSecret() throws IOException {
    secret = secret("secret", 1);
  }

  @AfterEach
  void endEveryProcess() {
    nodes.forEach(ChildNode::close);
  }

  @Test
  void aChangeInOneProcessIsVisibleInTheOther() throws IOException {
    ChildNode a = start("a", "--bind-port", "0");
    ChildNode b = start("b", "--bind-port", "0", "--peer", "a@127.0.0.1:" + port(a));

    a.ask("put lists shopping {\"milk\":2,\"who\":{\"a\":true}}");
    await(b, "it has the document", node -> document(node).isPresent());
    b.ask("patch lists shopping {\"eggs\":6,\"who\":{\"b\":true}}");
    await(a, "it has the eggs", node -> document(node).orElseThrow().containsKey("eggs"));

    Map<String, Object> expected =
        Map.of("milk", 2L, "eggs", 6L, "who", Map.of("a", true, "b", true));
    assertThat(document(a)).contains(expected);
    assertThat(document(b)).contains(expected);
    assertThat(a.ask("list lists")).containsEntry("ids", List.of("shopping"));
    b.ask("delete lists shopping");
    await(a, "the document is gone", node -> document(node).isEmpty());
  }

  @Test
  void startOrderDoesNotMatterAndAStoppedPeerComesBack() throws IOException {
    int port = freePort();
    ChildNode b = start("b", "--bind-port", "0", "--peer", "a@127.0.0.1:" + port);
    b.ask("put lists early {\"n\":1}");
    await(b, "it has tried in vain", node -> peer(node, "a").get("last_error") != null);

    ChildNode a = start("a", "--bind-port", Integer.toString(port));
    await(a, "it has what was written before it ran", node -> has(node, "early"));
    a.send("quit");
    assertThat(a.exitCode()).isZero();
    await(b, "it sees that a left", node -> !peer(node, "a").get("state").equals("CONNECTED"));
    assertThat(peer(b, "a").get("last_error")).asString().contains("reason=LEFT");

    b.ask("put lists late {\"n\":2}");
    ChildNode again = start("a", "--bind-port", Integer.toString(port));
    await(again, "it has both documents", node -> has(node, "early") && has(node, "late"));
  }

  @Test
  void aNodeThatWasKilledKeepsItsIdentityAndItsDocuments() throws IOException {
    String data = folder.resolve("data").toString();
    ChildNode first = start("a", "--bind-port", "0", "--data-dir", data);
    first.ask("put lists shopping {\"milk\":2}");
    first.kill();

    ChildNode second = start("a", "--bind-port", "0", "--data-dir", data);

    assertThat(second.introduction())
        .containsEntry("device_id", first.introduction().get("device_id"))
        .containsEntry("endpoint_id", first.introduction().get("endpoint_id"))
        .containsEntry("data", data);
    assertThat(document(second)).contains(Map.of("milk", 2L));
  }

  @Test
  void aNodeWithAnotherSecretNeverGetsInAndBothSidesSayWhy() throws IOException {
    ChildNode a = start("a", "--bind-port", "0");
    ChildNode b = start("b", "--bind-port", "0", "--peer", "a@127.0.0.1:" + port(a));
    a.ask("put lists shopping {\"milk\":2}");
    await(b, "it has the document", node -> document(node).isPresent());

    secret = secret("other", 2);
    ChildNode stranger = start("c", "--bind-port", "0", "--peer", "a@127.0.0.1:" + port(a));
    await(stranger, "it says why", node -> peer(node, "a").get("last_error") != null);
    await(a, "it says why, too", node -> peers(node).size() == 2);

    assertThat(peer(stranger, "a").get("state")).isEqualTo("REFUSED");
    assertThat(peer(stranger, "a").get("last_error")).asString().contains("reason=WRONG_KEY");
    assertThat(document(stranger)).isEmpty();
    assertThat(peers(a))
        .filteredOn(peer -> !"b".equals(peer.get("name")))
        .singleElement()
        .satisfies(
            peer -> {
              assertThat(peer.get("state")).isEqualTo("REFUSED");
              assertThat(peer.get("last_error")).asString().contains("reason=");
            });
    assertThat(peer(a, "b").get("state")).isEqualTo("CONNECTED");
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void sigtermEndsItInGoodOrder() throws IOException {
    ChildNode a = start("a", "--bind-port", "0");
    a.introduction();

    a.process().destroy();

    assertThat(a.exitCode()).isEqualTo(143);
    assertThat(log("a")).contains("node leaves the mesh").doesNotContain("Exception");
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void sigintEndsItInGoodOrder() throws Exception {
    assumeFalse(sigintIsIgnored(), "whoever started this build ignores SIGINT, and so do we");
    ChildNode a = start("a", "--bind-port", "0");
    a.introduction();

    new ProcessBuilder("kill", "-INT", Long.toString(a.process().pid())).start().waitFor();

    assertThat(a.exitCode()).isEqualTo(130);
    assertThat(log("a")).contains("node leaves the mesh").doesNotContain("Exception");
  }

  @Test
  void theEndOfItsInputEndsTheConsole() throws Exception {
    Program.Run run =
        RunnableJar.run(
            folder,
            "node",
            "--name",
            "a",
            "--secret-file",
            secret.toString(),
            "--bind-port",
            "0",
            "--console");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("{\"node\":\"a\",\"device_id\":\"");
  }

  @Test
  void everyBadSettingIsInOneError() throws Exception {
    try (DatagramSocket taken = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
      Path file = Files.writeString(folder.resolve("file"), "");
      Path notBase64 = Files.writeString(folder.resolve("bad"), "?".repeat(44));

      Program.Run run =
          RunnableJar.run(
              folder,
              "node",
              "--name",
              "a",
              "--secret-file",
              notBase64.toString(),
              "--discovery",
              "carrier-pigeon",
              "--data-dir",
              file.resolve("data").toString(),
              "--bind-host",
              "127.0.0.1",
              "--bind-port",
              Integer.toString(taken.getLocalPort()));

      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.out()).isEmpty();
      assertThat(run.err().lines())
          .hasSize(5)
          .satisfiesExactly(
              line -> assertThat(line).endsWith("nothing was started: 4 settings cannot work:"),
              line -> assertThat(line).contains("--secret-file").contains("is not base64"),
              line -> assertThat(line).contains("discovery(\"carrier-pigeon\"): no provider"),
              line -> assertThat(line).contains("--data-dir").contains("cannot be written to"),
              line -> assertThat(line).contains("--bind-port").contains("cannot be bound"));
    }
  }

  @Test
  void theJarDerivesTheIdsThatOthersDerive() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("vector"), "Zm9ybWF0aW9uLXNoYXJlZC1zZWNyZXQtZnJvbS1rOHMtc2VjcmV0\n");

    Program.Run run =
        RunnableJar.run(
            folder,
            "derive-id",
            "--secret-file",
            file.toString(),
            "--name",
            "peat-mesh-0",
            "--json");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out().strip())
        .isEqualTo(
            "{\"name\":\"peat-mesh-0\",\"device_id\":\"dd8bee9a97c7384d26559b05dd8bb87e\","
                + "\"device_public_key\":"
                + "\"4d28a621fd5e29f728db5bd0a30b04d60c2cbcd9168c45a14afdfd652740dbb9\","
                + "\"endpoint_id\":"
                + "\"20271fde2532cfd154b8e3b795113ad17f0b7bdbb024aed2309bbe53f0d290ba\"}");
  }

  private ChildNode start(String name, String... arguments) throws IOException {
    List<String> all =
        new ArrayList<>(List.of("--secret-file", secret.toString(), "--bind-host", "127.0.0.1"));
    all.addAll(List.of(arguments));
    ChildNode node =
        ChildNode.start(name, RunnableJar.command(), all, folder.resolve(name + ".log"));
    nodes.add(node);
    return node;
  }

  private Path secret(String name, int fill) throws IOException {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) fill);
    return Files.writeString(folder.resolve(name), Base64.getEncoder().encodeToString(bytes));
  }

  private String log(String name) throws IOException {
    return Files.readString(folder.resolve(name + ".log"));
  }

  /** A process inherits it, and a JVM respects it; shells start background jobs so. */
  private static boolean sigintIsIgnored() throws IOException {
    Path status = Path.of("/proc/self/status");
    return Files.exists(status)
        && Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
  }

  private static void await(ChildNode node, String what, Predicate<ChildNode> condition) {
    node.await(what, PATIENCE, InstantSource.system(), condition);
  }

  private static Optional<Map<?, ?>> document(ChildNode node) {
    return Optional.ofNullable((Map<?, ?>) node.ask("get lists shopping").get("document"));
  }

  private static boolean has(ChildNode node, String id) {
    return node.ask("get lists " + id).get("document") != null;
  }

  private static List<Map<?, ?>> peers(ChildNode node) {
    List<Map<?, ?>> peers = new ArrayList<>();
    ((List<?>) node.ask("peers").get("peers")).forEach(peer -> peers.add((Map<?, ?>) peer));
    return peers;
  }

  private static Map<?, ?> peer(ChildNode node, String name) {
    return peers(node).stream()
        .filter(peer -> name.equals(peer.get("name")))
        .findFirst()
        .orElseGet(() -> Map.of("state", "ABSENT"));
  }

  private static String port(ChildNode node) {
    String address = String.valueOf(node.introduction().get("address"));
    return address.substring(address.lastIndexOf(':') + 1);
  }

  private static int freePort() throws IOException {
    try (DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      return socket.getLocalPort();
    }
  }
}

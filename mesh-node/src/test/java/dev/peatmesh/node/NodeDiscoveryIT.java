package dev.peatmesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.node.demo.ChildNode;
import dev.peatmesh.testkit.dns.TestDnsServer;
import dev.peatmesh.testkit.dns.TestDnsServer.Pod;
import dev.peatmesh.testkit.kubernetes.FakeKubernetesApi;
import dev.peatmesh.testkit.kubernetes.Slice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way of finding peers, out of the real jar, in real processes. */
class NodeDiscoveryIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  private final List<ChildNode> nodes = new ArrayList<>();
  private final FakeKubernetesApi api = FakeKubernetesApi.start();
  private final TestDnsServer dns = TestDnsServer.start();
  private Path secret;

  @BeforeEach
  void makeSecret() throws IOException {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) 9);
    secret = Files.writeString(folder.resolve("secret"), Base64.getEncoder().encodeToString(bytes));
  }

  @AfterEach
  void endAll() {
    nodes.forEach(ChildNode::close);
    api.close();
    dns.close();
  }

  @Test
  void oneNodeFindsItsPeersInFourWaysAtOnce() throws IOException {
    ChildNode named = start("named");
    ChildNode slice = start("slice");
    ChildNode record = start("record");
    api.put(
        Slice.named("peat-mesh-1")
            .label("app", "peat-mesh")
            .service("peat-mesh")
            .port("iroh-quic", "UDP", port(slice))
            .endpoint("127.0.0.1", "slice"));
    dns.headlessService(
        "default", "peat-mesh", "iroh-quic", Pod.of("record", port(record), "127.0.0.1"));

    ChildNode node =
        start(
            "node",
            "--discovery",
            "kubernetes,dns,mdns,static",
            "--discovery-namespace",
            "default",
            "--discovery-setting",
            "k8s.kubeconfig=" + kubeconfig(),
            "--discovery-setting",
            "dns.servers=" + dns.hostAndPort(),
            "--discovery-setting",
            "mdns.interfaces=lo",
            "--peer",
            "named@127.0.0.1:" + port(named));
    ChildNode heard =
        start("heard", "--discovery", "mdns", "--discovery-setting", "mdns.interfaces=lo");

    await(
        node,
        "it is connected to all four",
        each ->
            sources(each)
                .equals(
                    Map.of(
                        "named", List.of("static"),
                        "slice", List.of("k8s"),
                        "record", List.of("dns"),
                        "heard", List.of("mdns"))));
    assertThat(node.ask("health")).containsEntry("health", "READY");
    assertThat(heard.introduction()).containsEntry("node", "heard");
  }

  @Test
  void healthSaysWhatIsWrongAndWhatToDo() throws IOException {
    api.stop();
    dns.stop();
    ChildNode node =
        start(
            "node",
            "--discovery",
            "k8s,dns",
            "--discovery-setting",
            "k8s.kubeconfig=" + kubeconfig(),
            "--discovery-setting",
            "dns.servers=" + dns.hostAndPort());

    String apiPort = Integer.toString(api.url().getPort());
    String dnsPort = Integer.toString(dns.address().getPort());
    await(
        node,
        "it names the API and the DNS server that do not answer",
        each ->
            reasons(each).stream().anyMatch(reason -> isAbout(reason, "k8s", apiPort))
                && reasons(each).stream().anyMatch(reason -> isAbout(reason, "dns", dnsPort)));

    assertThat(node.ask("health")).containsEntry("health", "DEGRADED");
    assertThat(reasons(node)).noneMatch(reason -> reason.contains(api.adminToken()));
  }

  private static boolean isAbout(String reason, String strategy, String port) {
    return reason.startsWith("discovery(\"" + strategy + "\"): ") && reason.contains(port);
  }

  private String kubeconfig() throws IOException {
    String text = api.kubeconfig(api.adminToken());
    return Files.writeString(folder.resolve("kubeconfig"), text).toString();
  }

  private ChildNode start(String name, String... arguments) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--secret-file",
                secret.toString(),
                "--bind-host",
                "127.0.0.1",
                "--bind-port",
                "0",
                "--formation",
                "node-discovery-" + ProcessHandle.current().pid()));
    all.addAll(List.of(arguments));
    ChildNode node =
        ChildNode.start(name, RunnableJar.command(), all, folder.resolve(name + ".log"));
    nodes.add(node);
    return node;
  }

  private static int port(ChildNode node) {
    String address = String.valueOf(node.introduction().get("address"));
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  /** Who found whom, of those that are connected. */
  private static Map<Object, Object> sources(ChildNode node) {
    return ((List<?>) node.ask("peers").get("peers"))
        .stream()
            .map(peer -> (Map<?, ?>) peer)
            .filter(peer -> "CONNECTED".equals(peer.get("state")))
            .collect(Collectors.toMap(peer -> peer.get("name"), peer -> peer.get("sources")));
  }

  private static List<String> reasons(ChildNode node) {
    return ((List<?>) node.ask("health").get("reasons"))
        .stream().map(String::valueOf).filter(reason -> reason.startsWith("discovery(")).toList();
  }

  private static void await(ChildNode node, String what, Predicate<ChildNode> condition) {
    node.await(what, PATIENCE, InstantSource.system(), condition);
  }
}

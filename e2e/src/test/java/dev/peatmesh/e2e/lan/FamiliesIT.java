package dev.peatmesh.e2e.lan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Hosts with IPv4 alone, with IPv6 alone and with both. Every node is told both addresses of every
 * other, IPv6 first, whether that host has them or not, and is bound as by default.
 */
@Tag("e2e")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Execution(ExecutionMode.CONCURRENT)
class FamiliesIT {
  private static final int PORT = 11204;

  private final Map<String, Lan.Host> hosts = new LinkedHashMap<>();
  private final Map<String, NodeProcess> nodes = new LinkedHashMap<>();
  private Lan lan;

  @BeforeAll
  static void needTools() {
    Tools.need("ip", "sysctl");
  }

  @BeforeEach
  void makeHosts() {
    lan = Lan.create();
    for (String name : List.of("four-a", "four-b")) {
      Lan.Host host = lan.host(name);
      host.run("sysctl", "-q", "-w", "net.ipv6.conf.all.disable_ipv6=1");
      hosts.put(name, host);
    }
    for (String name : List.of("six-a", "six-b")) {
      Lan.Host host = lan.ipv6Host(name);
      host.run("ip", "addr", "del", "127.0.0.1/8", "dev", "lo");
      addIpv6(host);
      hosts.put(name, host);
    }
    for (String name : List.of("both-a", "both-b")) {
      Lan.Host host = lan.host(name);
      addIpv6(host);
      hosts.put(name, host);
    }
  }

  @AfterEach
  void endAll() {
    nodes.values().forEach(NodeProcess::close);
    lan.close();
  }

  @Test
  void everyPairWithAFamilyInCommonConnectsAndTheOthersSayWhyNot() {
    hosts.forEach((name, host) -> nodes.put(name, start(host, name)));

    for (String one : hosts.keySet()) {
      for (String other : hosts.keySet()) {
        if (!one.equals(other) && meet(one, other)) {
          NodeProcess node = nodes.get(one);
          node.await(
              one + " is connected to " + other,
              () -> node.addresses(other).startsWith("connected"));
          System.out.printf("%s: %s %s%n", one, other, node.addresses(other));
        }
      }
    }
    NodeProcess four = nodes.get("four-a");
    four.await("it says why not", () -> four.addresses("six-a").startsWith("UNREACHABLE"));
    assertThat(four.addresses("six-a"))
        .contains(ipv6("six-a") + " is of an address family that this machine lacks");
    NodeProcess six = nodes.get("six-a");
    six.await("it says why not", () -> six.addresses("four-a").startsWith("UNREACHABLE"));
    assertThat(six.addresses("four-a"))
        .contains(ipv4("four-a") + " has no route from this machine");
  }

  private NodeProcess start(Lan.Host host, String name) {
    List<String> peers = new ArrayList<>();
    for (String other : hosts.keySet()) {
      if (!other.equals(name)) {
        peers.add(other + "@" + ipv6(other));
        peers.add(other + "@" + ipv4(other));
      }
    }
    return NodeProcess.mesh(host, name, PORT, peers.stream().collect(Collectors.joining(",")));
  }

  private static boolean meet(String one, String other) {
    return one.startsWith("both")
        || other.startsWith("both")
        || one.substring(0, 3).equals(other.substring(0, 3));
  }

  private void addIpv6(Lan.Host host) {
    host.run("ip", "addr", "add", ipv6Address(host) + "/64", "dev", "eth0", "nodad");
  }

  private String ipv6(String name) {
    return "[" + ipv6Address(hosts.get(name)) + "]:" + PORT;
  }

  private String ipv4(String name) {
    return hosts.get(name).address() + ":" + PORT;
  }

  /** As the JDK spells it. */
  private static String ipv6Address(Lan.Host host) {
    return "fd77:0:0:0:0:0:0:" + host.address().substring("10.77.0.".length());
  }
}

package dev.peatmesh.e2e.lan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Whole nodes: what mDNS finds is dialled, and proves who it is. */
@Tag("e2e")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Execution(ExecutionMode.CONCURRENT)
class MeshIT {
  private static final Duration EXPIRY = Duration.ofSeconds(10);

  @BeforeAll
  static void needTools() {
    Tools.need("ip", "sysctl");
  }

  @Test
  void nodesWithBothFamiliesConnect() {
    try (Lan lan = Lan.create()) {
      assertThat(connected(lan.host("n1"), lan.host("n2"))).contains("10.77.0.2:11204", "[fe80:");
    }
  }

  @Test
  void nodesWithIpv6AloneConnect() {
    try (Lan lan = Lan.create()) {
      assertThat(connected(lan.ipv6Host("n1"), lan.ipv6Host("n2")))
          .contains("%eth0]:11204")
          .doesNotContain("10.77.");
    }
  }

  /** Where each found the other, once they are connected. */
  private static String connected(Lan.Host one, Lan.Host other) {
    try (NodeProcess kitchen = NodeProcess.start(one, LanMesh.class, "kitchen", EXPIRY);
        NodeProcess cellar = NodeProcess.start(other, LanMesh.class, "cellar", EXPIRY)) {
      kitchen.awaitSees("cellar");
      cellar.awaitSees("kitchen");
      kitchen.await("its source", () -> kitchen.addresses("cellar").contains("[mdns]"));
      kitchen.awaitStatus("ok");
      kitchen.await(
          "every address",
          () -> kitchen.addresses("cellar").split(":11204", -1).length > families(one));
      return kitchen.addresses("cellar");
    }
  }

  private static int families(Lan.Host host) {
    String addresses = host.run("ip", "-o", "addr", "show", "dev", "eth0");
    return (addresses.contains(" inet ") ? 1 : 0) + (addresses.contains(" inet6 ") ? 1 : 0);
  }
}

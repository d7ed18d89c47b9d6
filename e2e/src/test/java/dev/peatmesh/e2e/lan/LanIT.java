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

/** Nodes as processes on hosts of their own. They mostly wait, so they run side by side. */
@Tag("e2e")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Execution(ExecutionMode.CONCURRENT)
class LanIT {
  private static final Duration EXPIRY = Duration.ofSeconds(10);

  @BeforeAll
  static void needTools() {
    Tools.need("ip", "unshare", "sysctl", "dbus-daemon", "avahi-daemon", "avahi-browse");
  }

  @Test
  void avahiAndOurNodesSeeEachOtherBothWaysAndGoodbyesAreHeard() {
    try (Lan lan = Lan.create();
        Avahi hall = Avahi.start(lan.host("a1"), "hall");
        Avahi attic = Avahi.start(lan.host("a2"), "attic");
        NodeProcess kitchen = NodeProcess.start(lan.host("n1"), "kitchen", EXPIRY);
        NodeProcess cellar = NodeProcess.start(lan.host("n2"), "cellar", EXPIRY)) {
      kitchen.awaitSees("hall", "attic", "cellar");
      cellar.awaitSees("hall", "attic", "kitchen");
      assertThat(kitchen.addresses("hall")).contains("10.77.0.1:" + Avahi.PORT);
      kitchen.await("both families", () -> kitchen.addresses("cellar").contains("%eth0]:11204"));
      assertThat(kitchen.addresses("cellar")).contains("10.77.0.4:11204");
      for (Avahi avahi : new Avahi[] {hall, attic}) {
        avahi.awaitSees(
            "kitchen with its address and text",
            line ->
                line.contains(";IPv4;kitchen;")
                    && line.contains(";10.77.0.3;11204;")
                    && line.contains("\"node_id=kitchen\"")
                    && line.contains("\"formation_id=e2e\""));
        avahi.awaitSees("cellar by IPv6", line -> line.contains(";IPv6;cellar;"));
      }

      cellar.stop();
      assertThat(cellar.lines()).contains("stopped");
      kitchen.awaitLost("cellar");
      hall.awaitSeesNoMore("cellar");
      assertThat(hall.sees()).anyMatch(line -> line.contains(";kitchen;"));
      hall.stop();
      kitchen.awaitLost("hall");
    }
  }

  @Test
  void killedNodeExpires() {
    try (Lan lan = Lan.create();
        NodeProcess kitchen = NodeProcess.start(lan.host("n1"), "kitchen", EXPIRY);
        NodeProcess cellar = NodeProcess.start(lan.host("n2"), "cellar", EXPIRY)) {
      kitchen.awaitSees("cellar");
      long since = System.nanoTime();
      cellar.kill();
      kitchen.awaitLost("cellar");
      System.out.printf(
          "killed node lost after %d ms, expiry %d ms%n",
          (System.nanoTime() - since) / 1_000_000, EXPIRY.toMillis());

      assertThat(kitchen.status()).isEqualTo("ok");
    }
  }

  @Test
  void cablePulledLosesNobodyAndHealsWhenItIsBack() {
    try (Lan lan = Lan.create()) {
      Lan.Host host = lan.host("n1");
      try (NodeProcess kitchen = NodeProcess.start(host, "kitchen", EXPIRY);
          NodeProcess cellar = NodeProcess.start(lan.host("n2"), "cellar", EXPIRY)) {
        kitchen.awaitSees("cellar");
        cellar.awaitSees("kitchen");
        lan.pullCable(host);
        kitchen.awaitStatus("degraded only the loopback interface can be used");
        assertThat(kitchen.status()).contains("eth0 (down)").contains("Plug in the network.");
        // The other side sees a node that answers no more.
        cellar.awaitLost("kitchen");
        assertThat(kitchen.sees("cellar")).as("kept while the network is away").isTrue();

        lan.plugIn(host);
        kitchen.awaitStatus("ok");
        cellar.awaitSees("kitchen");
        assertThat(kitchen.sees("cellar")).isTrue();
        assertThat(kitchen.lines()).doesNotContain("lost cellar");
      }
    }
  }

  @Test
  void interfaceThatIsAddedLaterIsUsed() {
    try (Lan upstairs = Lan.create();
        Lan downstairs = Lan.create()) {
      Lan.Host host = upstairs.bareHost("n1");
      try (NodeProcess kitchen = NodeProcess.start(host, "kitchen", EXPIRY);
          NodeProcess attic = NodeProcess.start(upstairs.host("n2"), "attic", EXPIRY);
          NodeProcess cellar = NodeProcess.start(downstairs.host("n3"), "cellar", EXPIRY)) {
        kitchen.awaitStatus("degraded only the loopback interface can be used");
        upstairs.plug(host, "eth0");
        host.run("ip", "addr", "add", "10.77.0.101/24", "dev", "eth0");
        kitchen.awaitSees("attic");
        attic.awaitSees("kitchen");
        kitchen.awaitStatus("ok");
        assertThat(kitchen.sees("cellar")).isFalse();

        downstairs.plug(host, "eth1");
        host.run("ip", "addr", "add", "10.78.0.101/24", "dev", "eth1");
        kitchen.awaitSees("cellar");
        cellar.awaitSees("kitchen");
      }
    }
  }

  @Test
  void ipv6OnlyLink() {
    try (Lan lan = Lan.create();
        NodeProcess kitchen = NodeProcess.start(lan.ipv6Host("n1"), "kitchen", EXPIRY);
        NodeProcess cellar = NodeProcess.start(lan.ipv6Host("n2"), "cellar", EXPIRY)) {
      kitchen.awaitSees("cellar");
      cellar.awaitSees("kitchen");

      assertThat(kitchen.addresses("cellar")).matches("\\[\\[fe80:.*%eth0]:11204]");
      kitchen.awaitStatus("ok");
    }
  }

  @Test
  void interfaceWithoutMulticastIsSaidAndHeals() {
    try (Lan lan = Lan.create()) {
      Lan.Host host = lan.host("n1");
      host.run("ip", "link", "set", "eth0", "multicast", "off");
      try (NodeProcess kitchen = NodeProcess.start(host, "kitchen", EXPIRY);
          NodeProcess cellar = NodeProcess.start(lan.host("n2"), "cellar", EXPIRY)) {
        kitchen.awaitStatus("degraded only the loopback interface can be used");
        assertThat(kitchen.status()).contains("eth0 (no multicast)").contains("hostNetwork: true");
        host.run("ip", "link", "set", "eth0", "multicast", "on");
        kitchen.awaitSees("cellar");
        cellar.awaitSees("kitchen");
        kitchen.awaitStatus("ok");
      }
    }
  }

  @Test
  void portThatAnotherProgramKeepsForItselfIsSaidAndHeals() throws Exception {
    try (Lan lan = Lan.create()) {
      Lan.Host host = lan.host("n1");
      Process holder = NodeProcess.java(host, PortHolder.class);
      assertThat(holder.inputReader().readLine()).isEqualTo("holds 5353");
      try (NodeProcess kitchen = NodeProcess.start(host, "kitchen", EXPIRY);
          NodeProcess cellar = NodeProcess.start(lan.host("n2"), "cellar", EXPIRY)) {
        kitchen.awaitStatus("degraded multicast DNS does not work on eth0/ipv4 (10.77.0.1): ");
        assertThat(kitchen.status())
            .contains("Address already in use")
            .contains("no other program may hold the port for itself");
        holder.destroy();
        kitchen.awaitSees("cellar");
        cellar.awaitSees("kitchen");
        kitchen.awaitStatus("ok");
      }
    }
  }
}

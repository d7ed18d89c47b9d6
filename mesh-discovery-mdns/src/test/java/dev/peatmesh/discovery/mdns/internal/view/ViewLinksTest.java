package dev.peatmesh.discovery.mdns.internal.view;

import static dev.peatmesh.discovery.mdns.internal.view.Bench.ETH0;
import static dev.peatmesh.discovery.mdns.internal.view.Bench.ETH1;
import static dev.peatmesh.discovery.mdns.internal.view.Bench.down;
import static dev.peatmesh.discovery.mdns.internal.view.Bench.nic;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.discovery.DiscoveryStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The links: which are used, and what is said when they do not work. */
class ViewLinksTest {
  private static final Nic ETH0_NIC = nic("eth0", 2, "10.0.0.1");
  private static final Nic ETH1_NIC = nic("eth1", 3, "10.1.0.1");
  private static final Nic LO = nic("lo", 1, "127.0.0.1", "::1");

  @Test
  void interfaceThatIsAddedIsUsed() {
    Bench bench = Bench.withEth0();
    bench.nics(ETH0_NIC, ETH1_NIC);
    bench.show(ETH1, "kitchen", "10.1.0.7");

    assertThat(bench.opened).extracting(LinkSpec::key).containsExactly(ETH0, ETH1);
    assertThat(bench.told()).containsExactly("PeerFound kitchen");
  }

  @Test
  void cablePulledLosesNobodyAndIsSaid() {
    Bench bench = Bench.withEth0();
    bench.show(ETH0, "kitchen", "10.0.0.7");
    bench.nics(down(ETH0_NIC));
    bench.pass(Duration.ofHours(5));

    assertThat(bench.closed).containsExactly(ETH0);
    assertThat(bench.told()).containsExactly("PeerFound kitchen");
    assertThat(bench.cause())
        .isEqualTo(
            "no network interface can be used: none is up, knows multicast and has an address of"
                + " IPv4 or IPv6. There are: eth0 (down)");
    assertThat(bench.remedy()).contains("hostNetwork: true").contains("k8s, dns or static");
  }

  @Test
  void cablePluggedInAgainHeals() {
    Bench bench = Bench.withEth0();
    bench.show(ETH0, "kitchen", "10.0.0.7");
    bench.show(ETH0, "cellar", "10.0.0.8");
    bench.nics(down(ETH0_NIC));
    bench.pass(Duration.ofHours(1));
    bench.hide(ETH0, "cellar");
    bench.nics(ETH0_NIC);
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.view.status()).isEqualTo(new DiscoveryStatus.Ok());
    assertThat(bench.told()).containsExactly("PeerFound kitchen", "PeerFound cellar");

    // Who does not come back with it is gone.
    bench.pass(Bench.EXPIRY);
    assertThat(bench.told())
        .containsExactly("PeerFound kitchen", "PeerFound cellar", "PeerLost cellar");
  }

  @Test
  void interfaceThatNeverComesBackIsForgottenAfterAnHourWhereOthersAre() {
    Bench bench = Bench.withEth0();
    bench.nics(ETH0_NIC, ETH1_NIC);
    bench.show(ETH1, "kitchen", "10.1.0.7");
    bench.nics(ETH0_NIC);
    bench.pass(Duration.ofMinutes(59));
    assertThat(bench.told()).containsExactly("PeerFound kitchen");
    bench.pass(Duration.ofMinutes(2));

    assertThat(bench.told()).containsExactly("PeerFound kitchen", "PeerLost kitchen");
  }

  @Test
  void otherAddressOfAnInterfaceOpensItAnewAfterTheOldOneIsClosed() {
    Bench bench = Bench.withEth0();
    bench.nics(nic("eth0", 2, "10.0.0.99"));
    bench.pass(Duration.ofSeconds(1));

    assertThat(bench.closed).containsExactly(ETH0);
    assertThat(bench.opened)
        .extracting(link -> link.address().getHostAddress())
        .containsExactly("10.0.0.1", "10.0.0.99");
  }

  @Test
  void linkIsNotOpenedWhileItStillCloses() {
    Bench bench = new Bench();
    // The bench answers at once; this one is driven by hand.
    View view = bench.view;
    long now = 0;
    assertThat(view.handle(new Input.Nics(List.of(ETH0_NIC)), now, Instant.MIN))
        .singleElement()
        .isInstanceOf(Effect.Open.class);
    view.handle(new Input.Opened(ETH0), now, Instant.MIN);
    assertThat(view.handle(new Input.Nics(List.of(nic("eth0", 2, "10.0.0.99"))), now, Instant.MIN))
        .containsExactly(new Effect.Close(ETH0));
    view.handle(new Input.Closed(ETH0), now, Instant.MIN);
    assertThat(view.handle(new Input.Tick(), now, Instant.MIN))
        .anyMatch(Effect.Open.class::isInstance);
  }

  @Test
  void linkThatVanishedWhileItOpenedIsClosed() {
    View view = new Bench().view;
    view.handle(new Input.Nics(List.of(ETH0_NIC)), 0, Instant.MIN);
    view.handle(new Input.Nics(List.of()), 0, Instant.MIN);

    assertThat(view.handle(new Input.Opened(ETH0), 0, Instant.MIN))
        .containsExactly(new Effect.Close(ETH0));
  }

  @Test
  void socketThatIsRefusedIsSaidAndTriedAgain() {
    Bench bench = new Bench();
    bench.broken.put(ETH0, "Operation not permitted");
    bench.nics(ETH0_NIC);

    assertThat(bench.cause())
        .isEqualTo("multicast DNS does not work on eth0/ipv4 (10.0.0.1): Operation not permitted");
    assertThat(bench.remedy()).startsWith("Let this process open UDP port 5353");
    bench.pass(Duration.ofMinutes(10));
    int tries = bench.opened.size();
    assertThat(tries).as("1, 2, 4 ... 60 s").isBetween(10, 20);
    bench.broken.clear();
    bench.pass(Duration.ofMinutes(1));
    assertThat(bench.view.status()).isEqualTo(new DiscoveryStatus.Ok());
    assertThat(bench.warnings).hasSize(1);
  }

  @Test
  void oneFailingLinkAmongOthersIsSaidInTheLogOnly() {
    Bench bench = new Bench();
    bench.broken.put(ETH1, "No such device");
    bench.nics(ETH0_NIC, ETH1_NIC);
    bench.pass(Duration.ofMinutes(5));

    assertThat(bench.view.status()).isEqualTo(new DiscoveryStatus.Ok());
    assertThat(bench.warnings).hasSize(1);
  }

  @Test
  void failingLinkThatWasAskedForIsSaid() {
    Bench bench = new Bench("eth0", "eth1");
    bench.broken.put(ETH1, "No such device");
    bench.nics(ETH0_NIC, ETH1_NIC);

    assertThat(bench.cause()).contains("eth1/ipv4").doesNotContain("eth0");
  }

  @Test
  void notHearingItselfIsSaidWithin16Seconds() {
    Bench bench = new Bench();
    bench.deaf.add(ETH0);
    bench.nics(ETH0_NIC);
    bench.pass(Duration.ofSeconds(16));

    assertThat(bench.cause())
        .isEqualTo(
            "multicast DNS does not work on eth0/ipv4 (10.0.0.1): what this node sends there does"
                + " not come back");
    assertThat(bench.remedy()).contains("firewall").contains("5353");
    assertThat(bench.closed).contains(ETH0);
    bench.deaf.clear();
    bench.pass(Duration.ofMinutes(2));
    assertThat(bench.view.status()).isEqualTo(new DiscoveryStatus.Ok());
  }

  @Test
  void goingDeafLaterIsSaidAndHeals() {
    Bench bench = Bench.withEth0();
    bench.show(ETH0, "kitchen", "10.0.0.7");
    bench.pass(Duration.ofMinutes(5));
    bench.deaf.add(ETH0);
    bench.pass(Duration.ofSeconds(90));

    assertThat(bench.cause()).contains("does not come back");
    bench.deaf.clear();
    bench.pass(Duration.ofMinutes(3));
    assertThat(bench.view.status()).isEqualTo(new DiscoveryStatus.Ok());
    assertThat(bench.view.peers()).hasSize(1);
  }

  @Test
  void onlyTheLoopbackInterfaceIsUsedAndSaid() {
    Bench bench = new Bench();
    bench.nics(LO);
    bench.show(new LinkKey("lo", false), "kitchen", "127.0.0.1");

    assertThat(bench.told()).containsExactly("PeerFound kitchen");
    assertThat(bench.cause())
        .startsWith("only the loopback interface can be used: nodes on other hosts are not seen.");
  }

  @Test
  void loopbackThatIsAskedForIsFine() {
    Bench bench = new Bench("lo");
    bench.nics(LO, ETH0_NIC);

    assertThat(bench.opened).extracting(LinkSpec::key).containsExactly(new LinkKey("lo", false));
    assertThat(bench.view.status()).isEqualTo(new DiscoveryStatus.Ok());
  }

  @Test
  void interfaceThatIsNotThereIsSaid() {
    Bench bench = new Bench("eth7", "10.0.0.1");
    bench.nics(ETH0_NIC, LO);

    assertThat(bench.cause())
        .isEqualTo(
            "interfaces(eth7): not there, down, or without an address of IPv4 or IPv6. There are:"
                + " eth0 (up), lo (loopback)");
    assertThat(bench.remedy()).contains("correct the setting interfaces");
    assertThat(bench.opened).hasSize(1);
  }
}

package dev.peatmesh.discovery.dns;

import static dev.peatmesh.discovery.dns.TestContext.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.dns.internal.Pace;
import dev.peatmesh.discovery.dns.internal.Plan;
import dev.peatmesh.discovery.dns.internal.ServiceName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;

/** The thread against answers from memory, on a clock that leaps past every time to live. */
class DnsWatchTest {
  private static final InetSocketAddress NOBODY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 53);

  @Test
  void survivesFaultsAndTellsBetweenRounds() {
    AtomicBoolean faulty = new AtomicBoolean(true);
    TestContext context = new TestContext("a");
    AtomicLong now = new AtomicLong();
    LongSupplier leaping = () -> now.addAndGet(Duration.ofSeconds(60).toNanos());
    Pace pace = new Pace(Duration.ofSeconds(1), Duration.ofSeconds(30));
    Plan plan = new Plan(Optional.of(ServiceName.of("_q._udp.example")), List.of(), pace, 4433);
    DnsWatch watch =
        new DnsWatch(
            context,
            plan,
            () -> {
              if (faulty.get()) {
                throw new IllegalArgumentException("bad input");
              }
              return HostDns.of(List.of(NOBODY), List.of(), 1);
            },
            host -> client(host, leaping),
            new BlockingClient(leaping),
            leaping);
    watch.start();
    try {
      await("the fault", () -> isDegradedBy(watch, "bad input"));
      faulty.set(false);
      await("the peer", () -> watch.peers().size() == 1);
      await("recovery", () -> watch.status().equals(new DiscoveryStatus.Ok()));
    } finally {
      watch.stop();
    }
    assertThat(context.threads).noneMatch(Thread::isAlive);
  }

  @Test
  void rootInTheSearchListIsNoFault() {
    HostDns host =
        HostDns.of(List.of(NOBODY), List.of(Name.root, Name.fromConstantString("x.")), 1);
    assertThat(host.search()).containsExactly("x");
    assertThat(client(host, () -> 0L)).isNotNull();
  }

  private static boolean isDegradedBy(DnsWatch watch, String cause) {
    return watch.status() instanceof DiscoveryStatus.Degraded it && it.cause().contains(cause);
  }

  private static DnsClient client(HostDns host, LongSupplier nanoTime) {
    HostileAnswersTest.InMemory dns = new HostileAnswersTest.InMemory(bytes -> bytes);
    Servers servers = new Servers(host.servers(), Duration.ofSeconds(1), dns, nanoTime);
    return new DnsClient(servers, host.search(), host.ndots());
  }
}

package dev.peatmesh.discovery.dns;

import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.testkit.discovery.DiscoverySource;
import dev.peatmesh.testkit.discovery.DiscoveryStrategyContract;
import dev.peatmesh.testkit.dns.DnsFault;
import dev.peatmesh.testkit.dns.TestDnsServer;
import dev.peatmesh.testkit.dns.TestDnsServer.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What every strategy keeps to, kept by this one. */
class DnsDiscoveryContractIT extends DiscoveryStrategyContract {
  @Override
  protected DiscoverySource openSource(String formationId, Set<String> nodeIds) {
    return new Zone(nodeIds);
  }

  /** A headless Service on a test server. */
  private static final class Zone implements DiscoverySource {
    private final TestDnsServer dns = TestDnsServer.start().ttl(Duration.ZERO);
    private final Map<String, Pod> pods = new TreeMap<>();
    private int hosts;

    Zone(Set<String> nodeIds) {
      nodeIds.forEach(this::appear);
      publish();
    }

    @Override
    public Set<Ability> abilities() {
      return Set.of(Ability.COME_AND_GO, Ability.CHANGE, Ability.FAIL, Ability.TELL_SELF);
    }

    @Override
    public DiscoveryStrategy newStrategy() {
      DnsSettings settings =
          DnsSettings.builder()
              .servers(List.of(dns.hostAndPort()))
              .refreshMin(Duration.ofMillis(100))
              .build();
      HostDns host = new HostDns(List.of(), List.of(), 1, Optional.empty());
      return new DnsDiscovery(settings, () -> host, System::nanoTime);
    }

    @Override
    public void appear(String nodeId) {
      hosts++;
      pods.put(nodeId, Pod.of(nodeId, 11204, "10.0.0." + hosts, "fd00::" + hosts));
      publish();
    }

    @Override
    public void change(String nodeId) {
      appear(nodeId);
    }

    @Override
    public void vanish(String nodeId) {
      pods.remove(nodeId);
      publish();
    }

    @Override
    public void fail() {
      dns.fault(DnsFault.SERVFAIL);
    }

    @Override
    public void heal() {
      dns.heal();
    }

    @Override
    public boolean isShared(Thread thread) {
      // The server's thread for a connection: the test's, not the strategy's.
      return thread.getName().startsWith("test-dns-");
    }

    @Override
    public void close() {
      dns.close();
    }

    private void publish() {
      dns.headlessService("default", "peat-mesh", "iroh-quic", pods.values().toArray(Pod[]::new));
    }
  }
}

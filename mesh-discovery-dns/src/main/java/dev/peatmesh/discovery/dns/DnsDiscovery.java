package dev.peatmesh.discovery.dns;

import dev.peatmesh.discovery.DiscoveryContext;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.discovery.PeerInfo;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds peers by the DNS alone: no API, no token, no right. Thread-safe; one daemon thread from
 * start to stop, one socket at a time.
 *
 * <p>In Kubernetes a headless Service publishes {@code _iroh-quic._udp.<service>.<namespace>.svc.
 * <domain>}, whose SRV records lead to pods; in a StatefulSet the first label of such a host is the
 * name of the pod, which is the node id (<a
 * href="https://github.com/kubernetes/dns/blob/master/docs/specification.md">Kubernetes DNS-based
 * service discovery</a>, section 2.4.2; RFC 2782). Elsewhere any SRV name does, or a list of host
 * names.
 *
 * <p>Answers hold as long as their TTL says, within {@link DnsSettings}. The JVM's own DNS cache
 * has no part in it. A server that fails never drops a peer; that a name is gone must be said by
 * its zone, three times over 10 seconds. At most 1,000 peers. docs/discovery/dns.md has the
 * settings, a manifest and what to do about each {@link DiscoveryStatus.Degraded}.
 */
public final class DnsDiscovery implements DiscoveryStrategy {
  /** By this name it is chosen. */
  public static final String NAME = "dns";

  private final DnsSettings settings;
  private final Supplier<HostDns> host;
  private final LongSupplier nanoTime;

  /** The run between start and stop. */
  private final AtomicReference<@Nullable DnsWatch> running = new AtomicReference<>();

  /** A strategy with these settings; asks nobody before it is started. */
  public DnsDiscovery(DnsSettings settings) {
    this(settings, HostDns::read, System::nanoTime);
  }

  DnsDiscovery(DnsSettings settings, Supplier<HostDns> host, LongSupplier nanoTime) {
    this.settings = settings;
    this.host = host;
    this.nanoTime = nanoTime;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void start(DiscoveryContext context) {
    BlockingClient sockets = new BlockingClient(nanoTime);
    DnsWatch watch =
        new DnsWatch(
            context,
            settings.plan(host.get(), context.port()),
            host,
            now -> client(now, sockets),
            sockets,
            nanoTime);
    if (!running.compareAndSet(null, watch)) {
      throw new IllegalStateException("discovery(\"dns\"): is started already. Stop it first.");
    }
    watch.start();
  }

  @Override
  public void stop() {
    DnsWatch watch = running.getAndSet(null);
    if (watch != null) {
      watch.stop();
    }
  }

  @Override
  public List<PeerInfo> discoveredPeers() {
    DnsWatch watch = running.get();
    return watch == null ? List.of() : watch.peers();
  }

  @Override
  public DiscoveryStatus status() {
    DnsWatch watch = running.get();
    return watch == null ? new DiscoveryStatus.Stopped() : watch.status();
  }

  private DnsClient client(HostDns now, BlockingClient sockets) {
    Servers servers = new Servers(settings.servers(now), settings.timeout(), sockets, nanoTime);
    return new DnsClient(servers, now.search(), now.ndots());
  }
}

package dev.peatmesh.discovery.mdns;

import dev.peatmesh.discovery.DiscoveryContext;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.discovery.mdns.internal.net.Interfaces;
import dev.peatmesh.discovery.mdns.internal.net.Jmdns;
import dev.peatmesh.discovery.mdns.internal.net.MdnsLoop;
import dev.peatmesh.discovery.mdns.internal.net.MulticastDns;
import dev.peatmesh.discovery.mdns.internal.view.Announcement;
import dev.peatmesh.discovery.mdns.internal.view.LinkChoice;
import dev.peatmesh.discovery.mdns.internal.view.Nic;
import dev.peatmesh.discovery.mdns.internal.view.View;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Peers on the local network by multicast DNS (RFC 6762) and DNS-SD (RFC 6763). Thread-safe.
 *
 * <p>Announces this node as a service {@code _peat._udp.local.} on every chosen interface and finds
 * nodes of the same formation there. Interfaces that come and go are followed within seconds.
 *
 * <p>What it finds are hints. A peer is lost a second after its goodbye, or within {@link
 * MdnsSettings#expiry} when it answers no more; a network that is away loses none. At most 1,024
 * peers and 16 links; one thread, and four for each link.
 */
public final class MdnsDiscovery implements DiscoveryStrategy {
  /** By this name it is chosen. */
  public static final String NAME = "mdns";

  /** Interfaces come and go by hand or by a dying cable; each look costs a few system calls. */
  private static final Duration LOOK_PAUSE = Duration.ofSeconds(2);

  private final MdnsSettings settings;
  private final MulticastDns dns;
  private final Supplier<List<Nic>> nics;
  private final Duration lookPause;
  private final LongSupplier nanoTime;
  private final RandomGenerator dice;

  /** What runs; null while stopped. */
  private final AtomicReference<@Nullable MdnsLoop> running = new AtomicReference<>();

  /** A strategy with these settings. */
  public MdnsDiscovery(MdnsSettings settings) {
    this(
        settings,
        new Jmdns(System::nanoTime),
        Interfaces::now,
        LOOK_PAUSE,
        System::nanoTime,
        new SecureRandom());
  }

  MdnsDiscovery(
      MdnsSettings settings,
      MulticastDns dns,
      Supplier<List<Nic>> nics,
      Duration lookPause,
      LongSupplier nanoTime,
      RandomGenerator dice) {
    this.settings = settings;
    this.dns = dns;
    this.nics = nics;
    this.lookPause = lookPause;
    this.nanoTime = nanoTime;
    this.dice = dice;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void start(DiscoveryContext context) {
    String run = HexFormat.of().toHexDigits(dice.nextLong());
    Announcement own =
        new Announcement(
            context.nodeId(), context.formationId(), context.port(), run, settings.metadata());
    own.check();
    String self = context.identityOf(context.nodeId());
    View view =
        new View(
            own,
            new LinkChoice(settings.interfaces(), settings.ipv4(), settings.ipv6()),
            settings.expiry(),
            nodeId -> context.identityOf(nodeId).equals(self),
            dice,
            nanoTime.getAsLong());
    MdnsLoop loop = new MdnsLoop(context, own, view, dns, nics, lookPause, nanoTime);
    if (!running.compareAndSet(null, loop)) {
      throw new IllegalStateException("discovery(\"mdns\"): is started already. Stop it first.");
    }
    loop.start();
  }

  @Override
  public void stop() {
    MdnsLoop loop = running.getAndSet(null);
    if (loop != null) {
      loop.stop();
    }
  }

  @Override
  public List<PeerInfo> discoveredPeers() {
    MdnsLoop loop = running.get();
    return loop == null ? List.of() : loop.peers();
  }

  @Override
  public DiscoveryStatus status() {
    MdnsLoop loop = running.get();
    return loop == null ? new DiscoveryStatus.Stopped() : loop.status();
  }
}

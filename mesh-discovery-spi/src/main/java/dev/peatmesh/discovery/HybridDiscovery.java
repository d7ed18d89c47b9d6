package dev.peatmesh.discovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Several strategies as one. A peer is one entry however many of them show it, under whatever node
 * id: the first id stays, {@link DiscoveryContext#identityOf} says which ids are one peer. Its
 * {@link PeerInfo#sources} name who shows it now; its addresses are those of all, the best of each
 * first; relay url and metadata are those of the first strategy that has a say. It is lost when
 * nobody has shown it for the grace, during which it stands without sources.
 *
 * <p>Every strategy is started and stopped on a thread of its own. One that fails to start, starts
 * slowly, throws or hangs harms no other: it is reported in {@link #statuses} and started again
 * with growing pauses. {@link #start} does not wait for any of them; {@link #stop} waits for at
 * most 4 s. Duplicate events and events in the wrong order are made good and logged once.
 *
 * <p>Thread-safe. One thread of its own hands the events on; when the subscriber is slow it gets
 * the latest event for each peer. A hybrid may stand in a hybrid.
 */
public final class HybridDiscovery implements DiscoveryStrategy {
  /** Its name. */
  public static final String NAME = "hybrid";

  private static final Logger LOG = LoggerFactory.getLogger(HybridDiscovery.class);

  private static final int NAME_BYTES_MAX = 64;

  /** Less than the 5 s that a stop may take: its threads have to end after that. */
  private static final Duration STOP_MAX = Duration.ofSeconds(4);

  private final List<Member> members;
  private final HybridSettings settings;
  private final Function<DiscoveryContext, Driver> drivers;

  private final Object lifecycle = new Object();
  private volatile @Nullable HybridSession session;

  HybridDiscovery(
      HybridSettings settings,
      List<? extends DiscoveryStrategy> strategies,
      Function<DiscoveryContext, Driver> drivers) {
    this.settings = settings;
    this.members = members(strategies);
    this.drivers = drivers;
  }

  /** The strategies as one, with the default settings; see the other {@code of}. */
  public static HybridDiscovery of(DiscoveryStrategy... strategies) {
    return of(HybridSettings.DEFAULT, List.of(strategies));
  }

  /**
   * The strategies as one. Their order is that of precedence.
   *
   * @param strategies none up to {@value PeerInfo#SOURCES_MAX}, each with a name of its own; none
   *     of them started
   * @throws IllegalArgumentException when two have one name, a name is none, or there are too many
   */
  public static HybridDiscovery of(
      HybridSettings settings, List<? extends DiscoveryStrategy> strategies) {
    return new HybridDiscovery(
        settings, strategies, context -> new ThreadDriver(context.threads()));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void start(DiscoveryContext context) {
    synchronized (lifecycle) {
      if (session != null) {
        throw new IllegalStateException(
            "discovery(\"hybrid\"): is started already. Stop it first.");
      }
      HybridSession started = new HybridSession(context, drivers.apply(context), members, settings);
      session = started;
      members.forEach(member -> member.run(started));
    }
  }

  @Override
  public void stop() {
    synchronized (lifecycle) {
      HybridSession stopped = session;
      if (stopped == null) {
        return;
      }
      session = null;
      stopped.close();
      Map<String, CompletableFuture<Void>> stops = new LinkedHashMap<>();
      members.forEach(member -> stops.put(member.name(), member.stop()));
      await(stopped.driver(), stops);
      stopped.driver().close();
    }
  }

  @Override
  public List<PeerInfo> discoveredPeers() {
    HybridSession running = session;
    return running == null ? List.of() : running.peers();
  }

  /**
   * What each strategy says of a peer now, in the order of the strategies: one entry for each node
   * id by which it names the peer. Empty when the peer is unknown, or stands in its grace.
   */
  public Map<String, List<PeerInfo>> provenance(String nodeId) {
    HybridSession running = session;
    return running == null ? Map.of() : running.said(PeerInfo.checkNodeId(nodeId));
  }

  /** How each strategy fares, by name, in their order. */
  public Map<String, DiscoveryStatus> statuses() {
    HybridSession running = session;
    Map<String, DiscoveryStatus> statuses = new LinkedHashMap<>();
    for (Member member : members) {
      statuses.put(
          member.name(), running == null ? new DiscoveryStatus.Stopped() : status(member, running));
    }
    return Collections.unmodifiableMap(statuses);
  }

  /** Degraded when any strategy is, with the cause and the remedy of each that is; else ok. */
  @Override
  public DiscoveryStatus status() {
    if (session == null) {
      return new DiscoveryStatus.Stopped();
    }
    StringJoiner causes = new StringJoiner("; ");
    StringJoiner remedies = new StringJoiner("\n");
    statuses()
        .forEach(
            (name, status) -> {
              if (status instanceof DiscoveryStatus.Degraded degraded) {
                causes.add(name + ": " + degraded.cause());
                remedies.add(name + ": " + degraded.remedy());
              }
            });
    return causes.length() == 0
        ? new DiscoveryStatus.Ok()
        : new DiscoveryStatus.Degraded(causes.toString(), remedies.toString());
  }

  private DiscoveryStatus status(Member member, HybridSession running) {
    DiscoveryStatus own = member.status();
    int dropped = running.dropped(member);
    return own instanceof DiscoveryStatus.Degraded || dropped == 0
        ? own
        : new DiscoveryStatus.Degraded(
            "%d of the peers it found have no place; %d are the most"
                .formatted(dropped, settings.peersMax()),
            "Narrow what it selects, or raise peersMax.");
  }

  private static List<Member> members(List<? extends DiscoveryStrategy> strategies) {
    if (strategies.size() > PeerInfo.SOURCES_MAX) {
      throw new IllegalArgumentException(
          "hybrid(%d strategies): has at most %d. Put several of them into a hybrid of their own."
              .formatted(strategies.size(), PeerInfo.SOURCES_MAX));
    }
    List<Member> members = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    for (DiscoveryStrategy strategy : strategies) {
      Member member = new Member(strategy);
      checkName(member.name(), strategy);
      if (!names.add(member.name())) {
        throw new IllegalArgumentException(
            "hybrid(%s): is the name of two strategies. Give each a name of its own."
                .formatted(Text.quoted(member.name())));
      }
      members.add(member);
    }
    return List.copyOf(members);
  }

  // What others wrote may give null, whatever its type says.
  private static void checkName(@Nullable String name, DiscoveryStrategy strategy) {
    if (name == null || name.isBlank() || !Text.isPlain(name, NAME_BYTES_MAX)) {
      throw new IllegalArgumentException(
          "hybrid(%s): the name() of %s is none. It must be 1 to %d printable bytes."
              .formatted(
                  Text.quoted(String.valueOf(name)),
                  strategy.getClass().getName(),
                  NAME_BYTES_MAX));
    }
  }

  private static void await(Driver driver, Map<String, CompletableFuture<Void>> stops) {
    CompletableFuture<Void> all =
        CompletableFuture.allOf(stops.values().toArray(new CompletableFuture<?>[0]));
    if (!driver.await(all, STOP_MAX)) {
      stops.values().removeIf(CompletableFuture::isDone);
      LOG.atWarn()
          .addKeyValue("strategies", stops.keySet())
          .addKeyValue("waitedMs", STOP_MAX.toMillis())
          .log("discovery did not stop in time; left behind");
    }
  }
}

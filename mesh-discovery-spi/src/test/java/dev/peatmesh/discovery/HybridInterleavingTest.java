package dev.peatmesh.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Random interleavings of four sources, of which some name a peer by its name and some by its key,
 * on virtual time, told to a subscriber that hangs now and then. {@link Mirror} checks every life
 * cycle; a naive model says what must stand.
 */
class HybridInterleavingTest {
  private static final int INTERLEAVINGS = 200;
  private static final int STEPS = 100;
  private static final int PEERS = 6;
  private static final Duration GRACE = HybridSettings.DEFAULT.grace();

  @Test
  void everyPeerIsOneEntryWithTheRightLifeAndProvenance() {
    int[] events = new int[1];
    Trials.run(INTERLEAVINGS, random -> events[0] += new Run(random).steps());
    assertThat(events[0]).as("something happened").isGreaterThan(INTERLEAVINGS);
  }

  static List<ScriptedStrategy> sources() {
    return Stream.of("k8s", "dns", "mdns", "static").map(ScriptedStrategy::new).toList();
  }

  /** One event in good order. */
  static void speak(ScriptedStrategy source, Map<String, PeerInfo> mine, Random random) {
    String id = (random.nextBoolean() ? "n" : "x") + random.nextInt(PEERS);
    String[] hosts =
        IntStream.range(0, random.nextInt(4))
            .mapToObj(i -> "10.0.0." + random.nextInt(8))
            .toArray(String[]::new);
    PeerInfo peer = ScriptedStrategy.peer(id, hosts);
    if (mine.containsKey(id) && random.nextInt(3) > 0) {
      mine.remove(id);
      source.publish(new DiscoveryEvent.PeerLost(id));
    } else if (mine.containsKey(id)) {
      mine.put(id, peer);
      source.publish(new DiscoveryEvent.PeerUpdated(peer));
    } else {
      mine.put(id, peer);
      source.publish(new DiscoveryEvent.PeerFound(peer));
    }
  }

  /** One interleaving, and the naive model of it. */
  private static final class Run {
    private final Random random;
    private final VirtualDriver driver = new VirtualDriver();
    private final Mirror mirror = new Mirror();
    private final List<ScriptedStrategy> sources = sources();
    private final HybridDiscovery hybrid =
        new HybridDiscovery(HybridSettings.DEFAULT, sources, context -> driver.opened());

    /** What each source says, by its id for the peer. */
    private final Map<String, Map<String, PeerInfo>> said = new HashMap<>();

    /** When each identity was last shown by nobody, in time passed. */
    private final Map<String, Duration> orphanedAt = new HashMap<>();

    private Duration passed = Duration.ZERO;

    private Run(Random random) {
      this.random = random;
      sources.forEach(source -> said.put(source.name(), new HashMap<>()));
    }

    int steps() {
      hybrid.start(mirror);
      for (int step = 0; step < STEPS; step++) {
        driver.pause(random.nextInt(3) == 0);
        step();
        if (!driver.isPaused()) {
          check();
        }
      }
      driver.pause(false);
      sources.forEach(
          source -> Set.copyOf(said.get(source.name()).keySet()).forEach(source::loses));
      driver.advance(GRACE);
      assertThat(mirror.told()).as("when nobody shows anybody").isEmpty();
      return mirror.heard.size();
    }

    private void step() {
      if (random.nextInt(4) == 0) {
        Duration wait = Duration.ofMillis(random.nextInt(15_000));
        driver.advance(wait);
        passed = passed.plus(wait);
        orphanedAt.values().removeIf(since -> passed.minus(since).compareTo(GRACE) >= 0);
        return;
      }
      ScriptedStrategy source = sources.get(random.nextInt(sources.size()));
      Map<String, PeerInfo> mine = said.get(source.name());
      Set<String> before = identities();
      if (random.nextInt(10) == 0) {
        speakWrong(source, mine);
      } else {
        speak(source, mine, random);
      }
      Set<String> after = identities();
      before.stream().filter(id -> !after.contains(id)).forEach(id -> orphanedAt.put(id, passed));
      after.forEach(orphanedAt::remove);
    }

    /** An event that breaks the order: it is taken for the best. */
    private void speakWrong(ScriptedStrategy source, Map<String, PeerInfo> mine) {
      String id = "n" + random.nextInt(PEERS);
      PeerInfo peer = mine.getOrDefault(id, ScriptedStrategy.peer(id, "10.0.0.1"));
      if (!mine.containsKey(id) && random.nextBoolean()) {
        source.publish(new DiscoveryEvent.PeerLost(id));
        return;
      }
      source.publish(
          mine.containsKey(id)
              ? new DiscoveryEvent.PeerFound(peer)
              : new DiscoveryEvent.PeerUpdated(peer));
      mine.put(id, peer);
    }

    private Set<String> identities() {
      return said.values().stream()
          .flatMap(peers -> peers.keySet().stream())
          .map(mirror::identityOf)
          .collect(Collectors.toCollection(HashSet::new));
    }

    private void check() {
      Set<String> standing = identities();
      standing.addAll(orphanedAt.keySet());
      assertThat(mirror.told()).containsExactlyInAnyOrderElementsOf(hybrid.discoveredPeers());
      assertThat(mirror.told().stream().map(peer -> mirror.identityOf(peer.nodeId())))
          .as("one entry each")
          .containsExactlyInAnyOrderElementsOf(standing);
      mirror.told().forEach(this::checkProvenance);
    }

    private void checkProvenance(PeerInfo peer) {
      Map<String, List<PeerInfo>> expected = new HashMap<>();
      Set<PeerAddress> addresses = new LinkedHashSet<>();
      said.forEach(
          (source, peers) ->
              peers.values().stream()
                  .filter(
                      p -> mirror.identityOf(p.nodeId()).equals(mirror.identityOf(peer.nodeId())))
                  .sorted((a, b) -> a.nodeId().compareTo(b.nodeId()))
                  .forEach(
                      p -> {
                        expected.merge(
                            source,
                            List.of(p),
                            (a, b) -> Stream.concat(a.stream(), b.stream()).toList());
                        addresses.addAll(p.addresses());
                      }));
      assertThat(peer.sources()).isEqualTo(new TreeSet<>(expected.keySet()));
      assertThat(hybrid.provenance(peer.nodeId())).isEqualTo(expected);
      if (!expected.isEmpty()) {
        assertThat(peer.addresses()).containsExactlyInAnyOrderElementsOf(addresses);
      }
    }
  }
}

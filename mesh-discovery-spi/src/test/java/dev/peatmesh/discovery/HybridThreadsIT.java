package dev.peatmesh.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A hybrid on real threads: who waits for whom, and what is left behind. */
class HybridThreadsIT {
  private final Set<Thread> made = new CopyOnWriteArraySet<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private final ScriptedStrategy k8s = new ScriptedStrategy("k8s");
  private final ScriptedStrategy slow = new ScriptedStrategy("slow");

  @Test
  void startWaitsForNobodyAndThreadsBearTheNamesOfTheirStrategies() throws InterruptedException {
    slow.onStart = context -> waitForRelease();
    Mirror mirror = new Mirror();
    HybridDiscovery hybrid = HybridDiscovery.of(slow, k8s);
    hybrid.start(context(mirror));
    Awaiting.until(() -> k8s.context != null);

    k8s.finds("n1", "10.0.0.1");
    Awaiting.until(() -> !mirror.told().isEmpty());

    assertThat(made)
        .extracting(Thread::getName)
        .containsExactlyInAnyOrder("mesh-self-slow", "mesh-self-k8s", "mesh-self");
    release.countDown();
    hybrid.stop();
    assertThat(made).as("left behind").noneMatch(Thread::isAlive);
    assertThat(slow.calls).containsExactly("start", "stop");
  }

  @Test
  void stopDoesNotWaitForOneThatHangsForEver() throws InterruptedException {
    slow.onStop = this::waitForRelease;
    HybridDiscovery hybrid = HybridDiscovery.of(slow, k8s);
    hybrid.start(context(new Mirror()));
    Awaiting.until(() -> k8s.context != null && slow.context != null);

    // Returns at all: what hangs is let go only afterwards.
    hybrid.stop();

    assertThat(hybrid.status()).isEqualTo(new DiscoveryStatus.Stopped());
    assertThat(made.stream().filter(Thread::isAlive))
        .extracting(Thread::getName)
        .containsExactly("mesh-self-slow");
    release.countDown();
    Awaiting.until(() -> made.stream().noneMatch(Thread::isAlive));
  }

  @Test
  void subscriberThatStopsTheHybridFromItsCallbackHangsNobody() throws InterruptedException {
    HybridDiscovery hybrid = HybridDiscovery.of(k8s);
    hybrid.start(
        context(
            new Mirror() {
              @Override
              public synchronized void publish(DiscoveryEvent event) {
                hybrid.stop();
              }
            }));
    Awaiting.until(() -> k8s.context != null);

    k8s.finds("n1", "10.0.0.1");

    Awaiting.until(() -> made.stream().noneMatch(Thread::isAlive));
    assertThat(hybrid.status()).isEqualTo(new DiscoveryStatus.Stopped());
  }

  @Test
  void subscriberThatHangsHoldsUpNoStrategyAndNoStop() throws InterruptedException {
    HybridDiscovery hybrid = HybridDiscovery.of(k8s);
    hybrid.start(
        context(
            new Mirror() {
              @Override
              public void publish(DiscoveryEvent event) {
                waitForRelease();
              }
            }));
    Awaiting.until(() -> k8s.context != null);

    for (int i = 0; i < 1_000; i++) {
      k8s.finds("n" + i, "10.0.0.1");
    }
    assertThat(hybrid.discoveredPeers()).hasSize(1_000);
    hybrid.stop();

    assertThat(hybrid.discoveredPeers()).isEmpty();
    Awaiting.until(() -> made.stream().noneMatch(Thread::isAlive));
  }

  /** Four threads end where one would. */
  @Test
  void whatFourThreadsPublishAtOnceIsOneUnion() {
    Trials.run(20, HybridThreadsIT::fourAtOnce);
  }

  private static void fourAtOnce(Random random) throws InterruptedException {
    List<ScriptedStrategy> sources = HybridInterleavingTest.sources();
    Mirror mirror = new Mirror();
    HybridDiscovery hybrid = HybridDiscovery.of(HybridSettings.DEFAULT, sources);
    hybrid.start(mirror);
    Awaiting.until(() -> sources.stream().allMatch(source -> source.context != null));
    Map<String, Map<String, PeerInfo>> said = new ConcurrentHashMap<>();
    List<Thread> speakers =
        sources.stream()
            .map(source -> speaker(source, new Random(random.nextLong()), said))
            .toList();
    speakers.forEach(Thread::start);
    for (Thread speaker : speakers) {
      speaker.join();
    }
    Map<String, Set<String>> expected = new HashMap<>();
    said.forEach(
        (source, peers) ->
            peers
                .keySet()
                .forEach(
                    id ->
                        expected
                            .computeIfAbsent(mirror.identityOf(id), i -> new TreeSet<>())
                            .add(source)));
    Awaiting.until(() -> Set.copyOf(mirror.told()).equals(Set.copyOf(hybrid.discoveredPeers())));
    Map<String, Set<String>> told = new HashMap<>();
    mirror.told().stream()
        .filter(peer -> !peer.sources().isEmpty())
        .forEach(peer -> told.put(mirror.identityOf(peer.nodeId()), peer.sources()));
    assertThat(told).isEqualTo(expected);
    hybrid.stop();
  }

  private static Thread speaker(
      ScriptedStrategy source, Random random, Map<String, Map<String, PeerInfo>> said) {
    Map<String, PeerInfo> mine = new HashMap<>();
    said.put(source.name(), mine);
    return new Thread(
        () ->
            IntStream.range(0, 300)
                .forEach(i -> HybridInterleavingTest.speak(source, mine, random)));
  }

  private void waitForRelease() {
    try {
      release.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Remembers the threads that were made. */
  private Mirror context(Mirror mirror) {
    mirror.threads =
        task -> {
          Thread thread = new Thread(task, "mesh-self");
          thread.setDaemon(true);
          made.add(thread);
          return thread;
        };
    return mirror;
  }
}

package dev.peatmesh.internal.quic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.PeatMesh;
import dev.peatmesh.PeatMeshBuilder;
import dev.peatmesh.PeerStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Real QUIC through a network that is cut and mended: a dial that began before must not stand in
 * the way of one that would succeed. Of each pair only one side can dial, so this is the worse half
 * of what a mesh does.
 */
@Tag("heavy")
class HealIT {
  private static final byte[] SECRET =
      "test-formation-secret-32-bytes!!".getBytes(StandardCharsets.US_ASCII);
  private static final Duration DEADLINE = Duration.ofMinutes(1);
  private static final int PAIRS = 12;

  @Test
  void linksAreBackSoonAfterTheNetworkIs() throws IOException {
    List<Pair> pairs = new ArrayList<>();
    try {
      for (int number = 0; number < PAIRS; number++) {
        // From beyond the idle timeout on, half a second apart: wherever a dial happens to be.
        pairs.add(new Pair(number, Duration.ofMillis(8_000 + 500 * number)));
      }
      runUntilAll(pairs, Pair::linked);
      pairs.forEach(Pair::cut);
      runUntilAll(pairs, Pair::healed);

      pairs.forEach(Pair::print);
      assertThat(pairs).allMatch(Pair::equal);
    } finally {
      pairs.forEach(Pair::close);
    }
  }

  private static void runUntilAll(List<Pair> pairs, Step step) {
    long begin = System.nanoTime();
    List<Pair> left = new ArrayList<>(pairs);
    while (!left.isEmpty()) {
      left.removeIf(step::done);
      assertThat(System.nanoTime() - begin).as("%s", left).isLessThan(DEADLINE.toNanos());
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  private interface Step {
    boolean done(Pair pair);
  }

  /** Two nodes; the one dials the other through the relay. */
  private static final class Pair {
    private final Duration outage;
    private final PeatMesh acceptor;
    private final UdpRelay relay;
    private final PeatMesh dialler;
    private long cutNanos;
    private long mendedNanos;
    private long healedNanos;

    Pair(int number, Duration outage) throws IOException {
      this.outage = outage;
      acceptor = builder("acceptor-" + number).start();
      relay =
          new UdpRelay(
              new InetSocketAddress(
                  InetAddress.getLoopbackAddress(), acceptor.localAddress().getPort()));
      dialler =
          builder("dialler-" + number)
              .staticPeers(acceptor.nodeName() + "@127.0.0.1:" + relay.address().getPort())
              .start();
    }

    boolean linked() {
      return Stream.of(dialler, acceptor)
          .allMatch(node -> node.peers().stream().anyMatch(PeerStatus::isConnected));
    }

    void cut() {
      relay.cut();
      cutNanos = System.nanoTime();
      acceptor.collection("c").put("d", Map.of("written", "in the outage"));
    }

    /** Mends the network when it is time, and sees whether all is well again. */
    boolean healed() {
      long now = System.nanoTime();
      if (mendedNanos == 0) {
        if (now - cutNanos >= outage.toNanos()) {
          assertThat(dialler.peers()).noneMatch(PeerStatus::isConnected);
          relay.mend();
          mendedNanos = now;
        }
      } else if (equal()) {
        healedNanos = now;
      }
      return healedNanos != 0;
    }

    boolean equal() {
      return dialler.collection("c").get("d").isPresent();
    }

    void print() {
      System.out.printf("%s, healed %.1f s after it%n", this, (healedNanos - mendedNanos) / 1e9);
    }

    void close() {
      dialler.close();
      acceptor.close();
      relay.close();
    }

    @Override
    public String toString() {
      return "outage of " + outage;
    }

    private static PeatMeshBuilder builder(String name) {
      return PeatMesh.builder().nodeName(name).formation("home", SECRET).bindHost("127.0.0.1");
    }
  }
}

package dev.peatmesh.internal.network;

import static dev.peatmesh.internal.network.TestNode.HOME;
import static dev.peatmesh.internal.network.TestNode.at;
import static dev.peatmesh.internal.network.TestNode.local;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.PeerError;
import dev.peatmesh.RefusalReason;
import dev.peatmesh.internal.peers.PeerCounts;
import dev.peatmesh.internal.peers.PeerSettings;
import dev.peatmesh.internal.transport.Refusal;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the layer above meets on its links, and what is left of them in the end. */
class PeerNetworkUseTest {
  private static final String ANN = "10.0.0.1";
  private static final String BOB = "10.0.0.2";

  private final VirtualTime time = new VirtualTime();
  private final FakeNetwork net = new FakeNetwork(time, false);

  // The layer above.

  @Test
  void frameThatNoLinkCarriesEndsTheLink() {
    TestNode ann = node("ann", ANN);
    TestNode bob = node("bob", BOB);
    ann.discovers("bob", BOB);
    time.advance(Duration.ofSeconds(1));

    LiveConnection link = (LiveConnection) bob.links.get("ann");
    bob.run(() -> link.connection().send(ByteBuffer.wrap(new byte[] {(byte) 0x80, 1})));
    time.advance(Duration.ofMillis(2));

    assertThat(ann.heard()).containsExactly("up bob", "down bob PROTOCOL_VIOLATION");
    assertThat(bob.heard()).contains("down ann PROTOCOL_VIOLATION");
    assertThat(error(bob, "ann").remote()).isTrue();
  }

  @Test
  void linkClosedWithinItsOwnLinkUpGoesDownOnce() {
    TestNode ann = node("ann", ANN);
    node("bob", BOB);
    ann.onUp = link -> link.close(ours(RefusalReason.OVERLOADED));

    ann.discovers("bob", BOB);
    time.advance(Duration.ofMillis(20));

    assertThat(ann.heard()).startsWith("up bob", "down bob OVERLOADED");
    assertThat(ann.links).isEmpty();
  }

  @Test
  void linkThatBreaksAtOnceIsNotDialledInAHotLoop() {
    TestNode ann = node("ann", ANN);
    node("bob", BOB);
    ann.onUp = link -> link.close(ours(RefusalReason.OVERLOADED));

    ann.discovers("bob", BOB);
    time.advance(Duration.ofMinutes(10));

    assertThat(net.dialsMade).isLessThan(30);
  }

  @Test
  void listenerThatThrowsStopsNobody() {
    TestNode ann = node("ann", ANN);
    TestNode bob = node("bob", BOB);
    ann.onUp =
        link -> {
          throw new IllegalStateException("a fault of the layer above");
        };

    ann.discovers("bob", BOB);
    time.advance(Duration.ofSeconds(1));
    bob.run(() -> bob.links.get("ann").send(sync("still there?")));
    time.advance(Duration.ofSeconds(1));

    assertThat(ann.heard()).containsExactly("up bob", "frame bob @still there?");
  }

  @Test
  void allBytesOfAHandshakeAreWorkedOff() {
    TestNode ann = node("ann", ANN);
    TestNode bob = node("bob", BOB);
    ann.discovers("bob", BOB);
    time.advance(Duration.ofSeconds(1));

    assertThat(fake(ann, "bob").unconsumed()).isZero();
    assertThat(fake(bob, "ann").unconsumed()).isZero();
  }

  // The end.

  @Test
  void closeTellsThePeersAndLeavesNothingBehind() {
    TestNode ann = node("ann", ANN);
    TestNode bob = node("bob", BOB);
    ann.discovers("bob", BOB);
    ann.discovers("carl", "10.9.0.1");
    bob.discovers("ann", ANN);
    time.advance(Duration.ofSeconds(1));

    ann.close();
    time.advance(Duration.ofMillis(5));

    assertThat(ann.heard()).endsWith("down bob CLOSED");
    assertThat(bob.heard()).endsWith("down ann LEFT");
    assertThat(ann.counts()).isEqualTo(new PeerCounts(0, 0, 0, 0, 0, 0));
    bob.close();
    assertThat(time.pending()).isZero();
    assertThat(net.openEnds()).isZero();
  }

  @Test
  void closedNodeTurnsDialsAway() {
    TestNode ann = node("ann", ANN);
    TestNode bob = node("bob", BOB);
    ann.close();

    bob.discovers("ann", ANN);
    time.advance(Duration.ofMillis(20));

    assertThat(error(bob, "ann").reason()).isEqualTo(RefusalReason.LEFT);
    assertThat(net.openEnds()).isZero();
  }

  @Test
  void connectsAndDisconnectsLeaveNothingBehind() {
    connectAndDisconnect(300);
  }

  @Test
  @Tag("heavy")
  void tenThousandConnectsAndDisconnectsLeaveNothingBehind() {
    connectAndDisconnect(10_000);
  }

  private void connectAndDisconnect(int times) {
    TestNode ann = node("ann", ANN);
    TestNode bob = node("bob", BOB);
    ann.discovers("bob", BOB);
    time.advance(Duration.ofMillis(10));

    int cycles = 0;
    for (int round = 0; round < times; round++) {
      time.advance(Duration.ofSeconds(11));
      boolean up = ann.links.containsKey("bob");
      if (up) {
        cycles++;
        TestNode either = round % 2 == 0 ? ann : bob;
        PeerLink link = either.links.get(either == ann ? "bob" : "ann");
        either.run(() -> link.close(ours(RefusalReason.OVERLOADED)));
      }
    }
    ann.loses("bob");
    bob.close();
    time.advance(Duration.ofMinutes(5));

    assertThat(cycles).isEqualTo(times);
    assertThat(ann.counts()).isEqualTo(new PeerCounts(0, 0, 0, 0, 0, 0));
    assertThat(time.pending()).isZero();
    assertThat(net.openEnds()).isZero();
    assertThat(ann.network.held()).as("connections, dials and timers of the driver").isZero();
    assertThat(bob.network.held()).isZero();
  }

  private TestNode node(String name, String host) {
    return new TestNode(time, net, local(HOME, name, 1), PeerSettings.DEFAULT, at(host));
  }

  private static PeerError error(TestNode node, String peer) {
    return node.status(peer).lastError().orElseThrow();
  }

  private static FakeNetwork.FakeConnection fake(TestNode node, String peer) {
    LiveConnection link = (LiveConnection) node.links.get(peer);
    return (FakeNetwork.FakeConnection) link.connection();
  }

  private static Refusal ours(RefusalReason reason) {
    return Refusal.ours(reason, "for this test");
  }

  private static ByteBuffer sync(String text) {
    return UTF_8.encode("@" + text);
  }
}

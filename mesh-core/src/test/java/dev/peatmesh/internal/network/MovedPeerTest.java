package dev.peatmesh.internal.network;

import static dev.peatmesh.internal.network.TestNode.HOME;
import static dev.peatmesh.internal.network.TestNode.at;
import static dev.peatmesh.internal.network.TestNode.local;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.PeerState;
import dev.peatmesh.internal.peers.PeerSettings;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A peer that is shown elsewhere than before is dialled there at once; hints are hints. */
class MovedPeerTest {
  private static final String ANN = "10.0.0.1";
  private static final String BOB = "10.0.0.2";

  private final VirtualTime time = new VirtualTime();
  private final FakeNetwork net = new FakeNetwork(time, false);

  @Test
  void podReplacedUnderItsNameIsLinkedAtItsNewAddressBeforeTheDeadLinkTimesOut() {
    TestNode ann = node("ann", 1, ANN);
    TestNode bob = node("bob", 1, BOB);
    ann.discovers("bob", BOB);
    time.advance(Duration.ofSeconds(30));

    bob.transport.vanish();
    node("bob", 2, "10.0.0.3");
    ann.discovers("bob", "10.0.0.3");
    time.advance(Duration.ofMillis(100));

    assertThat(ann.heard()).containsExactly("up bob", "down bob DUPLICATE_IDENTITY", "up bob");
    assertThat(ann.status("bob").lastError()).isEmpty();
  }

  @Test
  void podReplacedWhileTwoSourcesDisagreeIsLinkedWhenTheyAgree() {
    TestNode ann = node("ann", 1, ANN);
    TestNode bob = node("bob", 1, BOB);
    ann.discovers(Set.of("dns", "k8s"), "bob", BOB);
    time.advance(Duration.ofSeconds(30));

    bob.transport.vanish();
    node("bob", 2, "10.0.0.3");
    ann.discovers(Set.of("dns", "k8s"), "bob", "10.0.0.3", BOB);
    time.advance(Duration.ofMillis(100));
    assertThat(ann.heard()).as("it is still shown where it is linked").containsExactly("up bob");
    ann.discovers(Set.of("dns", "k8s"), "bob", "10.0.0.3");
    time.advance(Duration.ofMillis(100));

    assertThat(ann.heard()).containsExactly("up bob", "down bob DUPLICATE_IDENTITY", "up bob");
  }

  @Test
  void podReplacedBehindALinkThatItMadeIsDialledAtOnceToo() {
    TestNode ann = node("ann", 1, ANN);
    TestNode bob = node("bob", 1, BOB);
    bob.discovers("ann", ANN);
    time.advance(Duration.ofSeconds(1));
    ann.discovers("bob", BOB);
    time.advance(Duration.ofSeconds(30));
    assertThat(ann.heard()).containsExactly("up bob");

    bob.transport.vanish();
    node("bob", 2, "10.0.0.3");
    ann.discovers("bob", "10.0.0.3");
    time.advance(Duration.ofMillis(100));

    assertThat(ann.heard()).containsExactly("up bob", "down bob DUPLICATE_IDENTITY", "up bob");
  }

  @Test
  void linkWhoseAddressNobodyShowsAnyMoreIsKept() {
    TestNode ann = node("ann", 1, ANN);
    node("bob", 1, BOB);
    ann.discovers("bob", BOB, "10.9.0.1");
    time.advance(Duration.ofSeconds(30));

    ann.discovers("bob", "10.9.0.1");
    ann.discovers("bob", "10.9.0.2");
    time.advance(Duration.ofHours(1));

    assertThat(ann.heard()).containsExactly("up bob");
    assertThat(ann.status("bob").state()).isEqualTo(PeerState.CONNECTED);
    assertThat(net.dialsMade).as("one look at the new address, no more").isEqualTo(2);
  }

  @Test
  void newAddressIsDialledAtOnceWhileTheOldOneIsStillBeingTried() {
    TestNode ann = node("ann", 1, ANN);
    node("bob", 1, BOB);
    ann.discovers("bob", "10.9.0.1");
    time.advance(Duration.ofSeconds(1));
    assertThat(ann.status("bob").state()).isEqualTo(PeerState.DIALLING);

    ann.discovers("bob", BOB);
    time.advance(Duration.ofMillis(20));

    assertThat(ann.heard()).containsExactly("up bob");
  }

  private TestNode node(String name, long incarnation, String host) {
    return new TestNode(time, net, local(HOME, name, incarnation), PeerSettings.DEFAULT, at(host));
  }
}

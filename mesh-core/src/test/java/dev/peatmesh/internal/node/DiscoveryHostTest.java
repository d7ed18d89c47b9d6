package dev.peatmesh.internal.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.crypto.Formation;
import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.HybridDiscovery;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.internal.link.LocalNode;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Names and keys of one peer are one identity; people read the name. */
class DiscoveryHostTest {
  private static final Formation HOME =
      Formation.of("home", "a secret that all of them share".getBytes(UTF_8));
  private static final String BOB = HOME.endpointId("bob").hex();

  private final List<DiscoveryEvent> events = new ArrayList<>();
  private final DiscoveryHost host =
      new DiscoveryHost(
          HybridDiscovery.of(),
          new LocalNode(HOME.identity("self"), HOME, 1),
          4433,
          InstantSource.fixed(Instant.EPOCH),
          events::add);

  @Test
  void nameAndKeyOfOneNodeAreOneIdentity() {
    assertThat(host.identityOf("bob")).isEqualTo(BOB);
    assertThat(host.identityOf("bob")).isEqualTo(BOB);
    assertThat(host.identityOf(BOB.toUpperCase(Locale.ROOT))).isEqualTo(BOB);
    assertThat(host.identityOf("Bob")).isNotEqualTo(BOB);
  }

  @Test
  void whatCannotBeANodeNameIsAnIdentityOfItsOwn() {
    assertThat(host.identityOf("iroh:bob")).isEqualTo("iroh:bob");
  }

  @Test
  void peerFoundByItsKeyGoesByItsNameOnceThatIsKnown() {
    PeerInfo bob = PeerInfo.of(BOB, List.of(), Instant.EPOCH);
    host.publish(new DiscoveryEvent.PeerFound(bob));
    assertThat(host.identityOf("bob")).isEqualTo(BOB);
    host.publish(new DiscoveryEvent.PeerUpdated(bob));
    host.publish(new DiscoveryEvent.PeerLost(BOB));

    assertThat(events).extracting(DiscoveryEvent::nodeId).containsExactly(BOB, "bob", BOB);
  }

  @Test
  void rememberedNamesAreBounded() {
    Identities identities = new Identities(new LocalNode(HOME.identity("self"), HOME, 1), 10);
    identities.identityOf("bob");
    for (int i = 0; i < 10; i++) {
      identities.identityOf("n" + i);
    }

    assertThat(identities.nameOf(BOB)).as("the longest unused is forgotten").isEqualTo(BOB);
    assertThat(identities.nameOf(HOME.endpointId("n1").hex())).isEqualTo("n1");
  }
}

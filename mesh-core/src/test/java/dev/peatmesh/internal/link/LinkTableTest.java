package dev.peatmesh.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.crypto.DeviceId;
import dev.peatmesh.crypto.EndpointId;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkTableTest {
  private static final EndpointId LOW = new EndpointId("11".repeat(32));
  private static final EndpointId MIDDLE = new EndpointId("55".repeat(32));
  private static final EndpointId HIGH = new EndpointId("ff".repeat(32));

  private long lastConnection;

  @ParameterizedTest
  @CsvSource({
    // present: dialled by us, incarnation; candidate: likewise; peer is lower; what happens
    "true,  1, false, 1, false, REFUSE,  DUPLICATE_LINK",
    "true,  1, false, 1, true,  REPLACE, DUPLICATE_LINK",
    "false, 1, true,  1, false, REPLACE, DUPLICATE_LINK",
    "false, 1, true,  1, true,  REFUSE,  DUPLICATE_LINK",
    "true,  1, true,  1, true,  REPLACE, DUPLICATE_LINK",
    "true,  1, true,  1, false, REPLACE, DUPLICATE_LINK",
    "false, 1, false, 1, true,  REPLACE, DUPLICATE_LINK",
    "false, 1, false, 1, false, REPLACE, DUPLICATE_LINK",
    "true,  1, false, 2, false, REPLACE, DUPLICATE_IDENTITY",
    "false, 1, true,  2, true,  REPLACE, DUPLICATE_IDENTITY",
    "true,  2, true,  1, true,  REFUSE,  DUPLICATE_IDENTITY",
    "false, 2, true,  1, false, REFUSE,  DUPLICATE_IDENTITY",
    // unsigned: -1 is the newest of all
    "true,  1, false, -1, false, REPLACE, DUPLICATE_IDENTITY",
    "true, -1, true,  1, false, REFUSE,  DUPLICATE_IDENTITY",
  })
  void decidesWhichOfTwoLinksStays(
      boolean presentDialled,
      long presentIncarnation,
      boolean candidateDialled,
      long candidateIncarnation,
      boolean peerIsLower,
      String verdict,
      RefusalReason reason) {
    EndpointId peer = peerIsLower ? LOW : HIGH;
    LinkTable table = new LinkTable(MIDDLE, 10);
    Link present = link(peer, presentDialled, presentIncarnation);
    table.add(present);

    LinkTable.Verdict judged = table.judge(link(peer, candidateDialled, candidateIncarnation));

    if (judged instanceof LinkTable.Verdict.Replace replace) {
      assertThat(verdict).isEqualTo("REPLACE");
      assertThat(replace.present()).isEqualTo(present);
      assertThat(replace.why().reason()).isEqualTo(reason);
    } else {
      assertThat(verdict).isEqualTo("REFUSE");
      assertThat(((LinkTable.Verdict.Refuse) judged).refusal().reason()).isEqualTo(reason);
    }
  }

  @Test
  void firstLinkIsAdmitted() {
    assertThat(new LinkTable(MIDDLE, 1).judge(link(LOW, true, 1)))
        .isEqualTo(new LinkTable.Verdict.Admit());
  }

  @Test
  void linkBeyondTheLimitIsRefusedAsOverloaded() {
    LinkTable table = new LinkTable(MIDDLE, 1);
    table.add(link(LOW, true, 1));

    LinkTable.Verdict judged = table.judge(link(HIGH, true, 1));

    assertThat(((LinkTable.Verdict.Refuse) judged).refusal().reason())
        .isEqualTo(RefusalReason.OVERLOADED);
  }

  @Test
  void replacementNeedsNoFurtherPlace() {
    LinkTable table = new LinkTable(MIDDLE, 1);
    table.add(link(LOW, true, 1));

    assertThat(table.judge(link(LOW, true, 1))).isInstanceOf(LinkTable.Verdict.Replace.class);
  }

  @Test
  void removalGoesByConnectionSoThatALateEndDoesNotHitTheNewerLink() {
    LinkTable table = new LinkTable(MIDDLE, 10);
    Link older = link(LOW, true, 1);
    Link newer = link(LOW, true, 1);
    table.add(older);
    table.remove(older.connection());
    table.add(newer);

    assertThat(table.remove(older.connection())).isNull();
    assertThat(table.contains(LOW)).isTrue();
    assertThat(table.remove(newer.connection())).isEqualTo(newer);
    assertThat(table.size()).isZero();
  }

  private Link link(EndpointId peer, boolean dialled, long incarnation) {
    DeviceId device = new DeviceId("ab".repeat(16));
    return new Link(
        ++lastConnection,
        new PeerIdentity("peer", peer, device, incarnation),
        dialled,
        InetSocketAddress.createUnresolved("peer", 1),
        0);
  }
}

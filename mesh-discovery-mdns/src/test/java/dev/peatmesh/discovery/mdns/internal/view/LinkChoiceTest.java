package dev.peatmesh.discovery.mdns.internal.view;

import static dev.peatmesh.discovery.mdns.internal.view.Bench.ip;
import static dev.peatmesh.discovery.mdns.internal.view.Bench.nic;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LinkChoiceTest {
  private static final LinkChoice ALL = new LinkChoice(Set.of(), true, true);

  @Test
  void oneLinkPerInterfaceAndFamily() {
    assertThat(chosen(ALL, nic("eth0", 2, "10.0.0.1", "10.0.0.2", "fe80::1", "fd00::1")))
        .containsExactly("eth0/ipv4 10.0.0.1", "eth0/ipv6 fd00:0:0:0:0:0:0:1");
  }

  @Test
  void linkLocalAddressServesWhereThereIsNoOther() {
    assertThat(chosen(ALL, nic("eth0", 2, "fe80::1")))
        .containsExactly("eth0/ipv6 fe80:0:0:0:0:0:0:1");
  }

  @Test
  void addressInUseStaysWhenAnotherComesThatSortsBefore() {
    Map<LinkKey, LinkSpec> inUse =
        ALL.choose(List.of(nic("eth0", 2, "10.0.0.5")), Map.of()).links();

    assertThat(ALL.choose(List.of(nic("eth0", 2, "10.0.0.1", "10.0.0.5")), inUse).links())
        .hasEntrySatisfying(
            new LinkKey("eth0", false),
            link -> assertThat(link.address()).isEqualTo(ip("10.0.0.5")));
  }

  @Test
  void familiesCanBeLeftOut() {
    Nic eth0 = nic("eth0", 2, "10.0.0.1", "fe80::1");

    assertThat(chosen(new LinkChoice(Set.of(), false, true), eth0))
        .containsExactly("eth0/ipv6 fe80:0:0:0:0:0:0:1");
    assertThat(chosen(new LinkChoice(Set.of(), true, false), eth0))
        .containsExactly("eth0/ipv4 10.0.0.1");
  }

  @Test
  void interfaceIsNamedByItsAddressToo() {
    assertThat(
            chosen(
                new LinkChoice(Set.of("10.1.0.1"), true, true),
                nic("eth0", 2, "10.0.0.1"),
                nic("eth1", 3, "10.1.0.1")))
        .containsExactly("eth1/ipv4 10.1.0.1");
  }

  @Test
  void hostWithHundredsOfContainersUsesSixteenLinksAndMissesNone() {
    List<Nic> nics = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      nics.add(nic("veth" + i, 10 + i, "fe80::" + i));
    }
    nics.add(nic("wlan0", 900, "10.0.0.1"));
    LinkChoice.Chosen chosen = ALL.choose(nics, Map.of());

    assertThat(chosen.links()).hasSize(LinkChoice.LINKS_MAX);
    assertThat(chosen.links()).containsKey(new LinkKey("wlan0", false));
    assertThat(chosen.complaint()).isEmpty();
  }

  @Test
  void hostWithHundredsOfNetworksUsesSixteenAndSaysSo() {
    List<Nic> nics = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      nics.add(nic("eth" + i, 10 + i, "10.0." + i + ".1"));
    }
    LinkChoice.Chosen chosen = ALL.choose(nics, Map.of());

    assertThat(chosen.links()).hasSize(LinkChoice.LINKS_MAX);
    assertThat(chosen.complaint()).startsWith("200 links could be used; the first 16 are: [");
    assertThat(chosen.remedy()).contains("interfaces = eth0");
  }

  @Test
  void neighboursAreThoseOfTheSamePrefix() {
    LinkSpec link = only(nic("eth0", 2, "10.0.0.1"));

    assertThat(link.hasNeighbour(ip("10.0.0.254"))).isTrue();
    assertThat(link.hasNeighbour(ip("10.0.1.1"))).isFalse();
    assertThat(link.hasNeighbour(ip("8.8.8.8"))).isFalse();
    assertThat(link.hasNeighbour(ip("fe80::1"))).isFalse();
  }

  @Test
  void linkLocalNeighboursAreThoseOfTheSameInterface() throws Exception {
    LinkSpec link = only(nic("eth0", 2, "fe80::1"));

    assertThat(link.hasNeighbour(scoped(2))).isTrue();
    assertThat(link.hasNeighbour(scoped(3))).isFalse();
    assertThat(link.hasNeighbour(ip("2001:db8::1"))).isFalse();
  }

  @Test
  void prefixThatIsNotKnownMakesNobodyANeighbour() {
    for (int bits : new int[] {0, -1, 200}) {
      Nic.Address own = new Nic.Address(ip("10.0.0.1"), bits);

      assertThat(own.isNeighbour(ip("10.0.0.1"))).isTrue();
      assertThat(own.isNeighbour(ip("10.0.0.2"))).isFalse();
    }
  }

  @Test
  void zoneIsTheNameOfTheInterfaceOrItsNumber() {
    assertThat(only(nic("eth0", 2, "fe80::1")).zone()).isEqualTo("eth0");
    assertThat(only(nic("eth0:1", 7, "fe80::1")).zone()).isEqualTo("7");
  }

  private static InetAddress scoped(int index) throws UnknownHostException {
    return Inet6Address.getByAddress(null, ip("fe80::7").getAddress(), index);
  }

  private static LinkSpec only(Nic nic) {
    return ALL.choose(List.of(nic), Map.of()).links().values().iterator().next();
  }

  private static List<String> chosen(LinkChoice choice, Nic... nics) {
    return choice.choose(List.of(nics), Map.of()).links().values().stream()
        .map(link -> link.key() + " " + link.address().getHostAddress())
        .toList();
  }
}

package dev.peatmesh.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerAddressTest {
  @ParameterizedTest
  @CsvSource({
    "kitchen:11204, kitchen, 11204, false",
    "Kitchen.Example.ORG:1, kitchen.example.org, 1, false",
    "peat-mesh-0.peat-mesh.default.svc.cluster.local.:65535,"
        + " peat-mesh-0.peat-mesh.default.svc.cluster.local., 65535, false",
    "my_container:11204, my_container, 11204, false",
    "1password:80, 1password, 80, false",
    "10.0.0.255:11204, 10.0.0.255, 11204, true",
    "[::1]:11204, ::1, 11204, true",
    "[2001:DB8::1]:11204, 2001:db8::1, 11204, true",
    "[fe80::1%eth0]:11204, fe80::1%eth0, 11204, true",
    "[::ffff:10.0.0.1]:11204, ::ffff:10.0.0.1, 11204, true",
  })
  void hostAndPortAreRead(String text, String host, int port, boolean literal) {
    PeerAddress address = PeerAddress.parse(text);

    assertThat(address).isEqualTo(new PeerAddress(host, port));
    assertThat(address.isLiteral()).isEqualTo(literal);
    assertThat(PeerAddress.parse(address.toString())).isEqualTo(address);
  }

  @Test
  void bracketsBelongToTheTextAndNotToTheHost() {
    assertThat(new PeerAddress("[::1]", 1)).isEqualTo(new PeerAddress("::1", 1));
    assertThat(new PeerAddress("::1", 1)).hasToString("[::1]:1");
    assertThat(new PeerAddress("10.0.0.1", 1)).hasToString("10.0.0.1:1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kitchen | address(\"kitchen\"): has no port. Write host:port.",
        "[::1] | address(\"[::1]\"): has no port. Write host:port.",
        "::1:11204 | address(\"::1:11204\"): an IPv6 address needs brackets. Write [address]:port.",
        "a: | port(\"\"): is not a number from 1 to 65535.",
        "a:b | port(\"b\"): is not a number from 1 to 65535.",
        "a:+1 | port(\"+1\"): is not a number from 1 to 65535.",
        "a:0 | port(0): is not a number from 1 to 65535.",
        "a:65536 | port(65536): is not a number from 1 to 65535.",
        "a:999999 | port(\"999999\"): is not a number from 1 to 65535.",
        ":1 | host(\"\"): has 0 characters; 1 to 253 are allowed.",
        "10.0.0.256:1 | host(\"10.0.0.256\"): is not an IP address, and no host name ends in a"
            + " number.",
        "10.0.1:1 | host(\"10.0.1\"): is not an IP address, and no host name ends in a number.",
        "10.0.0.010:1 | host(\"10.0.0.010\"): is not an IP address, and no host name ends in a"
            + " number.",
        "10.0.0.1.:1 | host(\"10.0.0.1.\"): is not an IP address, and no host name ends in a"
            + " number.",
        "0.0.0.0:1 | host(\"0.0.0.0\"): means every address; a peer has one of its own.",
        "[::]:1 | host(\"[::]\"): means every address; a peer has one of its own.",
        "[:::1]:1 | host(\"[:::1]\"): is not an IPv6 address.",
        "[1:2]:1 | host(\"[1:2]\"): is not an IPv6 address.",
        "[g::1]:1 | host(\"[g::1]\"): is not an IPv6 address.",
        "[::1%]:1 | host(\"[::1%]\"): is not an IPv6 address.",
        "[::1%a b]:1 | host(\"[::1%a b]\"): is not an IPv6 address.",
        "[kitchen]:1 | host(\"[kitchen]\"): is not an IPv6 address.",
        "[10.0.0.1]:1 | host(\"[10.0.0.1]\"): is not an IPv6 address.",
        "a b:1 | host(\"a b\"): is neither a host name nor an IP address.",
        "a..b:1 | host(\"a..b\"): is neither a host name nor an IP address.",
        "-a:1 | host(\"-a\"): is neither a host name nor an IP address.",
        "a/b:1 | host(\"a/b\"): is neither a host name nor an IP address.",
      })
  void badAddressIsRefusedWithItsReason(String text, String message) {
    assertThatThrownBy(() -> PeerAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://a", "ä", ".", "..", "a\n", "a\u0000b", "[", "]", "[]", "%", ":"})
  void whatIsNoHostIsRefused(String host) {
    assertThatThrownBy(() -> new PeerAddress(host, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("host(");
  }

  @Test
  void hostHasAtMost253CharactersInLabelsOf63() {
    String label = "a".repeat(63);
    String longest = String.join(".", label, label, label, "a".repeat(61));

    assertThat(new PeerAddress(longest, 1).host()).hasSize(253);
    assertThatThrownBy(() -> new PeerAddress(longest + "a", 1))
        .hasMessageContaining("has 254 characters; 1 to 253 are allowed.");
    assertThatThrownBy(() -> new PeerAddress("a".repeat(64), 1))
        .hasMessageContaining("is neither a host name nor an IP address.");
    assertThatThrownBy(() -> PeerAddress.parse("x".repeat(1 << 20) + ":1"))
        .hasMessage(
            "host(\"" + "x".repeat(80) + "...\"): has 1048576 characters; 1 to 253 are allowed.");
  }
}

package dev.peatmesh.internal.quic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.runtime.MeshException.NetworkFailure;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class QuicAddressIT {
  @Test
  void aWildcardNodeIsReachedByBothFamiliesAndDialsBoth() throws Exception {
    assumeIpv6();
    try (QuicNode a = new QuicNode("a", at("0.0.0.0", 0));
        QuicNode b = new QuicNode("b", at("::1", 0));
        QuicNode c = new QuicNode("c", at("127.0.0.1", 0))) {
      for (String local : new String[] {"127.0.0.1", "::1"}) {
        QuicNode dialler = local.equals("::1") ? b : c;
        QuicNode.Link near =
            dialler.dial(new InetSocketAddress(local, a.address().getPort())).connected();
        QuicNode.Link far = a.nextAccepted();
        near.send((byte) 1);
        assertThat(far.inbox().next()).containsExactly(1);
        // IPv4 on a socket for both families must not appear in the clothes of IPv6.
        assertThat(far.connection().remoteAddress().getAddress())
            .isEqualTo(InetAddress.getByName(local));
      }
      for (QuicNode other : new QuicNode[] {b, c}) {
        a.dial(other.address(), other.identity.endpointId()).connected();
        assertThat(other.nextAccepted().connection().remoteId()).isEqualTo(a.identity.endpointId());
      }
    }
  }

  @Test
  void aPortInUseIsNamed() throws Exception {
    try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> new QuicNode("a", at("127.0.0.1", port)))
          .isInstanceOf(NetworkFailure.class)
          .hasMessage(
              "bindPort(%d): is in use at 127.0.0.1 by another program or node. Stop it, choose"
                      .formatted(port)
                  + " another port, or 0 for a free one.");
    }
  }

  @Test
  void anAddressOfAnotherMachineIsNamed() {
    assertThatThrownBy(() -> new QuicNode("a", at("192.0.2.1", 4711)))
        .isInstanceOf(NetworkFailure.class)
        .hasMessageStartingWith("bindAddress(/192.0.2.1:4711): cannot be used: ")
        .hasMessageEndingWith(
            "Choose an address of this machine and a port that this user may use.");
  }

  @Test
  void whoDialsFirstShowsThatItReceives() throws Exception {
    try (QuicNode a = new QuicNode("a");
        QuicNode b = new QuicNode("b");
        UdpRelay relay = new UdpRelay(b.address())) {
      a.dial(relay.address()).connected();
      // RFC 9000 section 17.2: a long header packet of type 3 is a Retry.
      assertThat(relay.answerTypes.get(0) & 0xf0).isEqualTo(0xf0);
    }
  }

  private static QuicSettings at(String address, int port) {
    return QuicSettings.defaults(new InetSocketAddress(address, port));
  }

  private static void assumeIpv6() {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("::1"))) {
      assertThat(socket.isBound()).isTrue();
    } catch (Exception absent) {
      Assumptions.abort("this machine has no IPv6");
    }
  }
}

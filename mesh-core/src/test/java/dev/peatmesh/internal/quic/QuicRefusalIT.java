package dev.peatmesh.internal.quic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.internal.quic.Stranger.Face;
import dev.peatmesh.internal.transport.Connection;
import dev.peatmesh.internal.transport.Refusal;
import dev.peatmesh.internal.transport.Transport;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each kind of stranger is refused with a reason of its own, which both sides learn. */
class QuicRefusalIT {
  private QuicNode node;

  @BeforeEach
  void start() {
    node = new QuicNode("a");
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void aWrongKeyAtTheRightAddress() throws Exception {
    EndpointId expected = QuicNode.id("somebody else");
    try (QuicNode b = new QuicNode("b")) {
      Refusal ours = b.dial(node.address(), expected).failed();
      assertThat(ours)
          .isEqualTo(
              Refusal.ours(
                  RefusalReason.WRONG_KEY,
                  "expected %s, proved %s".formatted(expected, node.identity.endpointId())));
      QuicNode.Refused there = node.nextRefused();
      assertThat(there.refusal().reason()).isEqualTo(RefusalReason.WRONG_KEY);
      assertThat(there.refusal().remote()).isTrue();
      assertThat(there.remote().getAddress()).isEqualTo(node.address().getAddress());
    }
  }

  @Test
  void oneOfSeveralExpectedKeysWillDo() throws Exception {
    try (QuicNode b = new QuicNode("b")) {
      b.dial(node.address(), QuicNode.id("x"), node.identity.endpointId()).connected();
      b.dial(node.address()).connected();
    }
  }

  @Test
  void noCertificate() throws Exception {
    refusedDialler(Face.without(), RefusalReason.NO_CLIENT_CERTIFICATE, "sent no certificate", 116);
  }

  @Test
  void anotherProtocol() throws Exception {
    refusedDialler(
        Face.of("b").withProtocols("other/9"),
        RefusalReason.PROTOCOL_MISMATCH,
        "does not speak peat-mesh/1",
        120);
  }

  /** BoringSSL does not even send a handshake without a protocol: QUIC demands one. */
  @Test
  void noProtocol() throws Exception {
    try (Stranger stranger = Stranger.dialler(Face.of("b").withProtocols())) {
      assertThat(stranger.dial(node.address())).failsWithin(QuicNode.PATIENCE);
      assertThat(node.accepted).isEmpty();
    }
  }

  @Test
  void aCertificateWithoutItsKey() throws Exception {
    refusedDialler(
        Face.of("b").signingAs(Face.of("c")),
        RefusalReason.WRONG_KEY,
        "showed the certificate of %s without its private key".formatted(QuicNode.id("b")),
        51);
  }

  @Test
  void twoCertificates() throws Exception {
    X509Certificate second = Face.of("c").chain()[0];
    refusedDialler(
        Face.of("b").withChain(Face.of("b").chain()[0], second),
        RefusalReason.PROTOCOL_VIOLATION,
        "sent 2 certificates; a node sends exactly one",
        42);
  }

  @Test
  void anAcceptorWithTwoCertificates() throws Exception {
    Face two = Face.of("b").withChain(Face.of("b").chain()[0], Face.of("c").chain()[0]);
    assertThat(dialled(two))
        .isEqualTo(
            Refusal.ours(
                RefusalReason.PROTOCOL_VIOLATION, "sent 2 certificates; a node sends exactly one"));
  }

  @Test
  void anAcceptorWithAnotherProtocol() throws Exception {
    assertThat(dialled(Face.of("b").withProtocols("other/9")))
        .isEqualTo(Refusal.theirs(RefusalReason.PROTOCOL_MISMATCH, "does not speak peat-mesh/1"));
  }

  @Test
  void anAcceptorWithoutProtocol() throws Exception {
    Refusal refusal = dialled(Face.of("b").withProtocols());
    assertThat(refusal.reason()).as("%s", refusal).isEqualTo(RefusalReason.PROTOCOL_MISMATCH);
  }

  @Test
  void anAcceptorWithACertificateWithoutItsKey() throws Exception {
    assertThat(dialled(Face.of("b").signingAs(Face.of("c"))))
        .isEqualTo(
            Refusal.ours(
                RefusalReason.WRONG_KEY,
                "showed the certificate of %s without its private key"
                    .formatted(QuicNode.id("b"))));
  }

  @Test
  void certificatesOfOtherKinds() throws Exception {
    for (Face face : List.of(Face.generated("EC"), Face.generated("RSA"))) {
      try (Stranger stranger = Stranger.dialler(face)) {
        stranger.dial(node.address());
        Refusal refusal = node.nextRefused().refusal();
        assertThat(refusal.reason()).as("%s", refusal).isEqualTo(RefusalReason.PROTOCOL_VIOLATION);
      }
      Refusal refusal = dialled(face);
      assertThat(refusal.reason()).as("%s", refusal).isEqualTo(RefusalReason.PROTOCOL_VIOLATION);
    }
  }

  @Test
  void garbageIsDroppedAndHarmsNobody() throws Exception {
    Random random = new Random(7);
    try (DatagramSocket socket = new DatagramSocket();
        QuicNode b = new QuicNode("b")) {
      for (int i = 0; i < 2000; i++) {
        byte[] garbage = new byte[random.nextInt(1500)];
        random.nextBytes(garbage);
        if (i % 2 == 0 && garbage.length > 5) {
          garbage[0] |= (byte) 0xc0; // Like an Initial packet of version 1.
          System.arraycopy(new byte[] {0, 0, 0, 1}, 0, garbage, 1, 4);
        }
        socket.send(new DatagramPacket(garbage, garbage.length, node.address()));
      }
      QuicNode.Pair pair = b.connect(node);
      pair.near().send((byte) 1);
      assertThat(pair.far().inbox().next()).containsExactly(1);
      assertThat(node.stats().handshakesUnderWay()).isZero();
    }
  }

  @Test
  void aFrameAnnouncedTooLong() throws Exception {
    try (Stranger stranger = Stranger.dialler(Face.of("b"))) {
      QuicChannel connection = stranger.dial(node.address()).get();
      QuicStreamChannel stream = stranger.openStream(connection, QuicStreamType.BIDIRECTIONAL);
      stream.writeAndFlush(Unpooled.buffer().writeInt(Transport.FRAME_BYTES_MAX + 1));
      Refusal refusal = node.nextAccepted().inbox().end();
      assertThat(refusal)
          .isEqualTo(
              Refusal.ours(
                  RefusalReason.PROTOCOL_VIOLATION,
                  "announced a frame of 8388609 bytes; the limit is 8388608"));
      QuicConnectionCloseEvent close = stranger.nextClose();
      assertThat(close.isApplicationClose()).isTrue();
      assertThat(close.error()).isEqualTo(CloseCode.of(RefusalReason.PROTOCOL_VIOLATION));
      assertThat(CloseCode.decode(close.reason())).isEqualTo(refusal.detail());
    }
  }

  @Test
  void aStreamThatDoesNotBeginWithASignOfLife() throws Exception {
    try (Stranger stranger = Stranger.dialler(Face.of("b"))) {
      QuicChannel connection = stranger.dial(node.address()).get();
      QuicStreamChannel stream = stranger.openStream(connection, QuicStreamType.BIDIRECTIONAL);
      stream.writeAndFlush(Unpooled.buffer().writeInt(1).writeByte(7));
      Inbox inbox = node.nextAccepted().inbox();
      assertThat(inbox.end())
          .isEqualTo(
              Refusal.ours(
                  RefusalReason.PROTOCOL_VIOLATION,
                  "began with a frame rather than a sign of life"));
      assertThat(inbox.frames).isEmpty();
    }
  }

  @Test
  void aStreamThatIsEndedOrBrokenOff() throws Exception {
    for (boolean reset : List.of(false, true)) {
      try (Stranger stranger = Stranger.dialler(Face.of("b"))) {
        QuicChannel connection = stranger.dial(node.address()).get();
        QuicStreamChannel stream = stranger.openStream(connection, QuicStreamType.BIDIRECTIONAL);
        stream.writeAndFlush(Unpooled.buffer().writeInt(0)).sync();
        QuicNode.Link link = node.nextAccepted();
        (reset ? stream.shutdown(9, stream.newPromise()) : stream.shutdownOutput()).sync();
        Refusal refusal = link.inbox().end();
        assertThat(refusal.reason()).as("%s", refusal).isEqualTo(RefusalReason.PROTOCOL_VIOLATION);
      }
    }
  }

  @Test
  void noOtherStreamsAreOffered() throws Exception {
    try (Stranger stranger = Stranger.dialler(Face.of("b"))) {
      QuicChannel connection = stranger.dial(node.address()).get();
      assertThat(connection.peerAllowedStreams(QuicStreamType.UNIDIRECTIONAL)).isZero();
      QuicStreamChannel stream = stranger.openStream(connection, QuicStreamType.BIDIRECTIONAL);
      stream.writeAndFlush(Unpooled.buffer().writeInt(0)).sync();
      node.nextAccepted();
      assertThat(connection.peerAllowedStreams(QuicStreamType.BIDIRECTIONAL)).isZero();
    }
  }

  @Test
  void nobodyAnswers() throws Exception {
    try (DatagramSocket silent = new DatagramSocket(0, node.address().getAddress());
        QuicNode b = new QuicNode("b", impatient())) {
      Refusal refusal = b.dial((InetSocketAddress) silent.getLocalSocketAddress()).failed();
      assertThat(refusal.reason()).isEqualTo(RefusalReason.UNREACHABLE);
      assertThat(b.stats().failures(RefusalReason.UNREACHABLE)).isOne();
      assertThat(b.stats().handshakesUnderWay()).isZero();
    }
  }

  @Test
  void anAddressWithoutARouteIsKnownAtOnce() throws Exception {
    // A node bound to the loopback address sends to no other.
    Refusal refusal = node.dial(new InetSocketAddress("192.0.2.1", 4711)).failed();
    assertThat(refusal.reason()).isEqualTo(RefusalReason.UNREACHABLE);
    assertThat(refusal.detail()).doesNotContain("within");
  }

  @Test
  void aHostNameThatDidNotResolve() throws Exception {
    Refusal refusal = node.dial(InetSocketAddress.createUnresolved("nowhere.test", 1)).failed();
    assertThat(refusal)
        .isEqualTo(Refusal.ours(RefusalReason.UNRESOLVED, "nowhere.test was not resolved"));
  }

  @Test
  void whoNeverOpensItsStreamLosesItsPlace() throws Exception {
    try (QuicNode b = new QuicNode("b", impatient());
        Stranger stranger = Stranger.dialler(Face.of("c"))) {
      stranger.dial(b.address()).get();
      QuicNode.Refused attempt = b.nextRefused();
      assertThat(attempt.refusal())
          .isEqualTo(
              Refusal.ours(
                  RefusalReason.HANDSHAKE_TIMEOUT, "the handshake did not end within PT0.3S"));
      assertThat(stranger.nextClose().error())
          .isEqualTo(CloseCode.of(RefusalReason.HANDSHAKE_TIMEOUT));
      assertThat(b.stats().handshakesUnderWay()).isZero();
    }
  }

  @Test
  void strangersBeyondTheLimitAreTurnedAway() throws Exception {
    try (QuicNode b = new QuicNode("b", QuicNode.settings().withConnections(10, 1));
        Stranger stranger = Stranger.dialler(Face.of("c"))) {
      stranger.dial(b.address()).get(); // Holds the one place, for it opens no stream.
      Refusal refusal = node.dial(b.address()).failed();
      assertThat(refusal)
          .isEqualTo(Refusal.theirs(RefusalReason.OVERLOADED, "no place for another connection"));
      assertThat(b.nextRefused().refusal().reason()).isEqualTo(RefusalReason.OVERLOADED);
    }
  }

  @Test
  void silentSourceLeavesPlacesForOthers() throws Exception {
    QuicSettings elsewhere = QuicSettings.defaults(new InetSocketAddress("127.0.0.2", 0));
    try (QuicNode b = new QuicNode("b", QuicNode.settings().withConnections(10, 4));
        QuicNode d = new QuicNode("d", elsewhere);
        Stranger stranger = Stranger.dialler(Face.of("c"))) {
      stranger.dial(b.address()).get(); // Holds the share of its address, for it opens no stream.
      assertThat(node.dial(b.address()).failed())
          .isEqualTo(
              Refusal.theirs(RefusalReason.OVERLOADED, "too many handshakes from one address"));

      d.connect(b);
    }
  }

  @Test
  void connectionsBeyondTheLimitAreTurnedAway() throws Exception {
    try (QuicNode b = new QuicNode("b", QuicNode.settings().withConnections(1, 10));
        QuicNode c = new QuicNode("c")) {
      QuicNode.Pair first = node.connect(b);
      assertThat(c.dial(b.address()).failed().reason()).isEqualTo(RefusalReason.OVERLOADED);
      node.close(first.near(), Refusal.ours(RefusalReason.LEFT, "making room"));
      first.far().inbox().end();
      c.connect(b);
    }
  }

  @Test
  void aDialThatIsCancelledIsHeardOfNoMore() throws Exception {
    try (QuicNode b = new QuicNode("b")) {
      List<String> heard = new CopyOnWriteArrayList<>();
      b.onLoop(
          () -> {
            Transport.Dial dial =
                b.transport.dial(
                    node.address(),
                    Set.of(),
                    new Transport.DialListener() {
                      @Override
                      public void connected(Connection connection) {
                        heard.add("connected");
                      }

                      @Override
                      public void failed(Refusal refusal) {
                        heard.add("failed");
                      }
                    });
            dial.cancel();
            dial.cancel();
            return null;
          });
      b.connect(node); // By then the first would have been heard of.
      assertThat(heard).isEmpty();
      assertThat(b.stats().handshakesUnderWay()).isZero();
      assertThat(b.stats().connectionsOpen()).isOne();
    }
  }

  private static QuicSettings impatient() {
    return QuicNode.settings()
        .withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofMillis(300));
  }

  private Refusal dialled(Face face) throws Exception {
    try (Stranger stranger = Stranger.acceptor(face)) {
      return node.dial(stranger.address()).failed();
    }
  }

  private void refusedDialler(Face face, RefusalReason reason, String detail, int alert)
      throws Exception {
    try (Stranger stranger = Stranger.dialler(face)) {
      stranger.dial(node.address());
      assertThat(node.nextRefused().refusal()).isEqualTo(Refusal.ours(reason, detail));
      QuicConnectionCloseEvent close = stranger.nextClose();
      assertThat(close).isNotNull();
      assertThat(QuicConnectionCloseEvent.extractTlsError(close.error())).isEqualTo(alert);
    }
  }
}

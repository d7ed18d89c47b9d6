package dev.peatmesh.internal.quic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.internal.quic.Stranger.Face;
import dev.peatmesh.internal.transport.Connection;
import dev.peatmesh.internal.transport.Refusal;
import dev.peatmesh.internal.transport.Transport;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QuicCloseIT {
  private static final QuicSettings QUICK =
      QuicNode.settings()
          .withTimeouts(Duration.ofSeconds(1), Duration.ofMillis(200), Duration.ofSeconds(5));

  private QuicNode a;
  private QuicNode b;

  @BeforeEach
  void start() {
    a = new QuicNode("a", QUICK);
    b = new QuicNode("b", QUICK);
  }

  @AfterEach
  void stop() {
    a.close();
    b.close();
  }

  @Test
  void reasonAndTextArrive() throws Exception {
    QuicNode.Pair pair = a.connect(b);
    Refusal refusal = Refusal.ours(RefusalReason.DUPLICATE_IDENTITY, "started 10 s later: größer");
    a.close(pair.near(), refusal);
    assertThat(pair.near().inbox().end()).isEqualTo(refusal);
    assertThat(pair.far().inbox().end())
        .isEqualTo(Refusal.theirs(refusal.reason(), refusal.detail()));
  }

  @Test
  void aLongTextIsCutBetweenCharacters() throws Exception {
    QuicNode.Pair pair = a.connect(b);
    b.close(pair.far(), Refusal.ours(RefusalReason.WRONG_SECRET, "€".repeat(500)));
    assertThat(pair.near().inbox().end())
        .isEqualTo(Refusal.theirs(RefusalReason.WRONG_SECRET, "€".repeat(170)));
  }

  @Test
  void anEmptyTextIsNoProblem() throws Exception {
    QuicNode.Pair pair = a.connect(b);
    b.close(pair.far(), Refusal.ours(RefusalReason.DUPLICATE_LINK, ""));
    assertThat(pair.near().inbox().end())
        .isEqualTo(Refusal.theirs(RefusalReason.DUPLICATE_LINK, ""));
  }

  @Test
  void framesBeforeTheEndArriveAndNothingAfter() throws Exception {
    QuicNode.Pair pair = a.connect(b);
    a.onLoop(
        () -> {
          pair.near().send((byte) 1);
          return null;
        });
    assertThat(pair.far().inbox().next()).containsExactly(1);
    a.close(pair.near(), Refusal.ours(RefusalReason.LEFT, "done"));
    pair.near().inbox().end();
    pair.near().send((byte) 2);
    pair.far().inbox().end();
    assertThat(pair.far().inbox().frames).isEmpty();
  }

  @Test
  void aSecondCloseChangesNothing() throws Exception {
    QuicNode.Pair pair = a.connect(b);
    a.close(pair.near(), Refusal.ours(RefusalReason.LEFT, "first"));
    a.close(pair.near(), Refusal.ours(RefusalReason.SELF, "second"));
    assertThat(pair.near().inbox().end().detail()).isEqualTo("first");
    assertThat(pair.far().inbox().end().detail()).isEqualTo("first");
    assertThat(a.stats().connectionsOpen()).isZero();
  }

  @Test
  void whoListensLateStillHearsTheEnd() throws Exception {
    CompletableFuture<Connection> silent = new CompletableFuture<>();
    a.onLoop(
        () ->
            a.transport.dial(
                b.address(),
                Set.of(),
                new Transport.DialListener() {
                  @Override
                  public void connected(Connection connection) {
                    silent.complete(connection);
                  }

                  @Override
                  public void failed(Refusal refusal) {
                    silent.completeExceptionally(new IOException(refusal.detail()));
                  }
                }));
    Connection connection = silent.get(15, TimeUnit.SECONDS);
    b.close(b.nextAccepted(), Refusal.ours(RefusalReason.OVERLOADED, "too many"));
    QuicNode.await("the end is known", () -> a.stats().connectionsOpen() == 0);
    Inbox inbox = new Inbox(connection, true);
    a.loop.execute(() -> connection.listen(inbox));
    assertThat(inbox.end()).isEqualTo(Refusal.theirs(RefusalReason.OVERLOADED, "too many"));
  }

  @Test
  void stoppingTellsPeersAndDialsUnderWay() throws Exception {
    QuicNode.Pair pair = a.connect(b);
    QuicNode.Dialled dial = a.dial(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9));
    a.close();
    assertThat(pair.far().inbox().end())
        .isEqualTo(Refusal.theirs(RefusalReason.LEFT, "this node stops"));
    assertThat(pair.near().inbox().end())
        .isEqualTo(Refusal.ours(RefusalReason.CLOSED, "this node stops"));
    assertThat(dial.failed().reason()).isEqualTo(RefusalReason.CLOSED);
  }

  @Test
  void anUnknownCodeIsAViolationAndSaysItsNumber() throws Exception {
    try (Stranger stranger = Stranger.dialler(Face.of("c"))) {
      QuicChannel connection = stranger.dial(a.address()).get();
      QuicStreamChannel stream = stranger.openStream(connection, QuicStreamType.BIDIRECTIONAL);
      stream.writeAndFlush(Unpooled.buffer().writeInt(0)).sync();
      QuicNode.Link link = a.nextAccepted();
      byte[] text = "new\nin version 9".getBytes(StandardCharsets.UTF_8);
      connection.close(true, 999, Unpooled.wrappedBuffer(text));
      assertThat(link.inbox().end())
          .isEqualTo(
              Refusal.theirs(
                  RefusalReason.PROTOCOL_VIOLATION,
                  "closed with the unknown code 999: new in version 9"));
    }
  }

  @Test
  void aSilentNetworkIsNoticedByBothSides() throws Exception {
    try (UdpRelay relay = new UdpRelay(b.address())) {
      QuicNode.Link near = a.dial(relay.address()).connected();
      QuicNode.Link far = b.nextAccepted();
      relay.cut();
      Refusal expected = Refusal.ours(RefusalReason.TIMED_OUT, "no sign of life within PT1S");
      assertThat(near.inbox().end()).isEqualTo(expected);
      assertThat(far.inbox().end()).isEqualTo(expected);
    }
  }

  @Test
  void aNetworkThatFallsSilentAmidATransferIsNamedSo() throws Exception {
    try (UdpRelay relay = new UdpRelay(b.address())) {
      QuicNode.Link near = a.dial(relay.address()).connected();
      QuicNode.Link far = b.nextAccepted();
      for (int i = 0; i < 100; i++) {
        near.send(new byte[1 << 20]);
      }
      far.inbox().next();
      relay.cut();
      Refusal expected = Refusal.ours(RefusalReason.TIMED_OUT, "no sign of life within PT1S");
      assertThat(near.inbox().end()).isEqualTo(expected);
      assertThat(far.inbox().end()).isEqualTo(expected);
    }
  }

  @Test
  void anIdleConnectionLivesOnSignsOfLife() throws Exception {
    QuicNode.Pair pair = a.connect(b);
    // Ten at 200 ms are twice the idle timeout.
    QuicNode.await("ten signs of life", () -> a.stats().keepAlivesIn() > 10);
    assertThat(pair.near().inbox().isOpen()).isTrue();
    assertThat(pair.far().inbox().isOpen()).isTrue();
    assertThat(a.stats().bytesOut()).isZero();
    assertThat(b.stats().framesIn()).isZero();
    assertThat(pair.near().inbox().frames).isEmpty();
  }

  @Test
  void aChangedPortOfTheDiallerIsFollowed() throws Exception {
    try (UdpRelay relay = new UdpRelay(b.address())) {
      QuicNode.Link near = a.dial(relay.address()).connected();
      QuicNode.Link far = b.nextAccepted();
      InetSocketAddress before = b.onLoop(far.connection()::remoteAddress);
      relay.rebind();
      near.send((byte) 1);
      assertThat(far.inbox().next()).containsExactly(1);
      far.send((byte) 2);
      assertThat(near.inbox().next()).containsExactly(2);
      assertThat(b.onLoop(far.connection()::remoteAddress)).isNotEqualTo(before);
    }
  }
}

package dev.peatmesh.internal.quic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class QuicBackPressureIT {
  private static final int FRAME = 64 << 10;
  private static final int UNCONSUMED = 1 << 20;
  private static final int HIGH_WATER = 512 << 10;

  /** What QUIC may hold for a reader that does not read: the library's own limit. */
  private static final int WINDOW = 16 << 20;

  private static final QuicSettings SMALL =
      QuicNode.settings().withBuffers(256 << 10, HIGH_WATER, 128 << 10, UNCONSUMED);

  @Test
  void aReaderThatDoesNotConsumeStopsTheSender() throws Exception {
    try (QuicNode a = new QuicNode("a", SMALL);
        QuicNode b = new QuicNode("b", SMALL, false)) {
      QuicNode.Pair pair = a.connect(b);
      Inbox inbox = pair.far().inbox();

      int sent = sendUntilStuck(pair.near());
      assertThat(pair.near().connection().writable()).isFalse();
      assertThat((long) sent * FRAME)
          .as("held by both sides and the network together")
          .isLessThan(UNCONSUMED + WINDOW + HIGH_WATER + 4L * FRAME);
      assertThat(inbox.frames.size())
          .as("delivered, not consumed")
          .isLessThanOrEqualTo(UNCONSUMED / FRAME + 2);
      assertThat(pair.near().inbox().isOpen()).isTrue();

      int consumed = 0;
      while (consumed < sent) {
        byte[] frame = inbox.next();
        assertThat(ByteBuffer.wrap(frame).getInt()).isEqualTo(consumed++);
        pair.far().connection().consumed(frame.length);
      }
      QuicNode.await("writable again", () -> pair.near().connection().writable());
      QuicNode.await("and told so", () -> pair.near().inbox().writableAgain.get() > 0);
    }
  }

  @Test
  void theOtherDirectionFlowsMeanwhile() throws Exception {
    try (QuicNode a = new QuicNode("a", SMALL);
        QuicNode b = new QuicNode("b", SMALL, false)) {
      QuicNode.Pair pair = a.connect(b);
      sendUntilStuck(pair.near());
      pair.far().send((byte) 5);
      assertThat(pair.near().inbox().next()).containsExactly(5);
    }
  }

  /** It cannot give signs of life, for its stream is stuck; but it can answer those it gets. */
  @Test
  void aStuckSenderIsNotTakenForDead() throws Exception {
    QuicSettings quick =
        SMALL.withTimeouts(Duration.ofSeconds(1), Duration.ofMillis(200), Duration.ofSeconds(5));
    try (QuicNode a = new QuicNode("a", quick);
        QuicNode b = new QuicNode("b", quick, false)) {
      QuicNode.Pair pair = a.connect(b);
      sendUntilStuck(pair.near());
      long heard = a.stats().keepAlivesIn();
      QuicNode.await("twice the idle time", () -> a.stats().keepAlivesIn() >= heard + 10);
      assertThat(pair.near().inbox().isOpen()).isTrue();
      assertThat(pair.far().inbox().isOpen()).isTrue();
      assertThat(pair.near().connection().writable()).isFalse();
    }
  }

  /** Sends whenever it may, until it has not been allowed to for a while. */
  private static int sendUntilStuck(QuicNode.Link link) throws InterruptedException {
    int sent = 0;
    long lastSent = System.nanoTime();
    while (System.nanoTime() - lastSent < 500_000_000L) {
      if (link.connection().writable()) {
        link.send(ByteBuffer.allocate(FRAME).putInt(sent++).array());
        lastSent = System.nanoTime();
      } else {
        Thread.onSpinWait();
      }
    }
    return sent;
  }
}

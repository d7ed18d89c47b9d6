package dev.peatmesh.internal.quic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.internal.transport.Transport;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QuicFramesIT {
  private QuicNode a;
  private QuicNode b;
  private QuicNode.Pair pair;

  @BeforeEach
  void connect() throws Exception {
    a = new QuicNode("a");
    b = new QuicNode("b");
    pair = a.connect(b);
  }

  @AfterEach
  void close() {
    a.close();
    b.close();
  }

  @Test
  void bothEndsKnowEachOther() {
    assertThat(pair.near().connection().remoteId()).isEqualTo(b.identity.endpointId());
    assertThat(pair.far().connection().remoteId()).isEqualTo(a.identity.endpointId());
    assertThat(pair.near().connection().dialled()).isTrue();
    assertThat(pair.far().connection().dialled()).isFalse();
    assertThat(a.onLoop(pair.near().connection()::remoteAddress)).isEqualTo(b.address());
    assertThat(b.onLoop(pair.far().connection()::remoteAddress).getAddress())
        .isEqualTo(a.address().getAddress());
  }

  @Test
  void oneByteGoesBothWays() throws Exception {
    pair.near().send((byte) 7);
    assertThat(pair.far().inbox().next()).containsExactly(7);
    pair.far().send((byte) 8);
    assertThat(pair.near().inbox().next()).containsExactly(8);
  }

  @Test
  void theLargestFrameArrivesWhole() throws Exception {
    byte[] largest = new byte[Transport.FRAME_BYTES_MAX];
    new Random(1).nextBytes(largest);
    pair.near().send(largest.clone());
    pair.far().send(largest.clone());
    assertThat(pair.far().inbox().next()).isEqualTo(largest);
    assertThat(pair.near().inbox().next()).isEqualTo(largest);
  }

  @Test
  void manySmallFramesArriveInOrder() throws Exception {
    int count = 10_000;
    for (int i = 0; i < count; i++) {
      pair.near().send(ByteBuffer.allocate(4 + i % 100).putInt(i).array());
    }
    for (int i = 0; i < count; i++) {
      byte[] frame = pair.far().inbox().next();
      assertThat(ByteBuffer.wrap(frame).getInt()).isEqualTo(i);
      assertThat(frame).hasSize(4 + i % 100);
    }
  }

  @Test
  void aFrameThatIsEmptyOrTooLongIsRefusedHere() {
    assertThatThrownBy(() -> pair.near().send())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("send(0 bytes): a frame has 1 to 8388608 bytes. Split what is larger.");
    assertThatThrownBy(() -> pair.near().send(new byte[Transport.FRAME_BYTES_MAX + 1]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void framesSentBeforeAnybodyListensAreDelivered() throws Exception {
    QuicNode.Pair second = b.connect(a);
    second.near().send((byte) 1);
    second.near().send((byte) 2);
    assertThat(second.far().inbox().next()).containsExactly(1);
    assertThat(second.far().inbox().next()).containsExactly(2);
  }
}

package dev.peatmesh.internal.quic;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SendQueueTest {
  private final SendQueue queue = new SendQueue(1000, 100);

  @Test
  void smallFramesShareAChunk() {
    queue.add(ByteBuffer.wrap(new byte[] {1}));
    queue.add(ByteBuffer.wrap(new byte[] {2, 3}));
    assertThat(chunk()).containsExactly(0, 0, 0, 1, 1, 0, 0, 0, 2, 2, 3);
    assertThat(queue.chunk(UnpooledByteBufAllocator.DEFAULT)).isNull();
  }

  @Test
  void aLargeFrameIsCutAndReadTogetherAgain() throws Exception {
    byte[] large = new byte[1_000_000];
    large[999_999] = 9;
    queue.add(ByteBuffer.wrap(new byte[65_530])); // Leaves 2 bytes: not enough for a length.
    queue.add(ByteBuffer.wrap(large));
    FrameReader reader = new FrameReader();
    List<ByteBuffer> frames = new ArrayList<>();
    ByteBuf chunk = queue.chunk(UnpooledByteBufAllocator.DEFAULT);
    while (chunk != null) {
      assertThat(chunk.readableBytes()).isLessThanOrEqualTo(64 << 10);
      for (ByteBuffer frame = reader.next(chunk); frame != null; frame = reader.next(chunk)) {
        frames.add(frame);
      }
      queue.taken(chunk.writerIndex());
      chunk.release();
      chunk = queue.chunk(UnpooledByteBufAllocator.DEFAULT);
    }
    assertThat(frames).containsExactly(ByteBuffer.wrap(new byte[65_530]), ByteBuffer.wrap(large));
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void isFullAboveHighWaterUntilLowWater() {
    queue.add(ByteBuffer.allocate(996));
    assertThat(queue.full()).isFalse();
    queue.add(ByteBuffer.allocate(1));
    assertThat(queue.full()).isTrue();
    assertThat(chunk()).hasSize(1005);
    assertThat(queue.taken(800)).isFalse();
    assertThat(queue.full()).isTrue();
    assertThat(queue.taken(105)).as("tells once that it ceased to be full").isTrue();
    assertThat(queue.full()).isFalse();
    assertThat(queue.taken(100)).isFalse();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void theBufferOfTheCallerMayBeASlice() {
    ByteBuffer whole = ByteBuffer.wrap(new byte[] {9, 1, 2, 9});
    whole.position(1).limit(3);
    queue.add(whole);
    assertThat(chunk()).containsExactly(0, 0, 0, 2, 1, 2);
  }

  private byte[] chunk() {
    ByteBuf chunk = queue.chunk(UnpooledByteBufAllocator.DEFAULT);
    byte[] bytes = new byte[chunk.readableBytes()];
    chunk.readBytes(bytes);
    chunk.release();
    return bytes;
  }
}

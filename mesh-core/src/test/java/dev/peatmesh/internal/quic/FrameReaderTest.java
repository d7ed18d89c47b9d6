package dev.peatmesh.internal.quic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.internal.transport.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
  @Test
  void framesAreTheSameHoweverTheBytesAreCut() throws Exception {
    Random random = new Random(3);
    List<ByteBuffer> frames = new ArrayList<>();
    ByteBuf stream = Unpooled.buffer();
    for (int i = 0; i < 300; i++) {
      byte[] frame = new byte[random.nextInt(i % 10 == 0 ? 20_000 : 40)];
      random.nextBytes(frame);
      frames.add(ByteBuffer.wrap(frame));
      stream.writeInt(frame.length).writeBytes(frame);
    }
    for (int piece : new int[] {1, 3, 7, 1000, 65_536, stream.readableBytes()}) {
      assertThat(read(stream.duplicate(), piece)).isEqualTo(frames);
    }
  }

  @Test
  void theLargestFrameIsTaken() throws Exception {
    byte[] largest = new byte[Transport.FRAME_BYTES_MAX];
    ByteBuf stream = Unpooled.buffer().writeInt(largest.length).writeBytes(largest);
    assertThat(read(stream, 65_536)).containsExactly(ByteBuffer.wrap(largest));
  }

  @Test
  void longerAnnouncementsAreIllegal() {
    for (int length : new int[] {Transport.FRAME_BYTES_MAX + 1, Integer.MAX_VALUE, -1}) {
      assertThatThrownBy(() -> new FrameReader().next(Unpooled.buffer().writeInt(length)))
          .isInstanceOf(FrameReader.IllegalFrame.class)
          .hasMessage(
              "announced a frame of %s bytes; the limit is 8388608"
                  .formatted(Integer.toUnsignedString(length)));
    }
  }

  /** As arrays of the announced size, these would be 80 GB. */
  @Test
  void anAnnouncementTakesNoMemory() throws Exception {
    List<FrameReader> readers = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      FrameReader reader = new FrameReader();
      ByteBuf start =
          Unpooled.buffer().writeInt(Transport.FRAME_BYTES_MAX).writeBytes(new byte[100]);
      assertThat(reader.next(start)).isNull();
      readers.add(reader);
    }
    assertThat(readers).hasSize(10_000);
  }

  private static List<ByteBuffer> read(ByteBuf stream, int piece) throws Exception {
    FrameReader reader = new FrameReader();
    List<ByteBuffer> frames = new ArrayList<>();
    while (stream.isReadable()) {
      ByteBuf part = stream.readSlice(Math.min(piece, stream.readableBytes()));
      ByteBuffer frame = reader.next(part);
      while (frame != null) {
        frames.add(frame);
        frame = reader.next(part);
      }
    }
    return frames;
  }
}

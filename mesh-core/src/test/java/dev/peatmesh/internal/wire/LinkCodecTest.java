package dev.peatmesh.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.crypto.DevicePublicKey;
import dev.peatmesh.crypto.FormationProof;
import dev.peatmesh.crypto.Nonce;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LinkCodecTest {
  private static final LinkFrame.Hello HELLO =
      new LinkFrame.Hello(
          "home", "ann", new DevicePublicKey("11".repeat(32)), 7, new Nonce("22".repeat(32)));

  @Test
  void helloComesBackAsItWas() {
    Trials.run(
        1_000,
        random -> {
          LinkFrame hello = hello(random);
          assertThat(LinkCodec.decode(LinkCodec.encode(hello))).isEqualTo(hello);
        });
  }

  @Test
  void proofComesBackAsItWas() {
    Trials.run(
        1_000,
        random -> {
          LinkFrame proof = LinkFrame.Proof.of(bytes(random, FormationProof.BYTES));
          assertThat(LinkCodec.decode(LinkCodec.encode(proof))).isEqualTo(proof);
        });
  }

  @Test
  void anyBytesAreAFrameOrMalformed() {
    Trials.run(
        1_000,
        random -> {
          byte[] bytes = bytes(random, random.nextInt(701));
          if (bytes.length > 0 && random.nextBoolean()) {
            bytes[0] = (byte) random.nextInt(4);
          }
          decodesOrIsMalformed(bytes);
        });
  }

  @Test
  void mutatedHelloIsAFrameOrMalformed() {
    Trials.run(
        1_000,
        random -> {
          byte[] bytes = mutatedHello(random);
          decodesOrIsMalformed(bytes);
          decodesOrIsMalformed(Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
        });
  }

  @Test
  void decodedFrameIsTheOnlySpellingOfItsBytes() {
    Trials.run(
        1_000,
        random -> {
          byte[] bytes = mutatedHello(random);
          try {
            LinkFrame decoded = LinkCodec.decode(ByteBuffer.wrap(bytes));
            if (!(decoded instanceof LinkFrame.OtherVersion)) {
              assertThat(LinkCodec.encode(decoded).array()).isEqualTo(bytes);
            }
          } catch (MalformedFrame malformed) {
            assertThat(malformed).hasMessageNotContaining("null");
          }
        });
  }

  @Test
  void layoutIsAsDocumented() {
    String hex = HexFormat.of().formatHex(LinkCodec.encode(HELLO).array());
    assertThat(hex)
        .isEqualTo(
            "01"
                + "0001"
                + "0000000000000007"
                + "11".repeat(32)
                + "22".repeat(32)
                + "0004"
                + "686f6d65"
                + "0003"
                + "616e6e");
  }

  @Test
  void everyShorterHelloIsMalformed() {
    byte[] whole = LinkCodec.encode(HELLO).array();
    for (int length = 0; length < whole.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(whole, 0, length);
      assertThatThrownBy(() -> LinkCodec.decode(cut)).isInstanceOf(MalformedFrame.class);
    }
  }

  @Test
  void bytesAfterTheLastFieldAreMalformed() {
    ByteBuffer whole = LinkCodec.encode(HELLO);
    ByteBuffer longer = ByteBuffer.allocate(whole.remaining() + 1).put(whole).put((byte) 0).flip();
    assertThatThrownBy(() -> LinkCodec.decode(longer)).hasMessageContaining("1 bytes too many");
  }

  @Test
  void textBeyondTheLimitIsMalformedBeforeItIsRead() {
    byte[] bytes = LinkCodec.encode(HELLO).array();
    int lengthAt = 1 + 2 + 8 + 32 + 32;
    bytes[lengthAt] = 1;
    bytes[lengthAt + 1] = 0;
    assertThatThrownBy(() -> LinkCodec.decode(ByteBuffer.wrap(bytes)))
        .hasMessage("formation id(256 bytes): is too long; 255 are the most");
  }

  @Test
  void nameThatNoNodeHasIsMalformed() {
    byte[] bytes = LinkCodec.encode(HELLO).array();
    bytes[bytes.length - 1] = '\n';
    assertThatThrownBy(() -> LinkCodec.decode(ByteBuffer.wrap(bytes)))
        .isInstanceOf(MalformedFrame.class)
        .hasMessageContaining("node name")
        .hasMessageNotContaining("\n");
  }

  @Test
  void brokenUtf8IsMalformed() {
    byte[] bytes = LinkCodec.encode(HELLO).array();
    bytes[bytes.length - 1] = (byte) 0xff;
    assertThatThrownBy(() -> LinkCodec.decode(ByteBuffer.wrap(bytes)))
        .hasMessage("node name: is not UTF-8");
  }

  @Test
  void otherVersionIsReadWhateverFollows() throws MalformedFrame {
    ByteBuffer other = ByteBuffer.wrap(new byte[] {1, 0, 9, 55, 55});
    assertThat(LinkCodec.decode(other)).isEqualTo(new LinkFrame.OtherVersion(9));
  }

  @Test
  void framesOfTheSyncLayerAreToldByTheirFirstByte() {
    for (int first = 0; first < 256; first++) {
      ByteBuffer frame = ByteBuffer.wrap(new byte[] {(byte) first, 1});
      assertThat(LinkCodec.isSync(frame)).isEqualTo(first >= 0x40 && first <= 0x7f);
    }
    assertThat(LinkCodec.isSync(ByteBuffer.allocate(0))).isFalse();
  }

  @Test
  void decodingLeavesTheBufferAsItWas() throws MalformedFrame {
    ByteBuffer frame = LinkCodec.encode(HELLO);
    int before = frame.remaining();
    LinkCodec.decode(frame);
    assertThat(frame.remaining()).isEqualTo(before);
  }

  private static LinkFrame.Hello hello(Random random) {
    return new LinkFrame.Hello(
        name(random),
        name(random),
        DevicePublicKey.of(bytes(random, 32)),
        random.nextLong(),
        Nonce.of(bytes(random, 32)));
  }

  private static byte[] mutatedHello(Random random) {
    byte[] bytes = LinkCodec.encode(hello(random)).array();
    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    return bytes;
  }

  private static String name(Random random) {
    String letters = "abcxyz0189-.ä漢";
    return random
        .ints(1 + random.nextInt(63), 0, letters.length())
        .mapToObj(i -> letters.substring(i, i + 1))
        .collect(Collectors.joining());
  }

  private static byte[] bytes(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static void decodesOrIsMalformed(byte[] bytes) {
    try {
      assertThat(LinkCodec.decode(ByteBuffer.wrap(bytes))).isNotNull();
    } catch (MalformedFrame malformed) {
      assertThat(malformed.getMessage()).isNotBlank();
    }
  }
}

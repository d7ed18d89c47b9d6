package dev.peatmesh.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.crypto.DevicePublicKey;
import dev.peatmesh.crypto.FormationProof;
import dev.peatmesh.crypto.Nonce;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class LinkCodecTest {
  private static final LinkFrame.Hello HELLO =
      new LinkFrame.Hello(
          "home", "ann", new DevicePublicKey("11".repeat(32)), 7, new Nonce("22".repeat(32)));

  @Property
  void helloComesBackAsItWas(@ForAll("hellos") LinkFrame.Hello hello) throws MalformedFrame {
    assertThat(LinkCodec.decode(LinkCodec.encode(hello))).isEqualTo(hello);
  }

  @Property
  void proofComesBackAsItWas(@ForAll @Size(FormationProof.BYTES) byte[] bytes)
      throws MalformedFrame {
    LinkFrame proof = LinkFrame.Proof.of(bytes);
    assertThat(LinkCodec.decode(LinkCodec.encode(proof))).isEqualTo(proof);
  }

  @Property
  void anyBytesAreAFrameOrMalformed(@ForAll @Size(max = 700) byte[] bytes) {
    decodesOrIsMalformed(bytes);
  }

  @Property
  void mutatedHelloIsAFrameOrMalformed(
      @ForAll("hellos") LinkFrame.Hello hello,
      @ForAll @IntRange(max = 1_000) int place,
      @ForAll byte value,
      @ForAll @IntRange(max = 1_000) int cut) {
    byte[] bytes = LinkCodec.encode(hello).array();
    bytes[place % bytes.length] = value;
    decodesOrIsMalformed(bytes);
    decodesOrIsMalformed(Arrays.copyOf(bytes, cut % (bytes.length + 1)));
  }

  @Property
  void decodedFrameIsTheOnlySpellingOfItsBytes(
      @ForAll("hellos") LinkFrame.Hello hello,
      @ForAll @IntRange(max = 1_000) int place,
      @ForAll byte value) {
    byte[] bytes = LinkCodec.encode(hello).array();
    bytes[place % bytes.length] = value;
    try {
      LinkFrame decoded = LinkCodec.decode(ByteBuffer.wrap(bytes));
      if (!(decoded instanceof LinkFrame.OtherVersion)) {
        assertThat(LinkCodec.encode(decoded).array()).isEqualTo(bytes);
      }
    } catch (MalformedFrame malformed) {
      assertThat(malformed).hasMessageNotContaining("null");
    }
  }

  @Example
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

  @Example
  void everyShorterHelloIsMalformed() {
    byte[] whole = LinkCodec.encode(HELLO).array();
    for (int length = 0; length < whole.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(whole, 0, length);
      assertThatThrownBy(() -> LinkCodec.decode(cut)).isInstanceOf(MalformedFrame.class);
    }
  }

  @Example
  void bytesAfterTheLastFieldAreMalformed() {
    ByteBuffer whole = LinkCodec.encode(HELLO);
    ByteBuffer longer = ByteBuffer.allocate(whole.remaining() + 1).put(whole).put((byte) 0).flip();
    assertThatThrownBy(() -> LinkCodec.decode(longer)).hasMessageContaining("1 bytes too many");
  }

  @Example
  void textBeyondTheLimitIsMalformedBeforeItIsRead() {
    byte[] bytes = LinkCodec.encode(HELLO).array();
    int lengthAt = 1 + 2 + 8 + 32 + 32;
    bytes[lengthAt] = 1;
    bytes[lengthAt + 1] = 0;
    assertThatThrownBy(() -> LinkCodec.decode(ByteBuffer.wrap(bytes)))
        .hasMessage("formation id(256 bytes): is too long; 255 are the most");
  }

  @Example
  void nameThatNoNodeHasIsMalformed() {
    byte[] bytes = LinkCodec.encode(HELLO).array();
    bytes[bytes.length - 1] = '\n';
    assertThatThrownBy(() -> LinkCodec.decode(ByteBuffer.wrap(bytes)))
        .isInstanceOf(MalformedFrame.class)
        .hasMessageContaining("node name")
        .hasMessageNotContaining("\n");
  }

  @Example
  void brokenUtf8IsMalformed() {
    byte[] bytes = LinkCodec.encode(HELLO).array();
    bytes[bytes.length - 1] = (byte) 0xff;
    assertThatThrownBy(() -> LinkCodec.decode(ByteBuffer.wrap(bytes)))
        .hasMessage("node name: is not UTF-8");
  }

  @Example
  void otherVersionIsReadWhateverFollows() throws MalformedFrame {
    ByteBuffer other = ByteBuffer.wrap(new byte[] {1, 0, 9, 55, 55});
    assertThat(LinkCodec.decode(other)).isEqualTo(new LinkFrame.OtherVersion(9));
  }

  @Example
  void framesOfTheSyncLayerAreToldByTheirFirstByte() {
    for (int first = 0; first < 256; first++) {
      ByteBuffer frame = ByteBuffer.wrap(new byte[] {(byte) first, 1});
      assertThat(LinkCodec.isSync(frame)).isEqualTo(first >= 0x40 && first <= 0x7f);
    }
    assertThat(LinkCodec.isSync(ByteBuffer.allocate(0))).isFalse();
  }

  @Example
  void decodingLeavesTheBufferAsItWas() throws MalformedFrame {
    ByteBuffer frame = LinkCodec.encode(HELLO);
    int before = frame.remaining();
    LinkCodec.decode(frame);
    assertThat(frame.remaining()).isEqualTo(before);
  }

  @Provide
  Arbitrary<LinkFrame.Hello> hellos() {
    Arbitrary<String> texts =
        Arbitraries.strings()
            .withChars('a', 'z')
            .withChars('0', '9')
            .withChars('-', '.', 'ä', '漢')
            .ofMinLength(1)
            .ofMaxLength(63);
    Arbitrary<byte[]> keys = Arbitraries.bytes().array(byte[].class).ofSize(32);
    return Combinators.combine(texts, texts, keys, Arbitraries.longs(), keys)
        .as(
            (formation, name, device, incarnation, nonce) ->
                new LinkFrame.Hello(
                    formation, name, DevicePublicKey.of(device), incarnation, Nonce.of(nonce)));
  }

  private static void decodesOrIsMalformed(byte[] bytes) {
    try {
      assertThat(LinkCodec.decode(ByteBuffer.wrap(bytes))).isNotNull();
    } catch (MalformedFrame malformed) {
      assertThat(malformed.getMessage()).isNotBlank();
    }
  }
}

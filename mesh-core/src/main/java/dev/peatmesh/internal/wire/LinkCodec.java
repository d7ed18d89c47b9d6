package dev.peatmesh.internal.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peatmesh.crypto.DevicePublicKey;
import dev.peatmesh.crypto.FormationProof;
import dev.peatmesh.crypto.Nonce;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * Link frames and their bytes. The first byte of a frame is its kind: {@code 01..3f} belong to the
 * link, {@code 40..7f} to the sync layer, the rest to nobody.
 *
 * <pre>
 * hello  01 | version u16 | incarnation u64 | device key 32 | nonce 32 | text | text
 * proof  02 | {@value FormationProof#BYTES} bytes
 * text   length u16, at most {@value #TEXT_BYTES_MAX} | UTF-8
 * </pre>
 *
 * The texts are formation id and node name. Numbers are big endian. Kind and version stay where
 * they are in every version to come. Nothing may follow the last field.
 */
public final class LinkCodec {
  /** The longest text. */
  public static final int TEXT_BYTES_MAX = 255;

  private static final byte HELLO = 0x01;
  private static final byte PROOF = 0x02;
  private static final byte SYNC_FIRST = 0x40;

  private static final int HELLO_FIXED_BYTES =
      1 + Short.BYTES + Long.BYTES + DevicePublicKey.BYTES + Nonce.BYTES;

  private LinkCodec() {}

  /** Whether the frame belongs to the sync layer. Looks at the first byte only. */
  public static boolean isSync(ByteBuffer frame) {
    // Signed bytes: 80..ff are negative, so one comparison refuses them.
    return frame.hasRemaining() && frame.get(frame.position()) >= SYNC_FIRST;
  }

  /** The frame as bytes, ready to be read. */
  public static ByteBuffer encode(LinkFrame frame) {
    if (frame instanceof LinkFrame.Hello hello) {
      return encodeHello(hello);
    }
    if (frame instanceof LinkFrame.Proof proof) {
      return ByteBuffer.allocate(1 + FormationProof.BYTES).put(PROOF).put(proof.bytes()).flip();
    }
    throw new AssertionError("never sent: " + frame);
  }

  /** Reads one frame of the link; leaves the buffer as it was. */
  public static LinkFrame decode(ByteBuffer frame) throws MalformedFrame {
    ByteBuffer in = frame.asReadOnlyBuffer();
    if (!in.hasRemaining()) {
      throw new MalformedFrame("frame(0 bytes): is empty");
    }
    byte kind = in.get();
    return switch (kind) {
      case HELLO -> decodeHello(in);
      case PROOF -> decodeProof(in);
      default -> throw new MalformedFrame("frame(kind %02x): is unknown here".formatted(kind));
    };
  }

  private static ByteBuffer encodeHello(LinkFrame.Hello hello) {
    byte[] formationId = hello.formationId().getBytes(UTF_8);
    byte[] nodeName = hello.nodeName().getBytes(UTF_8);
    int bytes = HELLO_FIXED_BYTES + 2 * Short.BYTES + formationId.length + nodeName.length;
    return ByteBuffer.allocate(bytes)
        .put(HELLO)
        .putShort((short) LinkFrame.VERSION)
        .putLong(hello.incarnation())
        .put(hello.device().bytes())
        .put(hello.nonce().bytes())
        .putShort((short) formationId.length)
        .put(formationId)
        .putShort((short) nodeName.length)
        .put(nodeName)
        .flip();
  }

  private static LinkFrame decodeHello(ByteBuffer in) throws MalformedFrame {
    need(in, Short.BYTES, "version");
    int version = Short.toUnsignedInt(in.getShort());
    if (version != LinkFrame.VERSION) {
      return new LinkFrame.OtherVersion(version);
    }
    need(in, HELLO_FIXED_BYTES - 1 - Short.BYTES, "incarnation, device key and nonce");
    long incarnation = in.getLong();
    DevicePublicKey device = DevicePublicKey.of(bytes(in, DevicePublicKey.BYTES));
    Nonce nonce = Nonce.of(bytes(in, Nonce.BYTES));
    String formationId = text(in, "formation id");
    String nodeName = text(in, "node name");
    nothingLeft(in);
    try {
      return new LinkFrame.Hello(formationId, nodeName, device, incarnation, nonce);
    } catch (IllegalArgumentException badText) {
      throw new MalformedFrame(String.valueOf(badText.getMessage()), badText);
    }
  }

  private static LinkFrame decodeProof(ByteBuffer in) throws MalformedFrame {
    need(in, FormationProof.BYTES, "proof");
    LinkFrame proof = LinkFrame.Proof.of(bytes(in, FormationProof.BYTES));
    nothingLeft(in);
    return proof;
  }

  private static String text(ByteBuffer in, String what) throws MalformedFrame {
    need(in, Short.BYTES, "length of the " + what);
    int length = Short.toUnsignedInt(in.getShort());
    if (length > TEXT_BYTES_MAX) {
      throw new MalformedFrame(
          "%s(%d bytes): is too long; %d are the most".formatted(what, length, TEXT_BYTES_MAX));
    }
    need(in, length, what);
    try {
      ByteBuffer utf8 = in.slice(in.position(), length);
      in.position(in.position() + length);
      return UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException notUtf8) {
      throw new MalformedFrame(what + ": is not UTF-8", notUtf8);
    }
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static void need(ByteBuffer in, int bytes, String what) throws MalformedFrame {
    if (in.remaining() < bytes) {
      throw new MalformedFrame(
          "frame: ends within the %s, %d of %d bytes".formatted(what, in.remaining(), bytes));
    }
  }

  private static void nothingLeft(ByteBuffer in) throws MalformedFrame {
    if (in.hasRemaining()) {
      throw new MalformedFrame("frame: goes on for %d bytes too many".formatted(in.remaining()));
    }
  }
}

package dev.peatmesh.discovery.mdns.internal.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.List;

/** Writes what this node asks and says itself; the answers are written by the responder. */
public final class MessageWriter {
  private static final int CLASS_IN = 1;
  private static final int TEXT_BYTES_MAX = 255;

  private MessageWriter() {}

  /**
   * A question to everyone, without known answers: who is known already shall answer too, for that
   * is how he proves that he is there.
   */
  public static byte[] query(List<DnsMessage.Question> questions) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    u16(out, 0);
    u16(out, 0);
    u16(out, questions.size());
    u16(out, 0);
    u16(out, 0);
    u16(out, 0);
    for (DnsMessage.Question question : questions) {
      for (String label : question.name().labels()) {
        byte[] utf8 = label.getBytes(UTF_8);
        out.write(utf8.length);
        out.writeBytes(utf8);
      }
      out.write(0);
      u16(out, question.type());
      u16(out, CLASS_IN);
    }
    return out.toByteArray();
  }

  /** The data of a text record; each text has at most 255 bytes of UTF-8. */
  public static byte[] text(List<String> strings) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String string : strings) {
      byte[] utf8 = string.getBytes(UTF_8);
      if (utf8.length > TEXT_BYTES_MAX) {
        throw new IllegalArgumentException(
            "text(%d bytes): has at most %d.".formatted(utf8.length, TEXT_BYTES_MAX));
      }
      out.write(utf8.length);
      out.writeBytes(utf8);
    }
    return out.toByteArray();
  }

  private static void u16(ByteArrayOutputStream out, int value) {
    out.write(value >>> 8);
    out.write(value);
  }
}

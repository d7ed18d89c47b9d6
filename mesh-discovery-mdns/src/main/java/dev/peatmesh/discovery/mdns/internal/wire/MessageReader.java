package dev.peatmesh.discovery.mdns.internal.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one message (RFC 1035, section 4; RFC 6762, section 18). Whoever is on the link sends what
 * he likes: every length is checked, every loop has an end, and memory is taken only for bytes that
 * are there. One per message; not thread-safe.
 */
public final class MessageReader {
  /** Counted sections longer than this are refused: no message of 9,000 bytes can hold more. */
  private static final int ENTRIES_MAX = 800;

  private static final int HEADER_BYTES = 12;
  private static final int TEXT_STRINGS_MAX = 128;
  private static final int POINTER_BITS = 0xC0;

  private final byte[] bytes;
  private final int end;
  private int at;

  private MessageReader(byte[] bytes, int end) {
    this.bytes = bytes;
    this.end = end;
  }

  /**
   * The message in the first {@code length} bytes.
   *
   * @throws MalformedMessageException when they are none
   */
  public static DnsMessage read(byte[] bytes, int length) throws MalformedMessageException {
    if (length > DnsMessage.BYTES_MAX) {
      throw new MalformedMessageException("is longer than " + DnsMessage.BYTES_MAX + " bytes");
    }
    return new MessageReader(bytes, length).message();
  }

  private DnsMessage message() throws MalformedMessageException {
    need(HEADER_BYTES);
    at = 2; // The id means nothing in multicast DNS (RFC 6762, section 18.1).
    int flags = u16();
    // Opcode and response code other than zero are to be ignored (sections 18.3, 18.11).
    if ((flags & 0x780F) != 0) {
      throw new MalformedMessageException("has an opcode or a response code");
    }
    int questionCount = u16();
    int recordCount = u16() + u16() + u16();
    if (questionCount + recordCount > ENTRIES_MAX) {
      throw new MalformedMessageException("counts more entries than it can hold");
    }
    List<DnsMessage.Question> questions = new ArrayList<>();
    for (int i = 0; i < questionCount; i++) {
      DnsName name = name();
      int type = u16();
      boolean byUnicast = (u16() & 0x8000) != 0; // The top bit of the class.
      questions.add(new DnsMessage.Question(name, type, byUnicast));
    }
    List<DnsRecord> records = new ArrayList<>();
    for (int i = 0; i < recordCount; i++) {
      DnsRecord read = record();
      if (read != null) {
        records.add(read);
      }
    }
    return new DnsMessage((flags & 0x8000) != 0, questions, records);
  }

  private @Nullable DnsRecord record() throws MalformedMessageException {
    DnsName name = name();
    int type = u16();
    // The top bit of the class says that other records of the name are to be flushed.
    boolean flush = (u16() & 0x8000) != 0;
    long ttl = u32();
    int length = u16();
    need(length);
    int next = at + length;
    DnsRecord read = data(name, type, flush, ttl, next);
    at = next;
    return read;
  }

  private @Nullable DnsRecord data(DnsName name, int type, boolean flush, long ttl, int next)
      throws MalformedMessageException {
    return switch (type) {
      case RecordType.A -> new DnsRecord.Address(name, ttl, address(next, 4), flush);
      case RecordType.AAAA -> new DnsRecord.Address(name, ttl, address(next, 16), flush);
      case RecordType.PTR -> new DnsRecord.Pointer(name, ttl, nameWithin(next));
      case RecordType.TXT -> new DnsRecord.Text(name, ttl, strings(next));
      case RecordType.SRV -> service(name, ttl, next);
      default -> null;
    };
  }

  private DnsRecord service(DnsName name, long ttl, int next) throws MalformedMessageException {
    if (next - at < 7) {
      throw new MalformedMessageException("has a service record that is too short");
    }
    at += 4; // Priority and weight: an instance stands alone.
    int port = u16();
    return new DnsRecord.Service(name, ttl, nameWithin(next), port);
  }

  private InetAddress address(int next, int length) throws MalformedMessageException {
    if (next - at != length) {
      throw new MalformedMessageException("has an address of a wrong length");
    }
    byte[] raw = new byte[length];
    System.arraycopy(bytes, at, raw, 0, length);
    try {
      return InetAddress.getByAddress(raw);
    } catch (UnknownHostException e) {
      throw new AssertionError("4 and 16 bytes are addresses", e);
    }
  }

  private List<String> strings(int next) throws MalformedMessageException {
    List<String> strings = new ArrayList<>();
    while (at < next) {
      int length = u8();
      if (length > next - at) {
        throw new MalformedMessageException("has a text that leaves its record");
      }
      String text = utf8(at, length);
      at += length;
      if (text != null && length > 0 && strings.size() < TEXT_STRINGS_MAX) {
        strings.add(text);
      }
    }
    return strings;
  }

  private DnsName nameWithin(int next) throws MalformedMessageException {
    DnsName name = name();
    if (at > next) {
      throw new MalformedMessageException("has a name that leaves its record");
    }
    return name;
  }

  /** Reads a name and goes behind it. */
  private DnsName name() throws MalformedMessageException {
    List<String> labels = new ArrayList<>();
    int total = 1;
    int back = -1;
    // A pointer must lead before the part that holds it (RFC 1035, section 4.1.4): so it ends.
    int partStart = at;
    while (true) {
      int length = u8();
      if (length == 0) {
        break;
      }
      if ((length & POINTER_BITS) == POINTER_BITS) {
        int target = ((length & 0x3F) << 8) | u8();
        if (target >= partStart || target < HEADER_BYTES) {
          throw new MalformedMessageException("has a name that points forward");
        }
        back = back < 0 ? at : back;
        at = target;
        partStart = target;
        continue;
      }
      total += 1 + length;
      if (length > DnsName.LABEL_BYTES_MAX || total > DnsName.BYTES_MAX) {
        throw new MalformedMessageException("has a name that is too long");
      }
      need(length);
      String label = utf8(at, length);
      if (label == null) {
        throw new MalformedMessageException("has a name that is no UTF-8");
      }
      labels.add(label);
      at += length;
    }
    at = back < 0 ? at : back;
    return new DnsName(labels);
  }

  /** The text; null when it is none. Strict: a replaced byte could make two names one. */
  private @Nullable String utf8(int from, int length) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, from, length))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private int u8() throws MalformedMessageException {
    need(1);
    return bytes[at++] & 0xFF;
  }

  private int u16() throws MalformedMessageException {
    return (u8() << 8) | u8();
  }

  private long u32() throws MalformedMessageException {
    return ((long) u16() << 16) | u16();
  }

  private void need(int count) throws MalformedMessageException {
    if (end - at < count) {
      throw new MalformedMessageException("ends too early");
    }
  }
}

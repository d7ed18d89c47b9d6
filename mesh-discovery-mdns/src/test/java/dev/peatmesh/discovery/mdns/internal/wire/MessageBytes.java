package dev.peatmesh.discovery.mdns.internal.wire;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes messages as other responders do, and worse. For tests. */
public final class MessageBytes {
  private final ByteArrayOutputStream questions = new ByteArrayOutputStream();
  private final ByteArrayOutputStream records = new ByteArrayOutputStream();
  private final int flags;
  private int questionCount;
  private int recordCount;

  private MessageBytes(int flags) {
    this.flags = flags;
  }

  public static MessageBytes response() {
    return new MessageBytes(0x8400);
  }

  public static MessageBytes query() {
    return new MessageBytes(0);
  }

  /** The whole announcement of a node, as one packet. */
  public static MessageBytes node(
      String label, String host, int port, String address, long ttl, String... texts) {
    DnsName service = DnsName.of("_peat", "_udp", "local");
    DnsName instance = service.child(label);
    DnsName target = DnsName.of(host, "local");
    return response()
        .ptr(service, ttl, instance)
        .srv(instance, ttl, target, port)
        .txt(instance, ttl, texts)
        .address(target, ttl, address);
  }

  public MessageBytes question(DnsName name, int type) {
    name(questions, name);
    u16(questions, type);
    u16(questions, 1);
    questionCount++;
    return this;
  }

  public MessageBytes ptr(DnsName name, long ttl, DnsName target) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    name(data, target);
    return record(name, RecordType.PTR, 1, ttl, data.toByteArray());
  }

  public MessageBytes srv(DnsName name, long ttl, DnsName host, int port) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    u16(data, 0);
    u16(data, 0);
    u16(data, port);
    name(data, host);
    return record(name, RecordType.SRV, 0x8001, ttl, data.toByteArray());
  }

  public MessageBytes txt(DnsName name, long ttl, String... texts) {
    return record(name, RecordType.TXT, 0x8001, ttl, MessageWriter.text(List.of(texts)));
  }

  public MessageBytes address(DnsName name, long ttl, String literal) {
    try {
      byte[] raw = InetAddress.getByName(literal).getAddress();
      return record(name, raw.length == 4 ? RecordType.A : RecordType.AAAA, 0x8001, ttl, raw);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(literal, e);
    }
  }

  public MessageBytes record(DnsName name, int type, int dnsClass, long ttl, byte[] data) {
    name(records, name);
    u16(records, type);
    u16(records, dnsClass);
    u16(records, (int) (ttl >>> 16));
    u16(records, (int) ttl);
    u16(records, data.length);
    records.writeBytes(data);
    recordCount++;
    return this;
  }

  public byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    u16(out, 0);
    u16(out, flags);
    u16(out, questionCount);
    u16(out, recordCount);
    u16(out, 0);
    u16(out, 0);
    out.writeBytes(questions.toByteArray());
    out.writeBytes(records.toByteArray());
    return out.toByteArray();
  }

  public DnsMessage message() {
    byte[] bytes = bytes();
    try {
      return MessageReader.read(bytes, bytes.length);
    } catch (MalformedMessageException e) {
      throw new AssertionError(e);
    }
  }

  private static void name(ByteArrayOutputStream out, DnsName name) {
    for (String label : name.labels()) {
      byte[] utf8 = label.getBytes(StandardCharsets.UTF_8);
      out.write(utf8.length);
      out.writeBytes(utf8);
    }
    out.write(0);
  }

  private static void u16(ByteArrayOutputStream out, int value) {
    out.write(value >>> 8);
    out.write(value);
  }
}

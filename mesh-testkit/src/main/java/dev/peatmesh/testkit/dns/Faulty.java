package dev.peatmesh.testkit.dns;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The bytes of an answer with a fault in it. Pure. */
final class Faulty {
  private static final byte[] GARBAGE_TAIL = {(byte) 0x84, 0, 1, 2, 3, (byte) 0xff, (byte) 0xc0};
  private static final int POINTER = 0xc0;

  private Faulty() {}

  /** The answer with that fault; empty when nothing is sent. */
  static Optional<byte[]> bytes(
      DnsFault fault, Message query, Zone zone, boolean datagram, int bytesMax) {
    Message answer = zone.answer(query);
    return switch (fault) {
      case SERVFAIL -> code(query, Rcode.SERVFAIL);
      case REFUSED -> code(query, Rcode.REFUSED);
      case UNPROVEN_NXDOMAIN -> code(query, Rcode.NXDOMAIN);
      case NXDOMAIN -> Optional.of(noName(query, zone).toWire(bytesMax));
      case DROP -> Optional.empty();
      case TRUNCATE -> Optional.of(datagram ? cut(query) : answer.toWire(bytesMax));
      case WRONG_ID -> Optional.of(withId(answer.toWire(bytesMax), query));
      case WRONG_QUESTION -> Optional.of(otherQuestion(query, zone).toWire(bytesMax));
      case GARBAGE -> Optional.of(garbage(query));
      case COMPRESSION_LOOP -> Optional.of(loop(query));
      case HUGE_TTL -> Optional.of(longLived(answer).toWire(bytesMax));
      case ALIAS_LOOP -> Optional.of(alias(query).toWire(bytesMax));
      case LYING_COUNTS -> Optional.of(lying(query));
    };
  }

  private static Optional<byte[]> code(Message query, int rcode) {
    Message answer = Zone.reply(query);
    answer.getHeader().setRcode(rcode);
    return Optional.of(answer.toWire());
  }

  private static Message noName(Message query, Zone zone) {
    Message answer = Zone.reply(query);
    answer.getHeader().setRcode(Rcode.NXDOMAIN);
    answer.getHeader().setFlag(Flags.AA);
    zone.addSoa(answer);
    return answer;
  }

  private static byte[] cut(Message query) {
    Message answer = Zone.reply(query);
    answer.getHeader().setFlag(Flags.TC);
    return answer.toWire();
  }

  private static byte[] withId(byte[] answer, Message query) {
    int other = query.getHeader().getID() ^ 0xffff;
    answer[0] = (byte) (other >> 8);
    answer[1] = (byte) other;
    return answer;
  }

  private static Message otherQuestion(Message query, Zone zone) {
    Message other = new Message(query.getHeader().getID());
    other.addRecord(
        Record.newRecord(
            Names.read("other." + zone.origin()), query.getQuestion().getType(), DClass.IN),
        Section.QUESTION);
    return zone.answer(other);
  }

  private static byte[] garbage(Message query) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(query.getHeader().getID() >> 8);
    bytes.write(query.getHeader().getID());
    bytes.writeBytes(GARBAGE_TAIL);
    return bytes.toByteArray();
  }

  /** A header, the question, and an answer whose name is a pointer to itself. */
  private static byte[] loop(Message query) {
    Message answer = Zone.reply(query);
    answer.getHeader().setFlag(Flags.AA);
    byte[] head = answer.toWire();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head);
    bytes.write(POINTER | head.length >> 8);
    bytes.write(head.length);
    bytes.writeBytes(new byte[] {0, Type.A, 0, DClass.IN, 0, 0, 0, 5, 0, 4, 127, 0, 0, 1});
    return withAnswerCount(bytes.toByteArray(), 1);
  }

  private static byte[] lying(Message query) {
    return withAnswerCount(Zone.reply(query).toWire(), 0xffff);
  }

  private static byte[] withAnswerCount(byte[] message, int count) {
    int at = Header.LENGTH / 2;
    message[at] = (byte) (count >> 8);
    message[at + 1] = (byte) count;
    return message;
  }

  private static Message alias(Message query) {
    Name name = query.getQuestion().getName();
    Message answer = Zone.reply(query);
    answer.addRecord(new CNAMERecord(name, DClass.IN, 5, name), Section.ANSWER);
    return answer;
  }

  private static Message longLived(Message answer) {
    Message longLived = Zone.reply(answer);
    longLived.getHeader().setFlag(Flags.AA);
    for (int section : List.of(Section.ANSWER, Section.AUTHORITY, Section.ADDITIONAL)) {
      for (Record record : answer.getSection(section)) {
        longLived.addRecord(
            Record.newRecord(
                record.getName(),
                record.getType(),
                record.getDClass(),
                Integer.MAX_VALUE,
                record.rdataToWireCanonical()),
            section);
      }
    }
    return longLived;
  }
}

package dev.peatmesh.testkit.dns;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * The records of one zone and the answers that they give: authoritative, with NXDOMAIN only where
 * neither the name nor one below it exists (RFC 8020), and the SOA with every "there is nothing"
 * (RFC 2308). Not thread-safe.
 */
final class Zone {
  private static final int ALIASES_MAX = 8;

  private final Name origin;
  private final Map<Name, List<Record>> records = new LinkedHashMap<>();
  private long negativeTtlSeconds = 5;
  private boolean glue = true;

  Zone(Name origin) {
    this.origin = origin;
  }

  Name origin() {
    return origin;
  }

  void negativeTtl(long seconds) {
    negativeTtlSeconds = seconds;
  }

  void glue(boolean added) {
    glue = added;
  }

  /** A name that exists, whether it has records or not. */
  void exists(Name name) {
    require(name);
    records.computeIfAbsent(name, n -> new ArrayList<>());
  }

  void add(Record record) {
    exists(record.getName());
    List<Record> there = records.getOrDefault(record.getName(), List.of());
    boolean alias = record.getType() == Type.CNAME;
    if (there.stream().anyMatch(other -> alias || other.getType() == Type.CNAME)) {
      throw new IllegalArgumentException(
          "record(%s): a name with an alias has no other record (RFC 1034, section 3.6.2)."
              .formatted(record));
    }
    there.add(record);
  }

  void remove(Name name) {
    records.remove(name);
  }

  /** Takes away the name and all below it. */
  void removeBelow(Name name) {
    records.keySet().removeIf(known -> known.subdomain(name));
  }

  void clear() {
    records.clear();
  }

  /** The answer to a query for one name of class IN. */
  Message answer(Message query) {
    Record question = query.getQuestion();
    Message answer = reply(query);
    if (!question.getName().subdomain(origin)) {
      answer.getHeader().setRcode(Rcode.REFUSED);
      return answer;
    }
    answer.getHeader().setFlag(Flags.AA);
    Name name = question.getName();
    for (int i = 0; i < ALIASES_MAX; i++) {
      List<Record> there = records.getOrDefault(name, List.of());
      if (question.getType() == Type.CNAME
          || there.isEmpty()
          || !(there.get(0) instanceof CNAMERecord alias)) {
        break;
      }
      answer.addRecord(alias, Section.ANSWER);
      name = alias.getTarget();
    }
    fill(answer, name, question.getType());
    return answer;
  }

  /** An answer without anything in it yet. */
  static Message reply(Message query) {
    Message answer = new Message(query.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    if (query.getHeader().getFlag(Flags.RD)) {
      answer.getHeader().setFlag(Flags.RD);
    }
    Record question = query.getQuestion();
    if (question != null) {
      answer.addRecord(question, Section.QUESTION);
    }
    return answer;
  }

  /** Says that the zone holds nothing of the kind. */
  void addSoa(Message answer) {
    answer.addRecord(
        new SOARecord(
            origin,
            DClass.IN,
            negativeTtlSeconds,
            under("ns", origin),
            under("hostmaster", origin),
            1,
            7200,
            1800,
            86400,
            negativeTtlSeconds),
        Section.AUTHORITY);
  }

  private void fill(Message answer, Name name, int type) {
    if (!name.subdomain(origin)) {
      return;
    }
    List<Record> matching =
        records.getOrDefault(name, List.of()).stream()
            .filter(record -> record.getType() == type)
            .toList();
    matching.forEach(record -> answer.addRecord(record, Section.ANSWER));
    if (glue) {
      addGlue(answer, matching);
    }
    if (matching.isEmpty()) {
      addSoa(answer);
      if (records.keySet().stream().noneMatch(known -> known.subdomain(name))) {
        answer.getHeader().setRcode(Rcode.NXDOMAIN);
      }
    }
  }

  private void addGlue(Message answer, List<Record> matching) {
    Set<Name> targets = new LinkedHashSet<>();
    matching.stream()
        .filter(SRVRecord.class::isInstance)
        .forEach(record -> targets.add(((SRVRecord) record).getTarget()));
    Set<Record> added = new HashSet<>();
    for (Name target : targets) {
      records.getOrDefault(target, List.of()).stream()
          .filter(record -> record.getType() == Type.A || record.getType() == Type.AAAA)
          .filter(added::add)
          .forEach(record -> answer.addRecord(record, Section.ADDITIONAL));
    }
  }

  private void require(Name name) {
    if (!name.subdomain(origin)) {
      throw new IllegalArgumentException(
          "name(%s): is not in the zone %s. Start the server with another zone, or \".\"."
              .formatted(name, origin));
    }
  }

  private static Name under(String label, Name origin) {
    return Names.read(origin.equals(Name.root) ? label : label + "." + origin);
  }
}

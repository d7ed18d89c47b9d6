package dev.peatmesh.discovery.dns;

import dev.peatmesh.discovery.dns.internal.Answer;
import dev.peatmesh.discovery.dns.internal.Answer.Target;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Turns the messages of one lookup into what they say. Pure. */
final class Reading {
  /** The most addresses that are read of one name. */
  private static final int ADDRESSES_MAX = 32;

  private static final Pattern ZEROS = Pattern.compile("(?<![0-9a-f])0(:0)+(?![0-9a-f])");

  private Reading() {}

  /**
   * What records say.
   *
   * @param answers every message of the lookup
   * @param records those of the asked type, at the end of all aliases; empty when there are none
   */
  static Answer of(List<Message> answers, List<Record> records, int type) {
    long ttlSeconds = ttlSeconds(answers);
    if (type == Type.SRV) {
      List<Target> targets = targets(answers, records);
      return targets.isEmpty()
          ? absent(answers, true)
          : new Answer.Services(targets, !isCut(answers.get(answers.size() - 1)), ttlSeconds);
    }
    List<String> hosts =
        records.stream().flatMap(Reading::host).distinct().limit(ADDRESSES_MAX).toList();
    return hosts.isEmpty() ? absent(answers, true) : new Answer.Addresses(hosts, true, ttlSeconds);
  }

  /** That there is nothing (RFC 2308, sections 2 and 5). */
  static Answer absent(List<Message> answers, boolean nameExists) {
    boolean proven =
        !answers.isEmpty()
            && answers.stream()
                .allMatch(
                    answer -> answer.getHeader().getFlag(Flags.AA) || soa(answer).isPresent());
    long ttlSeconds =
        answers.stream()
            .flatMap(answer -> soa(answer).stream())
            .mapToLong(soa -> Math.min(soa.getTTL(), soa.getMinimum()))
            .min()
            .orElse(0);
    return new Answer.Absent(nameExists, proven, ttlSeconds);
  }

  /**
   * Whether there were more records than fit, over TCP even. An answer is filled in the order of
   * its sections: one with glue in it has all its records, whatever it says of itself, as CoreDNS
   * says of glue that did not fit (against RFC 2181, section 9).
   */
  private static boolean isCut(Message answer) {
    return answer.getHeader().getFlag(Flags.TC)
        && answer.getSection(Section.ADDITIONAL).stream()
            .allMatch(record -> record.getType() == Type.OPT);
  }

  /** RFC 2782: a target of "." says that the service is decidedly not there. */
  private static List<Target> targets(List<Message> answers, List<Record> records) {
    Map<Name, List<String>> glue = glue(answers);
    List<Target> targets = new ArrayList<>();
    for (Record record : records) {
      if (record instanceof SRVRecord srv
          && srv.getPort() != 0
          && !srv.getTarget().equals(Name.root)) {
        Name host = srv.getTarget();
        targets.add(
            new Target(
                host.toString(true).toLowerCase(Locale.ROOT),
                srv.getPort(),
                glue.getOrDefault(host, List.of())));
      }
    }
    return targets;
  }

  /** Names compare without regard to case. */
  private static Map<Name, List<String>> glue(List<Message> answers) {
    Map<Name, List<String>> glue = new LinkedHashMap<>();
    if (answers.isEmpty()) {
      return glue;
    }
    for (Record record : answers.get(answers.size() - 1).getSection(Section.ADDITIONAL)) {
      List<String> hosts = glue.computeIfAbsent(record.getName(), name -> new ArrayList<>());
      host(record).filter(host -> hosts.size() < ADDRESSES_MAX).forEach(hosts::add);
    }
    return glue;
  }

  /** What nobody can be reached at is left out, as a hostile or mistaken zone may hold it. */
  private static Stream<String> host(Record record) {
    InetAddress address;
    if (record instanceof ARecord ipv4) {
      address = ipv4.getAddress();
    } else if (record instanceof AAAARecord ipv6) {
      address = ipv6.getAddress();
    } else {
      return Stream.empty();
    }
    boolean usable = !address.isAnyLocalAddress() && !address.isMulticastAddress();
    return usable ? Stream.of(shortened(address.getHostAddress())) : Stream.empty();
  }

  /** RFC 5952, section 4.2: the first of the longest runs of zeros of an IPv6 address goes. */
  private static String shortened(String address) {
    int start = 0;
    int end = 0;
    Matcher runs = ZEROS.matcher(address);
    while (runs.find()) {
      if (runs.end() - runs.start() > end - start) {
        start = runs.start();
        end = runs.end();
      }
    }
    if (end == 0) {
      return address;
    }
    String before = address.substring(0, start);
    String after = address.substring(end);
    return (before.endsWith(":") ? before : before + ":") + (after.isEmpty() ? ":" : after);
  }

  private static Optional<SOARecord> soa(Message answer) {
    return answer.getSection(Section.AUTHORITY).stream()
        .filter(SOARecord.class::isInstance)
        .map(SOARecord.class::cast)
        .findFirst();
  }

  /** The shortest one of all that led to the records: aliases and glue may end sooner. */
  private static long ttlSeconds(List<Message> answers) {
    return answers.stream()
        .flatMap(
            answer ->
                Stream.of(Section.ANSWER, Section.ADDITIONAL)
                    .flatMap(section -> answer.getSection(section).stream()))
        .filter(record -> record.getType() != Type.OPT)
        .mapToLong(Record::getTTL)
        .min()
        .orElse(0);
  }
}

package dev.peatmesh.discovery.dns.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One question and what became of it: the last records, and when to ask again. A failure never
 * takes records away; that there is nothing takes them away only when the zone says so, again and
 * again.
 */
final class Inquiry {
  /** So often in a row, and over so long a time, must the zone say that there is nothing. */
  static final int ABSENCES_MIN = 3;

  static final Duration ABSENT_FOR = Duration.ofSeconds(10);

  private final Pace pace;
  private long dueNanos;
  private @Nullable Answer latest;
  private @Nullable Answer records;
  private Instant seen = Instant.EPOCH;
  private int absences;
  private long absentSinceNanos;
  private int failures;

  Inquiry(Pace pace, long nowNanos) {
    this.pace = pace;
    this.dueNanos = nowNanos;
  }

  /**
   * Takes an answer.
   *
   * @param date when it came, for people
   */
  void answered(Answer answer, long nowNanos, Instant date) {
    latest = answer;
    if (answer instanceof Answer.Failed) {
      failures++;
      dueNanos = nowNanos + pace.afterFailure(failures);
      return;
    }
    failures = 0;
    if (answer instanceof Answer.Absent absent) {
      absent(absent, nowNanos);
      return;
    }
    absences = 0;
    seen = date;
    records = merged(answer);
    dueNanos = nowNanos + pace.afterRecords(ttlSeconds(answer));
  }

  /** Asks no later than at that time. */
  void hasten(long nanos) {
    if (nanos - dueNanos < 0) {
      dueNanos = nanos;
    }
  }

  long dueNanos() {
    return dueNanos;
  }

  boolean isAnswered() {
    return latest != null;
  }

  /** What the last answer was, records or not. */
  Optional<Answer> latest() {
    return Optional.ofNullable(latest);
  }

  /** When what stands was last confirmed. */
  Instant seen() {
    return seen;
  }

  /** What stands: the last records, unless they are known to be gone. */
  Optional<Answer.Services> services() {
    return records instanceof Answer.Services services ? Optional.of(services) : Optional.empty();
  }

  /** The addresses that stand; empty without any. */
  List<String> addresses() {
    return records instanceof Answer.Addresses addresses ? addresses.hosts() : List.of();
  }

  private void absent(Answer.Absent absent, long nowNanos) {
    dueNanos = nowNanos + pace.afterAbsence(absent.ttlSeconds());
    if (!absent.proven()) {
      return;
    }
    if (absences == 0) {
      absentSinceNanos = nowNanos;
    }
    absences = Math.min(absences + 1, ABSENCES_MIN);
    if (absences == ABSENCES_MIN && nowNanos - absentSinceNanos >= ABSENT_FOR.toNanos()) {
      records = null;
    }
  }

  /** What is missing in an answer that is not whole was perhaps not gone. */
  private Answer merged(Answer answer) {
    if (answer instanceof Answer.Services some && !some.whole()) {
      Map<String, Answer.Target> targets = new LinkedHashMap<>();
      Stream.concat(some.targets().stream(), services().stream().flatMap(s -> s.targets().stream()))
          .forEach(target -> targets.putIfAbsent(target.host() + ":" + target.port(), target));
      return new Answer.Services(
          targets.values().stream().limit(Plan.PEERS_MAX).toList(), false, some.ttlSeconds());
    }
    if (answer instanceof Answer.Addresses half && !half.whole()) {
      Set<String> hosts = new LinkedHashSet<>(half.hosts());
      hosts.addAll(addresses());
      return new Answer.Addresses(
          hosts.stream().limit(Roster.ADDRESSES_MAX).toList(), false, half.ttlSeconds());
    }
    return answer;
  }

  private static long ttlSeconds(Answer records) {
    if (records instanceof Answer.Services services) {
      return services.ttlSeconds();
    }
    if (records instanceof Answer.Addresses addresses) {
      return addresses.ttlSeconds();
    }
    throw new AssertionError("unhandled " + records);
  }
}

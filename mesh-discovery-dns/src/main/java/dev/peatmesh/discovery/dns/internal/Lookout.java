package dev.peatmesh.discovery.dns.internal;

import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.PeerAddress;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.discovery.dns.internal.Answer.Target;
import dev.peatmesh.discovery.dns.internal.Roster.Sighting;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides what to ask the DNS and when, and what the answers say of peers. Belongs to one thread;
 * holds at most {@link Plan#PEERS_MAX} peers and one question for each of their hosts.
 *
 * <p>Peers are taken from the SRV records of the service. What a user wrote down by name is asked
 * for besides, as far as the service does not show it.
 */
public final class Lookout {
  private final Plan plan;
  private final Predicate<String> self;
  private final Roster roster = new Roster();
  private final Map<String, Boolean> selves = new HashMap<>();
  private Map<Question, Inquiry> inquiries = new LinkedHashMap<>();
  private ServiceView view = ServiceView.EMPTY;

  /** When the last change was. */
  private long changedNanos;

  private int outages;
  private long pauseUntilNanos;
  private @Nullable String outage;

  /** The first question that met silence since anything was answered. */
  private @Nullable Question silent;

  /**
   * A lookout that knows nothing yet.
   *
   * @param self whether a node id is that of this node, which is never reported
   */
  public Lookout(Plan plan, Predicate<String> self, long nowNanos) {
    this.plan = plan;
    this.self = self;
    this.changedNanos = nowNanos;
    this.pauseUntilNanos = nowNanos;
    keepWanted(nowNanos);
  }

  /**
   * What to ask now: what is due longest. Empty when nothing is, or when no server answers.
   *
   * @param nowNanos when the round began, so that it ends: what falls due later is for the next
   */
  public Optional<Question> next(long nowNanos) {
    if (outage != null && nowNanos - pauseUntilNanos < 0) {
      return Optional.empty();
    }
    return inquiries.entrySet().stream()
        .filter(entry -> nowNanos - entry.getValue().dueNanos() >= 0)
        .min(Comparator.comparing(entry -> entry.getValue().dueNanos() - nowNanos))
        .map(Map.Entry::getKey);
  }

  /**
   * Takes the answer to a question that {@link #next} gave.
   *
   * @param date when it came, for {@link PeerInfo#lastSeen}
   */
  public void answered(Question question, Answer answer, long nowNanos, Instant date) {
    Inquiry inquiry = inquiries.get(question);
    if (inquiry == null) {
      throw new AssertionError("nobody asked for " + question);
    }
    inquiry.answered(answer, nowNanos, date);
    reachable(question, answer, nowNanos);
    if (question.kind() == Question.Kind.SERVICE) {
      view = viewOf(inquiry);
      settle(nowNanos);
    }
    // Which questions are worth asking follows from what there is, and from what there is not.
    if (question.kind() == Question.Kind.SERVICE || answer instanceof Answer.Absent) {
      keepWanted(nowNanos);
    }
  }

  /** What has changed since it was last asked for; to be called when nothing is due. */
  public List<DiscoveryEvent> events(long nowNanos) {
    List<DiscoveryEvent> events = roster.update(sightings());
    if (!events.isEmpty()) {
      changedNanos = nowNanos;
      settle(nowNanos);
    }
    return events;
  }

  /** When to call {@link #next} again. */
  public long wakeAtNanos(long nowNanos) {
    long due =
        inquiries.values().stream()
            .mapToLong(inquiry -> inquiry.dueNanos() - nowNanos)
            .min()
            .orElse(plan.pace().max().toNanos());
    long wait = outage == null ? due : Math.max(due, pauseUntilNanos - nowNanos);
    return nowNanos + Math.max(0, wait);
  }

  /** The peers told of so far, sorted. */
  public List<PeerInfo> peers() {
    return roster.peers();
  }

  /** Whether nothing is left to ask that could still change what is wrong. */
  public boolean isDiagnosed() {
    return outage != null || inquiries.values().stream().allMatch(Inquiry::isAnswered);
  }

  /** How it stands. */
  public DiscoveryStatus status() {
    return new Diagnosis(plan, inquiries, view, outage, roster.size()).status();
  }

  /** One name may be silent for reasons of its own; that two are in a row is an outage. */
  private void reachable(Question question, Answer answer, long nowNanos) {
    if (answer instanceof Answer.Failed failed && failed.unreachable()) {
      boolean another = silent != null && !silent.equals(question);
      silent = silent == null ? question : silent;
      if (outage == null && !another && inquiries.size() > 1) {
        return;
      }
      outages++;
      outage = failed.reason();
      pauseUntilNanos = nowNanos + plan.pace().afterFailure(outages);
      return;
    }
    outages = 0;
    outage = null;
    silent = null;
  }

  /** While things change the service is asked for more often than its time to live says. */
  private void settle(long nowNanos) {
    if (nowNanos - changedNanos >= Pace.SETTLING.toNanos()) {
      return;
    }
    serviceInquiry()
        .filter(inquiry -> inquiry.latest().filter(Answer.Services.class::isInstance).isPresent())
        .ifPresent(inquiry -> inquiry.hasten(nowNanos + plan.pace().shortest()));
  }

  private Optional<Inquiry> serviceInquiry() {
    return plan.service().map(service -> inquiries.get(Question.service(absolute(service.srv()))));
  }

  private ServiceView viewOf(Inquiry inquiry) {
    return plan.service()
        .flatMap(name -> inquiry.services().map(services -> ServiceView.of(services, name)))
        .orElse(ServiceView.EMPTY);
  }

  private void keepWanted(long nowNanos) {
    Map<Question, Inquiry> kept = new LinkedHashMap<>();
    for (Question question : wanted()) {
      Inquiry known = inquiries.get(question);
      kept.put(question, known == null ? new Inquiry(plan.pace(), nowNanos) : known);
    }
    inquiries = kept;
  }

  private Set<Question> wanted() {
    Set<Question> wanted = new LinkedHashSet<>();
    plan.service()
        .ifPresent(
            service -> {
              wanted.add(Question.service(absolute(service.srv())));
              service.kubernetes().ifPresent(of -> addDiagnostic(of, wanted));
            });
    view.targets().values().stream()
        .flatMap(List::stream)
        .filter(target -> target.glue().isEmpty())
        .forEach(target -> wanted.add(addressOf(target)));
    plan.names().stream()
        .filter(name -> !view.targets().containsKey(name.nodeId()))
        .forEach(name -> wanted.add(Question.address(name.host())));
    return wanted;
  }

  /** Where the service is missing, what of it there is. */
  private void addDiagnostic(ServiceName.Kubernetes service, Set<Question> wanted) {
    if (serviceInquiry().flatMap(Inquiry::latest).filter(Lookout::isAbsent).isEmpty()) {
      return;
    }
    Question host = Question.address(absolute(service.host()));
    wanted.add(host);
    Inquiry asked = inquiries.get(host);
    if (asked != null && asked.latest().filter(Lookout::isAbsent).isPresent()) {
      wanted.add(Question.address(absolute(service.namespaceHost())));
    }
  }

  private Map<String, Sighting> sightings() {
    Map<String, Sighting> now = new TreeMap<>();
    Instant seen = serviceInquiry().map(Inquiry::seen).orElse(Instant.EPOCH);
    view.targets()
        .forEach(
            (nodeId, targets) ->
                now.put(nodeId, new Sighting(targets.stream().flatMap(this::at).toList(), seen)));
    for (NamedHost name : plan.names()) {
      Inquiry inquiry = inquiries.get(Question.address(name.host()));
      if (!view.targets().containsKey(name.nodeId()) && inquiry != null) {
        addNamed(name, inquiry, now);
      }
    }
    selves.keySet().retainAll(now.keySet());
    now.keySet().removeIf(this::isSelf);
    return now;
  }

  private static void addNamed(NamedHost name, Inquiry inquiry, Map<String, Sighting> now) {
    List<PeerAddress> addresses =
        inquiry.addresses().stream().map(host -> new PeerAddress(host, name.port())).toList();
    if (!addresses.isEmpty()) {
      now.merge(
          name.nodeId(),
          new Sighting(addresses, inquiry.seen()),
          (one, other) ->
              new Sighting(
                  Stream.concat(one.addresses().stream(), other.addresses().stream()).toList(),
                  other.seen()));
    }
  }

  private Stream<PeerAddress> at(Target target) {
    List<String> hosts = target.glue();
    if (hosts.isEmpty()) {
      Inquiry inquiry = inquiries.get(addressOf(target));
      hosts = inquiry == null ? List.of() : inquiry.addresses();
    }
    return hosts.stream().map(host -> new PeerAddress(host, target.port()));
  }

  /** Who one is never changes, and telling may cost a key derivation. */
  private boolean isSelf(String nodeId) {
    return selves.computeIfAbsent(nodeId, self::test);
  }

  static Question addressOf(Target target) {
    return Question.address(absolute(target.host()));
  }

  static String absolute(String name) {
    return name + ".";
  }

  private static boolean isAbsent(Answer answer) {
    return answer instanceof Answer.Absent;
  }
}

package dev.peatmesh.discovery.mdns.internal.view;

import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.discovery.mdns.internal.wire.DnsMessage;
import dev.peatmesh.discovery.mdns.internal.wire.DnsName;
import dev.peatmesh.discovery.mdns.internal.wire.DnsRecord;
import dev.peatmesh.discovery.mdns.internal.wire.RecordType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * The links this node uses, who is there, and how that fares. One thread calls it; it does no I/O
 * and reads no clock: {@link #handle} takes what happened and when, and answers what is to be done.
 */
public final class View {
  private static final DnsMessage.Question WHO_IS_THERE =
      new DnsMessage.Question(Announcement.SERVICE, RecordType.PTR);

  /** Each distinct trouble is told once; beyond so many none is. */
  private static final int WARNED_MAX = 256;

  private static final long MISSING_PAUSE_NANOS = 1_000_000_000L;

  private final Announcement own;
  private final LinkChoice choice;
  private final long intervalNanos;
  private final RandomGenerator dice;
  private final Sightings sightings;
  private final Map<LinkKey, Link> links = new TreeMap<>();
  private final Set<LinkKey> closing = new HashSet<>();
  private final Set<String> warned = new HashSet<>();
  private LinkChoice.Chosen chosen = new LinkChoice.Chosen(Map.of(), "", "");
  private long askedMissingNanos;

  /**
   * A view without links.
   *
   * @param isSelf whether a node id is this node
   * @param expiry within this time who has gone silent is gone
   */
  public View(
      Announcement own,
      LinkChoice choice,
      Duration expiry,
      Predicate<String> isSelf,
      RandomGenerator dice,
      long nowNanos) {
    this.own = own;
    this.choice = choice;
    // Three calls and the wait for their answers fit in, with the jitter of calls.
    this.intervalNanos = expiry.toNanos() / (Sightings.MISSES_MAX + 1);
    this.dice = dice;
    this.sightings = new Sightings(own, isSelf);
    this.askedMissingNanos = nowNanos;
  }

  /** The peers as they were last seen, in the order in which they were found. */
  public List<PeerInfo> peers() {
    return sightings.peers();
  }

  /** What is to be done about the input. */
  public List<Effect> handle(Input input, long nowNanos, Instant now) {
    List<Effect> effects = new ArrayList<>();
    if (input instanceof Input.Nics nics) {
      choose(nics.nics(), nowNanos, effects);
    } else if (input instanceof Input.Opened opened) {
      opened(opened.link(), nowNanos, effects);
    } else if (input instanceof Input.Failed failed) {
      failed(failed.link(), failed.cause(), false, nowNanos, effects);
    } else if (input instanceof Input.Closed closed) {
      closing.remove(closed.link());
    } else if (input instanceof Input.Heard heard) {
      heard(heard.link(), heard.message(), nowNanos, now, effects);
    } else if (input instanceof Input.Tick) {
      tick(nowNanos, effects);
    } else {
      throw new AssertionError("unhandled input: " + input);
    }
    return effects;
  }

  /** How it fares: one cause, the gravest. */
  public DiscoveryStatus status() {
    List<Link> failing = failing();
    if (!failing.isEmpty()) {
      String causes = failing.stream().map(Link::cause).collect(Collectors.joining("; "));
      boolean sends = failing.stream().anyMatch(Link::isUnheard);
      return new DiscoveryStatus.Degraded(causes, sends ? Remedies.NOT_HEARD : Remedies.NO_SOCKET);
    }
    if (!chosen.complaint().isEmpty()) {
      return new DiscoveryStatus.Degraded(chosen.complaint(), chosen.remedy());
    }
    for (Map.Entry<String, String> twice : sightings.doubles().entrySet()) {
      return new DiscoveryStatus.Degraded(
          "the node id \"%s\" is used by two nodes at once: %s also answers%s"
              .formatted(
                  twice.getKey(),
                  twice.getValue(),
                  own.nodeId().equals(twice.getKey()) ? ", and this node bears it" : ""),
          Remedies.DOUBLE);
    }
    if (sightings.isFull()) {
      return new DiscoveryStatus.Degraded(
          "more than %d nodes announce themselves on this network; the others are left out"
              .formatted(Sightings.PEERS_MAX),
          Remedies.TOO_MANY);
    }
    return new DiscoveryStatus.Ok();
  }

  /** The links of interfaces that fail altogether: a named one, or every one there is. */
  private List<Link> failing() {
    Set<String> working =
        links.values().stream()
            .filter(link -> link.cause().isEmpty())
            .map(link -> link.spec().key().nic())
            .collect(Collectors.toSet());
    boolean everyOneCounts = !choice.interfaces().isEmpty() || working.isEmpty();
    return links.values().stream()
        .filter(link -> everyOneCounts && !working.contains(link.spec().key().nic()))
        .toList();
  }

  private void choose(List<Nic> nics, long nowNanos, List<Effect> effects) {
    Map<LinkKey, LinkSpec> inUse = new TreeMap<>();
    links.forEach((key, link) -> inUse.put(key, link.spec()));
    chosen = choice.choose(nics, inUse);
    links
        .values()
        .removeIf(
            link -> {
              LinkSpec wanted = chosen.links().get(link.spec().key());
              boolean stays = wanted != null && link.spec().serves(wanted);
              if (!stays && link.isOpen()) {
                close(link.spec().key(), effects);
              } else if (!stays && link.isOpening()) {
                closing.add(link.spec().key()); // Closed as soon as it is open.
              }
              return !stays;
            });
    chosen
        .links()
        .forEach((key, s) -> links.computeIfAbsent(key, k -> new Link(s, intervalNanos, nowNanos)));
    openDue(nowNanos, effects);
  }

  private void openDue(long nowNanos, List<Effect> effects) {
    for (Link link : links.values()) {
      // Two responders on one link would take each other for a stranger with the same name.
      if (!closing.contains(link.spec().key()) && link.startsToOpen(nowNanos)) {
        effects.add(new Effect.Open(link.spec()));
      }
    }
  }

  private void close(LinkKey key, List<Effect> effects) {
    closing.add(key);
    effects.add(new Effect.Close(key));
  }

  private void opened(LinkKey key, long nowNanos, List<Effect> effects) {
    Link link = links.get(key);
    if (link == null || !link.isOpening()) {
      close(key, effects); // It was wanted no more before it was there.
      return;
    }
    link.opened(nowNanos);
    sightings.opened(key);
  }

  private void failed(
      LinkKey key, String cause, boolean isUnheard, long nowNanos, List<Effect> effects) {
    closing.add(key);
    Link link = links.get(key);
    if (link == null) {
      return;
    }
    String told =
        "multicast DNS does not work on %s (%s): %s"
            .formatted(key, link.spec().address().getHostAddress(), cause);
    link.failed(told, isUnheard, nowNanos);
    if (warned.size() < WARNED_MAX && warned.add(told)) {
      effects.add(new Effect.Warn("multicast DNS fails on a link", "cause", told));
    }
  }

  private void heard(
      LinkKey key, DnsMessage message, long nowNanos, Instant now, List<Effect> effects) {
    Link link = links.get(key);
    if (link == null || !link.isOpen()) {
      return;
    }
    if (!message.isResponse()) {
      if (isCall(message) && link.hearsCall(nowNanos, jitter())) {
        sightings.called(key, nowNanos);
      }
      return;
    }
    echo(link, message, effects);
    publish(sightings.heard(link.spec(), message, nowNanos, now), effects);
  }

  /**
   * Whether it asks everyone, to be answered to everyone. With known answers it asks only those who
   * are not among them.
   */
  private static boolean isCall(DnsMessage query) {
    return query.records().isEmpty() && query.questions().contains(WHO_IS_THERE);
  }

  private void echo(Link link, DnsMessage message, List<Effect> effects) {
    for (DnsRecord record : message.records()) {
      if (record instanceof DnsRecord.Text text
          && text.ttlSeconds() > 0
          && text.name().isChildOf(Announcement.SERVICE)
          && text.strings().contains(PeerText.RUN + "=" + own.run())) {
        link.echoed();
        sayRenamed(text.name(), effects);
      }
    }
  }

  private void sayRenamed(DnsName name, List<Effect> effects) {
    if (!name.equals(own.instance()) && warned.size() < WARNED_MAX && warned.add(name.toString())) {
      effects.add(
          new Effect.Warn(
              "another node announces the same service instance; this one took another name",
              "instance",
              name.toString()));
    }
  }

  private void tick(long nowNanos, List<Effect> effects) {
    openDue(nowNanos, effects);
    Set<LinkKey> open = new HashSet<>();
    for (Link link : links.values()) {
      LinkKey key = link.spec().key();
      if (link.isDeaf(nowNanos)) {
        close(key, effects);
        failed(key, "what this node sends there does not come back", true, nowNanos, effects);
      } else if (link.isOpen()) {
        open.add(key);
      }
      if (link.isDueToCall(nowNanos)) {
        effects.add(new Effect.Ask(key, List.of(WHO_IS_THERE)));
        if (link.calls(nowNanos, jitter())) {
          sightings.called(key, nowNanos);
        }
      }
    }
    askForMissing(open, nowNanos, effects);
    publish(sightings.tick(open, nowNanos), effects);
  }

  private void askForMissing(Set<LinkKey> open, long nowNanos, List<Effect> effects) {
    if (nowNanos - askedMissingNanos < MISSING_PAUSE_NANOS) {
      return;
    }
    askedMissingNanos = nowNanos;
    for (LinkKey key : open) {
      List<DnsMessage.Question> questions = sightings.missing(key);
      if (!questions.isEmpty()) {
        effects.add(new Effect.Ask(key, questions));
      }
    }
  }

  private double jitter() {
    return 0.9 + 0.2 * dice.nextDouble();
  }

  private static void publish(List<DiscoveryEvent> events, List<Effect> effects) {
    events.forEach(event -> effects.add(new Effect.Publish(event)));
  }
}

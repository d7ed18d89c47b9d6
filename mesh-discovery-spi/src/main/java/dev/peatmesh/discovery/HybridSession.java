package dev.peatmesh.discovery;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A hybrid from its start to its stop: takes what members publish, on whatever thread, into the
 * union, and hands on what follows on the thread of the hybrid. A member never waits for the
 * subscriber, and the subscriber hears one event at a time. Thread-safe.
 */
final class HybridSession implements Member.Host {
  private static final Logger LOG = LoggerFactory.getLogger(HybridSession.class);

  private static final String PUBLISHED_LATE = "published after its stop";
  private static final String PUBLISHED_NULL = "published null";

  private record Complaint(String strategy, String text) {}

  private final DiscoveryContext outer;
  private final Driver driver;
  private final List<Member> members;
  private final HybridSettings settings;
  private final SplittableRandom random;
  private final PeerUnion union;
  private final Outbox outbox = new Outbox();
  private final Set<Complaint> complaints = new HashSet<>();
  private boolean delivering;
  private boolean waiting;
  private boolean closed;

  HybridSession(
      DiscoveryContext outer, Driver driver, List<Member> members, HybridSettings settings) {
    this.outer = outer;
    this.driver = driver;
    this.members = members;
    this.settings = settings;
    this.union = new PeerUnion(members.stream().map(Member::name).toList(), settings);
    // Seeded by the node: nodes that start together do not retry together.
    this.random = new SplittableRandom(outer.nodeId().hashCode());
  }

  /** From now on nothing is taken and nothing is handed on. */
  synchronized void close() {
    closed = true;
  }

  /** What is known now. */
  synchronized List<PeerInfo> peers() {
    return closed ? List.of() : union.peers();
  }

  /** What each member says of a peer now. */
  Map<String, List<PeerInfo>> said(String nodeId) {
    String identity = identityOf(nodeId);
    synchronized (this) {
      return closed ? Map.of() : union.said(identity);
    }
  }

  /** How many peers of a member have no place. */
  synchronized int dropped(Member member) {
    return union.dropped(members.indexOf(member));
  }

  @Override
  public Driver driver() {
    return driver;
  }

  @Override
  public MemberContext newContext(Member member) {
    return new MemberContext(outer, member, this);
  }

  @Override
  public void withdraw(Member member) {
    handle(new PeerUnion.Input.Withdrawn(members.indexOf(member)), null);
  }

  @Override
  public void retryLater(Member member, int failures) {
    long longest = settings.retryMin().toNanos();
    for (int i = 1; i < failures && longest < settings.retryMax().toNanos(); i++) {
      longest *= 2;
    }
    longest = Math.min(longest, settings.retryMax().toNanos());
    Duration wait;
    synchronized (this) {
      wait = Duration.ofNanos(longest - random.nextLong(longest / 2 + 1));
    }
    driver.schedule(wait, () -> member.retry(this));
  }

  /** A member published an event. Returns at once and never throws. */
  void published(MemberContext by, @Nullable DiscoveryEvent event) {
    if (event == null) {
      complain(by.member().name(), PUBLISHED_NULL, "");
      return;
    }
    // May cost a key derivation: not under the lock.
    String identity = identityOf(event.nodeId());
    int source = members.indexOf(by.member());
    handle(new PeerUnion.Input.Heard(source, identity, event), by);
  }

  private void handle(PeerUnion.Input input, @Nullable MemberContext by) {
    synchronized (this) {
      if (by != null && by.isEnded()) {
        complain(by.member().name(), PUBLISHED_LATE, "");
        return;
      }
      if (closed) {
        return;
      }
      take(union.handle(input, driver.nanoTime()));
    }
  }

  private void take(List<PeerUnion.Effect> effects) {
    for (PeerUnion.Effect effect : effects) {
      if (effect instanceof PeerUnion.Effect.Publish publish) {
        outbox.add(publish.event());
      } else if (effect instanceof PeerUnion.Effect.Complain complaint) {
        String name = members.get(complaint.source()).name();
        complain(name, complaint.fault().text(), complaint.nodeId());
      } else {
        throw new AssertionError("unhandled effect: " + effect);
      }
    }
    if (!outbox.isEmpty() && !delivering) {
      delivering = true;
      driver.execute(this::deliver);
    }
    waitForTheNextLoss();
  }

  private void waitForTheNextLoss() {
    OptionalLong wait = union.waitNanos(driver.nanoTime());
    if (wait.isPresent() && !waiting) {
      waiting = true;
      driver.schedule(Duration.ofNanos(wait.getAsLong()), this::tick);
    }
  }

  private synchronized void tick() {
    waiting = false;
    handle(new PeerUnion.Input.Tick(), null);
  }

  private void deliver() {
    for (DiscoveryEvent next = next(); next != null; next = next()) {
      try {
        outer.publish(next);
      } catch (RuntimeException | Error failure) {
        // Whatever it is: nobody else would ever deliver again.
        LOG.atError().setCause(failure).log("a subscriber of discovery failed");
      }
    }
  }

  private synchronized @Nullable DiscoveryEvent next() {
    DiscoveryEvent next = closed ? null : outbox.poll();
    delivering = next != null;
    return next;
  }

  private String identityOf(String nodeId) {
    try {
      return outer.identityOf(nodeId);
    } catch (RuntimeException | LinkageError failure) {
      LOG.atDebug().setCause(failure).addKeyValue("node", nodeId).log("no identity for a node id");
      return nodeId;
    }
  }

  /** Says what a strategy does wrong: once as a warning, every time to who debugs. */
  private synchronized void complain(String strategy, String text, String nodeId) {
    boolean news = complaints.add(new Complaint(strategy, text));
    LOG.atLevel(news ? Level.WARN : Level.DEBUG)
        .addKeyValue("strategy", strategy)
        .addKeyValue("what", text)
        .addKeyValue("node", nodeId)
        .log("discovery strategy misbehaves; taken for the best");
  }
}

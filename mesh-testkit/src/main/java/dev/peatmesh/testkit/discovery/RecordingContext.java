package dev.peatmesh.testkit.discovery;

import dev.peatmesh.discovery.DiscoveryContext;
import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.PeerInfo;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * A context that keeps what a strategy publishes, and finds fault with what it must not publish.
 * For tests of strategies; thread-safe. Its memory is that of the events.
 *
 * <p>Its clock starts at {@link #EPOCH} and goes a millisecond forward at each look, so that a time
 * which was taken elsewhere stands out.
 */
public final class RecordingContext implements DiscoveryContext {
  /** Where its clock starts. */
  public static final Instant EPOCH = Instant.parse("2001-02-03T04:05:06Z");

  /** The port that it names. */
  public static final int PORT = 11204;

  private static final long POLL_MILLIS = 5;

  private final String nodeId;
  private final String formationId;
  private final AtomicLong ticks = new AtomicLong();
  private final AtomicInteger threadsMade = new AtomicInteger();
  private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();

  private final Object lock = new Object();
  private final List<DiscoveryEvent> events = new ArrayList<>();
  private final Map<String, PeerInfo> peers = new LinkedHashMap<>();
  private final List<String> faults = new ArrayList<>();
  private boolean open = true;
  private CountDownLatch gate = new CountDownLatch(0);
  private int waiting;

  /** The context of a node with that name in that formation. Takes events at once. */
  public RecordingContext(String nodeId, String formationId) {
    this.nodeId = nodeId;
    this.formationId = formationId;
  }

  @Override
  public String nodeId() {
    return nodeId;
  }

  @Override
  public String formationId() {
    return formationId;
  }

  @Override
  public int port() {
    return PORT;
  }

  @Override
  public void publish(DiscoveryEvent event) {
    CountDownLatch held;
    synchronized (lock) {
      events.add(event);
      judge(event);
      apply(event);
      held = gate;
      waiting++;
    }
    try {
      held.await();
    } catch (InterruptedException stopped) {
      // A strategy ends its threads this way; publish itself never throws.
      Thread.currentThread().interrupt();
    } finally {
      synchronized (lock) {
        waiting--;
      }
    }
  }

  @Override
  public InstantSource clock() {
    return () -> EPOCH.plusMillis(ticks.incrementAndGet());
  }

  @Override
  public ThreadFactory threads() {
    return task -> {
      Thread thread = new Thread(task, "mesh-" + nodeId + "-lent-" + threadsMade.incrementAndGet());
      thread.setDaemon(true);
      threads.add(thread);
      return thread;
    };
  }

  /** What was published, in the order of arrival. */
  public List<DiscoveryEvent> events() {
    synchronized (lock) {
      return List.copyOf(events);
    }
  }

  /** The events of one peer, in the order of arrival. */
  public List<DiscoveryEvent> events(String nodeId) {
    return events().stream().filter(event -> event.nodeId().equals(nodeId)).toList();
  }

  /** The peers that the events add up to, by node id. */
  public Map<String, PeerInfo> peers() {
    synchronized (lock) {
      return Collections.unmodifiableMap(new LinkedHashMap<>(peers));
    }
  }

  /**
   * What must not have been published, one sentence each: a peer found twice, updated without a
   * change, updated or lost without being known, anything while closed.
   */
  public List<String> faults() {
    synchronized (lock) {
      return List.copyOf(faults);
    }
  }

  /** From now on every event is a fault: the strategy is stopped. Peers are forgotten. */
  public void close() {
    synchronized (lock) {
      open = false;
      peers.clear();
    }
  }

  /** Takes events again: the strategy is started again. */
  public void reopen() {
    synchronized (lock) {
      open = true;
    }
  }

  /** From now on {@link #publish} blocks, until {@link #release} or an interrupt. */
  public void hold() {
    synchronized (lock) {
      gate.countDown();
      gate = new CountDownLatch(1);
    }
  }

  /** Lets everyone go on who waits in {@link #publish}. */
  public void release() {
    synchronized (lock) {
      gate.countDown();
    }
  }

  /** How many threads wait in {@link #publish}. */
  public int waiting() {
    synchronized (lock) {
      return waiting;
    }
  }

  /** How many threads were made so far. */
  public int threadsMade() {
    return threadsMade.get();
  }

  /** The threads made here that run still. */
  public List<Thread> threadsAlive() {
    return threads.stream().filter(Thread::isAlive).toList();
  }

  /** Whether the condition came true within that time. It is asked again and again. */
  public static boolean await(Duration patience, BooleanSupplier condition)
      throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    for (long left = patience.toMillis(); !condition.getAsBoolean(); left -= POLL_MILLIS) {
      if (left <= 0 || never.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    return true;
  }

  /** Whether both tell the same of a peer, whenever they saw it. */
  static boolean sameBut(PeerInfo one, PeerInfo other) {
    return one.showsSameAs(other);
  }

  private void judge(DiscoveryEvent event) {
    PeerInfo known = peers.get(event.nodeId());
    if (!open) {
      fault(event, "while the strategy is stopped");
    } else if (event instanceof DiscoveryEvent.PeerFound) {
      faultIf(known != null, event, "although the peer is known");
    } else if (event instanceof DiscoveryEvent.PeerUpdated updated) {
      faultIf(known == null, event, "although the peer is not known");
      faultIf(known != null && sameBut(known, updated.peer()), event, "although nothing changed");
    } else if (event instanceof DiscoveryEvent.PeerLost) {
      faultIf(known == null, event, "although the peer is not known");
    } else {
      throw new AssertionError("unhandled " + event);
    }
  }

  private void apply(DiscoveryEvent event) {
    if (event instanceof DiscoveryEvent.PeerFound found) {
      peers.put(event.nodeId(), found.peer());
    } else if (event instanceof DiscoveryEvent.PeerUpdated updated) {
      peers.put(event.nodeId(), updated.peer());
    } else {
      peers.remove(event.nodeId());
    }
  }

  private void faultIf(boolean wrong, DiscoveryEvent event, String why) {
    if (wrong) {
      fault(event, why);
    }
  }

  private void fault(DiscoveryEvent event, String why) {
    faults.add(event.getClass().getSimpleName() + "(" + event.nodeId() + "): published " + why);
  }
}

package dev.peatmesh.discovery.mdns.internal.net;

import dev.peatmesh.discovery.DiscoveryContext;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.discovery.mdns.internal.view.Announcement;
import dev.peatmesh.discovery.mdns.internal.view.Effect;
import dev.peatmesh.discovery.mdns.internal.view.Input;
import dev.peatmesh.discovery.mdns.internal.view.LinkKey;
import dev.peatmesh.discovery.mdns.internal.view.LinkSpec;
import dev.peatmesh.discovery.mdns.internal.view.Nic;
import dev.peatmesh.discovery.mdns.internal.view.View;
import dev.peatmesh.discovery.mdns.internal.wire.DnsMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of the strategy: the thread on which the view lives, with what it needs of the world.
 * {@link #stop} may be called from any thread, the answers from any at any time.
 */
public final class MdnsLoop {
  private static final Logger LOG = LoggerFactory.getLogger(MdnsLoop.class);

  /** Messages that wait; what comes beyond is dropped, and asked for again by the next call. */
  static final int WAITING_MAX = 4096;

  private static final int AT_ONCE_MAX = 256;
  private static final long TICK_NANOS = Duration.ofMillis(250).toNanos();

  /** A strategy has 5 s to stop. */
  private static final long STOP_NANOS = Duration.ofMillis(4_700).toNanos();

  private final DiscoveryContext context;
  private final Announcement own;
  private final MulticastDns dns;
  private final Supplier<List<Nic>> nics;
  private final long pauseNanos;
  private final LongSupplier nanoTime;
  private final View view;

  private final BlockingQueue<Input> heard = new ArrayBlockingQueue<>(WAITING_MAX);
  private final AtomicLong dropped = new AtomicLong();

  /** What sessions say of their end: at most twice per session. */
  private final Queue<Runnable> notices = new ConcurrentLinkedQueue<>();

  // These belong to the thread.
  private final Map<LinkKey, Open> sessions = new HashMap<>();
  private final List<Thread> aside = new ArrayList<>();
  private final Thread thread;
  private long tickNanos;
  private long lookNanos;

  private volatile boolean isStopping;
  private volatile List<PeerInfo> peers = List.of();
  private volatile DiscoveryStatus status =
      new DiscoveryStatus.Degraded("the network has not been looked at yet", "Wait for a moment.");

  /**
   * A run with this view; {@link #start} begins it.
   *
   * @param pause between two looks at the interfaces
   */
  public MdnsLoop(
      DiscoveryContext context,
      Announcement own,
      View view,
      MulticastDns dns,
      Supplier<List<Nic>> nics,
      Duration pause,
      LongSupplier nanoTime) {
    this.context = context;
    this.own = own;
    this.view = view;
    this.dns = dns;
    this.nics = nics;
    this.pauseNanos = pause.toNanos();
    this.nanoTime = nanoTime;
    this.thread = context.threads().newThread(this::run);
  }

  /** Begins. */
  public void start() {
    thread.start();
  }

  /** Ends within 5 seconds, with every thread and socket. */
  public void stop() {
    isStopping = true;
    thread.interrupt(); // It may wait for a message, or for whoever takes the events.
    try {
      thread.join(TimeUnit.NANOSECONDS.toMillis(STOP_NANOS) + 200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The peers known now. */
  public List<PeerInfo> peers() {
    return peers;
  }

  /** How it fares now. */
  public DiscoveryStatus status() {
    return status;
  }

  private void run() {
    tickNanos = nanoTime.getAsLong();
    lookNanos = tickNanos;
    try {
      while (!isStopping) {
        try {
          step();
        } catch (RuntimeException | Error failure) {
          survive(failure);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closeAll();
    }
  }

  private void step() throws InterruptedException {
    long now = nanoTime.getAsLong();
    if (now - lookNanos >= 0) {
      lookNanos = now + pauseNanos;
      handle(new Input.Nics(nics.get()));
    }
    for (Runnable notice = notices.poll(); notice != null; notice = notices.poll()) {
      notice.run();
    }
    if (now - tickNanos >= 0) {
      tickNanos = now + TICK_NANOS;
      handle(new Input.Tick());
      show();
    }
    handleHeard(tickNanos - now);
  }

  /** No thread to be had, a class that does not load: without this thread all would be silent. */
  private void survive(Throwable failure) throws InterruptedException {
    LOG.atError().setCause(failure).log("mdns discovery: unexpected failure; it goes on");
    status =
        new DiscoveryStatus.Degraded(
            "it failed within: " + failure, "See the log; give the process what it lacks.");
    // A pause. What is dropped here is asked for again by the next call.
    Input dropped = heard.poll(TICK_NANOS, TimeUnit.NANOSECONDS);
    LOG.atDebug().addKeyValue("dropped", dropped != null).log("mdns discovery goes on");
  }

  /** Handles what was heard, or waits for it until the next tick. */
  private void handleHeard(long waitNanos) throws InterruptedException {
    Input first = heard.poll(waitNanos, TimeUnit.NANOSECONDS);
    if (first == null || isStopping) {
      return;
    }
    handle(first);
    Input next = heard.poll();
    for (int i = 1; next != null && i < AT_ONCE_MAX; i++) {
      handle(next);
      next = heard.poll();
    }
    if (next != null) {
      handle(next);
    }
  }

  private void handle(Input input) {
    Queue<Input> inputs = new ArrayDeque<>();
    inputs.add(input);
    for (Input next = inputs.poll(); next != null && !isStopping; next = inputs.poll()) {
      for (Effect effect : effects(next)) {
        perform(effect, inputs);
      }
    }
  }

  private List<Effect> effects(Input input) {
    try {
      return view.handle(input, nanoTime.getAsLong(), context.clock().instant());
    } catch (RuntimeException e) {
      // What one packet breaks must not end discovery; but it is a fault of ours.
      LOG.atError().setCause(e).log("mdns discovery failed to handle what it heard");
      return List.of();
    }
  }

  private void perform(Effect effect, Queue<Input> inputs) {
    if (effect instanceof Effect.Open open) {
      open(open.link());
    } else if (effect instanceof Effect.Close close) {
      close(close.link(), inputs);
    } else if (effect instanceof Effect.Ask ask) {
      ask(ask.link(), ask.questions(), inputs);
    } else if (effect instanceof Effect.Publish publish) {
      peers = view.peers();
      context.publish(publish.event());
    } else if (effect instanceof Effect.Warn warn) {
      LOG.atWarn()
          .addKeyValue("node", own.nodeId())
          .addKeyValue(warn.key(), warn.value())
          .log(warn.text());
    } else {
      throw new AssertionError("unhandled effect: " + effect);
    }
  }

  /** Each session is opened on a thread of its own, for that may take a second. */
  private void open(LinkSpec link) {
    Open open = new Open(link.key());
    startAside(
        () -> {
          try {
            MulticastDns.Session session = dns.open(link, own, open);
            notices.add(() -> opened(open, session));
          } catch (IOException | RuntimeException | Error e) {
            // Whatever it is: a link of which nothing is heard would count as working.
            notices.add(() -> notOpened(link.key(), String.valueOf(e.getMessage())));
          }
        });
  }

  private void opened(Open open, MulticastDns.Session session) {
    open.session = session;
    sessions.put(open.link, open);
    LOG.atDebug().addKeyValue("link", open.link).log("multicast DNS opened");
    handle(new Input.Opened(open.link));
  }

  private void notOpened(LinkKey link, String cause) {
    handle(new Input.Failed(link, cause));
    handle(new Input.Closed(link));
  }

  private void ask(LinkKey key, List<DnsMessage.Question> questions, Queue<Input> inputs) {
    Open open = sessions.get(key);
    if (open == null || open.session == null) {
      return;
    }
    try {
      open.session.ask(questions);
    } catch (IOException e) {
      inputs.add(new Input.Failed(key, "it cannot send: " + e.getMessage()));
      close(key, inputs);
    }
  }

  /** Each session is closed on a thread of its own, for it takes seconds. */
  private void close(LinkKey key, Queue<Input> inputs) {
    Open open = sessions.remove(key);
    if (open == null || open.session == null) {
      inputs.add(new Input.Closed(key));
      return;
    }
    LOG.atDebug().addKeyValue("link", key).log("multicast DNS closes");
    MulticastDns.Session session = open.session;
    startAside(() -> closeNow(key, session));
  }

  private void startAside(Runnable task) {
    aside.removeIf(thread -> !thread.isAlive());
    Thread started = context.threads().newThread(task);
    aside.add(started);
    started.start();
  }

  private void closeNow(LinkKey link, MulticastDns.Session session) {
    try {
      session.close();
    } catch (RuntimeException e) {
      LOG.atWarn().setCause(e).addKeyValue("link", link).log("multicast DNS close failed");
    } finally {
      notices.add(() -> handle(new Input.Closed(link)));
    }
  }

  private void closeAll() {
    isStopping = true;
    peers = List.of();
    long endNanos = nanoTime.getAsLong() + STOP_NANOS;
    Queue<Input> nobody = new ArrayDeque<>();
    List.copyOf(sessions.keySet()).forEach(key -> close(key, nobody));
    awaitAside(endNanos);
    // What was being opened meanwhile is open now.
    for (Runnable notice = notices.poll(); notice != null; notice = notices.poll()) {
      notice.run();
    }
    List.copyOf(sessions.keySet()).forEach(key -> close(key, nobody));
    awaitAside(endNanos);
    aside.stream()
        .filter(Thread::isAlive)
        .forEach(
            thread ->
                LOG.atWarn()
                    .addKeyValue("thread", thread.getName())
                    .log("multicast DNS still closes"));
  }

  private void awaitAside(long endNanos) {
    boolean interrupted = Thread.interrupted();
    for (Thread thread : aside) {
      long leftNanos = endNanos - nanoTime.getAsLong();
      try {
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(leftNanos)));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void show() {
    peers = view.peers();
    DiscoveryStatus now = view.status();
    DiscoveryStatus before = status;
    if (!now.equals(before)) {
      status = now;
      if (now instanceof DiscoveryStatus.Degraded degraded) {
        LOG.atWarn()
            .addKeyValue("cause", degraded.cause())
            .addKeyValue("remedy", degraded.remedy())
            .log("mdns discovery degraded");
      } else {
        LOG.atInfo().log("mdns discovery works");
      }
    }
    long lost = dropped.getAndSet(0);
    if (lost > 0) {
      LOG.atWarn().addKeyValue("count", lost).log("mdns messages dropped, too many at once");
    }
  }

  /** A session, and its ear. */
  private final class Open implements MulticastDns.Listener {
    private final LinkKey link;

    // These belong to the thread of the loop.
    private MulticastDns.@Nullable Session session;
    private boolean hasFailed;

    private Open(LinkKey link) {
      this.link = link;
    }

    @Override
    public void heard(DnsMessage message) {
      if (!isStopping && !heard.offer(new Input.Heard(link, message))) {
        dropped.incrementAndGet();
      }
    }

    @Override
    public void failed(String cause) {
      notices.add(() -> failedHere(cause));
    }

    private void failedHere(String cause) {
      if (!hasFailed && sessions.get(link) == this) {
        hasFailed = true;
        handle(new Input.Failed(link, cause));
        Queue<Input> inputs = new ArrayDeque<>();
        close(link, inputs);
        inputs.forEach(MdnsLoop.this::handle);
      }
    }
  }
}

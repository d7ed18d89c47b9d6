package dev.peatmesh.discovery.dns;

import dev.peatmesh.discovery.DiscoveryContext;
import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.discovery.dns.internal.Answer;
import dev.peatmesh.discovery.dns.internal.Lookout;
import dev.peatmesh.discovery.dns.internal.Plan;
import dev.peatmesh.discovery.dns.internal.Question;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run, from start to stop: a thread that asks what the lookout wants to know, tells of what
 * follows, and waits. Everything but {@link #stop}, {@link #peers} and {@link #status} happens on
 * that thread.
 */
final class DnsWatch {
  private static final Logger LOG = LoggerFactory.getLogger(DnsWatch.class);

  /** A stop waits so long for its thread, whose socket is closed: only a listener can hold it. */
  private static final Duration STOP_MAX = Duration.ofSeconds(2);

  private final DiscoveryContext context;
  private final Lookout lookout;
  private final Supplier<HostDns> host;
  private final Function<HostDns, DnsClient> clients;
  private final BlockingClient sockets;
  private final LongSupplier nanoTime;
  private final long retryNanos;
  private final Thread thread;
  private final AtomicBoolean stopped = new AtomicBoolean();
  private volatile List<PeerInfo> peers = List.of();
  private volatile DiscoveryStatus status;

  private @Nullable HostDns known;
  private @Nullable DnsClient client;

  /** What was logged of the last fault; null when a round went well since. */
  private @Nullable String fault;

  /** A watch that does nothing yet. */
  DnsWatch(
      DiscoveryContext context,
      Plan plan,
      Supplier<HostDns> host,
      Function<HostDns, DnsClient> clients,
      BlockingClient sockets,
      LongSupplier nanoTime) {
    this.context = context;
    this.host = host;
    this.clients = clients;
    this.sockets = sockets;
    this.nanoTime = nanoTime;
    this.retryNanos = plan.pace().longestRetry();
    String identity = context.identityOf(context.nodeId());
    this.lookout =
        new Lookout(
            plan, nodeId -> context.identityOf(nodeId).equals(identity), nanoTime.getAsLong());
    this.status = lookout.status();
    this.thread = context.threads().newThread(this::run);
  }

  void start() {
    thread.start();
  }

  /** Ends the thread. Idempotent; on any thread. */
  void stop() {
    stopped.set(true);
    try {
      sockets.close();
    } catch (IOException closing) {
      LOG.atDebug().setCause(closing).log("DNS socket did not close in good order");
    }
    LockSupport.unpark(thread);
    boolean interrupted = Thread.interrupted();
    try {
      thread.join(STOP_MAX.toMillis());
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  List<PeerInfo> peers() {
    return peers;
  }

  DiscoveryStatus status() {
    return status;
  }

  private void run() {
    try {
      while (!stopped.get()) {
        watch();
      }
    } catch (Error broken) {
      // A thread that ends unheard would leave a discovery that looks well and sees nothing.
      LOG.atError().setCause(broken).log("discovery by DNS has ended");
      status =
          new DiscoveryStatus.Degraded(
              "discovery by DNS has ended by a fault of its own: " + broken.getClass().getName(),
              "Restart the node, and report the stack trace in its log. Until then the peers known"
                  + " are kept.");
    }
  }

  /** One round. A fault in it, as by a file that is not understood, is no end of discovery. */
  private void watch() {
    try {
      askAll();
      if (stopped.get()) {
        return;
      }
      tell();
      fault = null;
      awaitNanos(lookout.wakeAtNanos(nanoTime.getAsLong()));
    } catch (RuntimeException | LinkageError broken) {
      failed(broken);
      awaitNanos(nanoTime.getAsLong() + retryNanos);
    }
  }

  private void failed(Throwable broken) {
    String what = broken.toString();
    status =
        new DiscoveryStatus.Degraded(
            "discovery by DNS fails by a fault of its own or of what this host says of the DNS: "
                + what,
            "Look at /etc/resolv.conf, and report the stack trace in the log. It is tried again"
                + " every few seconds; until then the peers known are kept.");
    if (!what.equals(fault)) {
      fault = what;
      LOG.atError().setCause(broken).log("discovery by DNS fails and is tried again");
    }
  }

  private void askAll() {
    DnsClient asked = client();
    // What falls due meanwhile waits for the next round, or slow answers would hide all others.
    long roundStart = nanoTime.getAsLong();
    while (!stopped.get()) {
      Optional<Question> question = lookout.next(roundStart);
      if (question.isEmpty()) {
        return;
      }
      Answer answer = asked.ask(question.get());
      LOG.atTrace().addKeyValue("question", question).addKeyValue("answer", answer).log("asked");
      if (!stopped.get()) {
        lookout.answered(question.get(), answer, nanoTime.getAsLong(), context.clock().instant());
      }
    }
  }

  /** Another one when what the host knows changes, as when it moves to another network. */
  private DnsClient client() {
    HostDns now = host.get();
    if (client == null || !now.equals(known)) {
      client = clients.apply(now);
      known = now;
    }
    return client;
  }

  private void tell() {
    List<DiscoveryEvent> events = lookout.events(nanoTime.getAsLong());
    // First the lists, then the events: who hears of a peer finds it in the list.
    peers = lookout.peers();
    DiscoveryStatus now = lookout.status();
    boolean certain = now instanceof DiscoveryStatus.Ok || lookout.isDiagnosed();
    if (certain && !now.equals(status)) {
      status = now;
      log(now);
    }
    for (DiscoveryEvent event : events) {
      // A stop need not wait for whoever is slow to take an event; what is left is not told.
      if (stopped.get()) {
        return;
      }
      LOG.atDebug().addKeyValue("event", event).log("peer changed in the DNS");
      context.publish(event);
    }
  }

  private static void log(DiscoveryStatus status) {
    if (status instanceof DiscoveryStatus.Degraded degraded) {
      LOG.atWarn()
          .addKeyValue("cause", degraded.cause())
          .addKeyValue("remedy", degraded.remedy())
          .log("discovery by DNS is degraded");
    } else {
      LOG.atInfo().log("discovery by DNS sees its peers' names");
    }
  }

  private void awaitNanos(long untilNanos) {
    long left = untilNanos - nanoTime.getAsLong();
    while (left > 0 && !stopped.get()) {
      LockSupport.parkNanos(this, left);
      left = untilNanos - nanoTime.getAsLong();
    }
  }
}

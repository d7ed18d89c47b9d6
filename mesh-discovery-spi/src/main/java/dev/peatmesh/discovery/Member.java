package dev.peatmesh.discovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One strategy of a hybrid: started, started again when that fails, and stopped. Its calls come one
 * after the other, each on a thread that may block, so a slow one holds up nobody else; a stop that
 * is wanted during a start comes when the start is over. Thread-safe.
 */
final class Member {
  private static final Logger LOG = LoggerFactory.getLogger(Member.class);

  /** After so long a start or a stop counts as hanging. */
  private static final Duration SLOW = Duration.ofSeconds(10);

  /** What a member runs for, from one start of the hybrid to its stop. */
  interface Host {
    /** A context for the next start; what comes through it is dropped once it is ended. */
    MemberContext newContext(Member member);

    /** What was published through the contexts so far is void: the start failed. */
    void withdraw(Member member);

    /** Calls {@link Member#retry} later: so many starts in a row have failed. */
    void retryLater(Member member, int failures);

    Driver driver();
  }

  private enum Phase {
    IDLE,
    STARTING,
    RUNNING,
    FAILED,
    STOPPING
  }

  private final DiscoveryStrategy strategy;
  private final String name;
  private final List<CompletableFuture<Void>> waitingForIdle = new ArrayList<>();
  private Phase phase = Phase.IDLE;
  private long sinceNanos;
  private boolean working;
  private boolean retryDue;
  private int failures;
  private String problem = "";

  /** Whom it is to run for; null: for nobody. */
  private @Nullable Host wanted;

  /** Whom it runs for, or tries to. */
  private @Nullable Host actual;

  private @Nullable MemberContext context;

  Member(DiscoveryStrategy strategy) {
    this.strategy = strategy;
    this.name = strategy.name();
  }

  String name() {
    return name;
  }

  /** From now on it is to run for that host. */
  synchronized void run(Host host) {
    wanted = host;
    goOn(host);
  }

  /** From now on it is to run for nobody. Completes when that is so. */
  synchronized CompletableFuture<Void> stop() {
    wanted = null;
    Host former = actual;
    if (former == null) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> idle = new CompletableFuture<>();
    waitingForIdle.add(idle);
    goOn(former);
    return idle;
  }

  /** The wait after a failed start is over. */
  synchronized void retry(Host host) {
    if (wanted == host && actual == host && phase == Phase.FAILED) {
      retryDue = true;
      goOn(host);
    }
  }

  /** How it fares. Asks the strategy itself only when it is not busy starting or stopping. */
  DiscoveryStatus status() {
    synchronized (this) {
      if (phase != Phase.RUNNING) {
        return statusWhenNotRunning();
      }
    }
    try {
      DiscoveryStatus status = strategy.status();
      return status != null ? status : broken("status() gave null");
    } catch (RuntimeException | LinkageError failure) {
      return broken("status() failed: " + failure);
    }
  }

  private DiscoveryStatus statusWhenNotRunning() {
    boolean busy = phase == Phase.STARTING || phase == Phase.STOPPING;
    Host host = actual;
    if (busy && host != null) {
      long forNanos = host.driver().nanoTime() - sinceNanos;
      if (forNanos >= SLOW.toNanos()) {
        return new DiscoveryStatus.Degraded(
            "%s() has not returned for %d s"
                .formatted(
                    phase == Phase.STARTING ? "start" : "stop",
                    Duration.ofNanos(forNanos).toSeconds()),
            "See what its thread waits for: take a thread dump, the name ends with -" + name + ".");
      }
    }
    if (failures > 0 && wanted != null) {
      return new DiscoveryStatus.Degraded(
          "did not start (attempt %d): %s".formatted(failures, problem),
          "It is started again by itself, with pauses that grow; repair what is named here.");
    }
    return new DiscoveryStatus.Stopped();
  }

  private static DiscoveryStatus broken(String problem) {
    return new DiscoveryStatus.Degraded(
        problem, "This is a fault of the strategy: update it, or tell its authors.");
  }

  // Its calls.

  private void goOn(Host host) {
    if (!working) {
      working = true;
      host.driver().work(name, this::work);
    }
  }

  private void work() {
    for (Runnable next = next(); next != null; next = next()) {
      next.run();
    }
  }

  /** The next call on the way from what is to what is wanted; null when there is none. */
  private synchronized @Nullable Runnable next() {
    Host host = actual;
    if (host != null && host != wanted) {
      if (phase == Phase.RUNNING) {
        moveTo(Phase.STOPPING, host);
        return this::callStop;
      }
      actual = null;
      phase = Phase.IDLE;
      failures = 0;
    }
    if (actual == null) {
      waitingForIdle.forEach(idle -> idle.complete(null));
      waitingForIdle.clear();
    }
    Host next = wanted;
    boolean first = next != null && actual == null;
    if (next != null && (first || retryDue)) {
      actual = next;
      retryDue = false;
      moveTo(Phase.STARTING, next);
      return () -> callStart(next);
    }
    working = false;
    return null;
  }

  private void callStart(Host host) {
    MemberContext lent = host.newContext(this);
    try {
      strategy.start(lent);
      started(host, lent);
    } catch (Throwable failure) {
      // Foreign code, and perhaps not of Java: whatever it throws stops nobody but itself.
      lent.end();
      failed(host, failure);
    }
  }

  private synchronized void started(Host host, MemberContext lent) {
    context = lent;
    if (failures > 0) {
      LOG.atInfo().addKeyValue("strategy", name).log("discovery started after all");
    }
    failures = 0;
    problem = "";
    moveTo(Phase.RUNNING, host);
  }

  private void failed(Host host, Throwable failure) {
    // What the failed start left behind ends, and the next one finds it stopped.
    stopQuietly();
    host.withdraw(this);
    String text = text(failure);
    int count;
    boolean news;
    synchronized (this) {
      news = !text.equals(problem);
      problem = text;
      count = ++failures;
      moveTo(Phase.FAILED, host);
    }
    if (news) {
      LOG.atError()
          .setCause(failure)
          .addKeyValue("strategy", name)
          .log("discovery did not start; trying again");
    }
    host.retryLater(this, count);
  }

  private void callStop() {
    stopQuietly();
    synchronized (this) {
      if (context != null) {
        context.end();
        context = null;
      }
      phase = Phase.IDLE;
      actual = null;
    }
  }

  private void stopQuietly() {
    try {
      strategy.stop();
    } catch (Throwable failure) {
      LOG.atWarn()
          .setCause(failure)
          .addKeyValue("strategy", name)
          .log("discovery did not stop in good order");
    }
  }

  private void moveTo(Phase next, Host host) {
    phase = next;
    sinceNanos = host.driver().nanoTime();
  }

  /** What a person reads: our own exceptions are sentences, of others the type says more. */
  private static String text(Throwable failure) {
    String message = failure.getMessage();
    boolean sentence =
        failure instanceof IllegalArgumentException || failure instanceof IllegalStateException;
    return sentence && message != null ? message : failure.toString();
  }
}

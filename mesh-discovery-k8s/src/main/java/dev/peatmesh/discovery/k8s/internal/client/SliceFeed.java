package dev.peatmesh.discovery.k8s.internal.client;

import dev.peatmesh.discovery.DiscoveryContext;
import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.PeerInfo;
import dev.peatmesh.discovery.k8s.internal.Effect;
import dev.peatmesh.discovery.k8s.internal.Failure;
import dev.peatmesh.discovery.k8s.internal.FailureTexts;
import dev.peatmesh.discovery.k8s.internal.Finding;
import dev.peatmesh.discovery.k8s.internal.FindingTexts;
import dev.peatmesh.discovery.k8s.internal.Input;
import dev.peatmesh.discovery.k8s.internal.PeerRules;
import dev.peatmesh.discovery.k8s.internal.PeerTable;
import dev.peatmesh.discovery.k8s.internal.PeerView;
import dev.peatmesh.discovery.k8s.internal.Problem;
import dev.peatmesh.discovery.k8s.internal.SlicePeers;
import dev.peatmesh.discovery.k8s.internal.SliceWatch;
import dev.peatmesh.discovery.k8s.internal.Target;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one {@link SliceWatch} from start to stop on two threads: one owns all state, the other one
 * makes the requests and may block. Whatever a request brings waits until it was dealt with, so
 * that a flood stays in the network.
 */
public final class SliceFeed {
  private static final Logger LOG = LoggerFactory.getLogger(SliceFeed.class);

  /** Both threads together have less than the 5 seconds of DiscoveryStrategy.stop. */
  private static final Duration END_MAX = Duration.ofSeconds(2);

  private final DiscoveryContext context;
  private final ApiSource source;
  private final PeerRules rules;
  private final SliceRequest.Calls calls;
  private final FailureTexts failures;
  private final FindingTexts findings;
  private final SliceWatch watch;

  private final ScheduledThreadPoolExecutor owner;
  private final ExecutorService requests;
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicReference<List<PeerInfo>> peers = new AtomicReference<>(List.of());
  private final AtomicReference<DiscoveryStatus> status =
      new AtomicReference<>(degraded(FailureTexts.notAskedYet()));
  private final AtomicReference<@Nullable SliceRequest> request = new AtomicReference<>();

  // Below: the owner's alone.
  private final Map<Input.Alarm, Future<?>> alarms = new EnumMap<>(Input.Alarm.class);
  private final PeerTable table = new PeerTable();
  private final StatusLog log = new StatusLog();
  private @Nullable Problem apiProblem = FailureTexts.notAskedYet();
  private @Nullable Problem trouble;

  /** Makes no thread and does no I/O before {@link #start}. */
  public SliceFeed(
      DiscoveryContext context,
      ApiSource source,
      Target target,
      PeerRules rules,
      Duration relistInterval) {
    this.context = context;
    this.source = source;
    this.rules = rules;
    SliceJson json = new SliceJson(rules.annotationPrefix());
    calls = new SliceRequest.Calls(source, target.namespace(), target.selector(), json);
    failures = new FailureTexts(target);
    findings = new FindingTexts(target);
    // Pauses need not be secret, only different on every node.
    long seed = context.clock().millis() ^ ((long) context.nodeId().hashCode() << 32);
    watch = new SliceWatch(relistInterval, new SplittableRandom(seed));
    owner = new ScheduledThreadPoolExecutor(1, context.threads());
    owner.setRemoveOnCancelPolicy(true);
    owner.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    requests =
        new ThreadPoolExecutor(
            1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), context.threads());
  }

  /** Begins. Returns at once. */
  public void start() {
    owner.execute(() -> handle(new Input.Started()));
  }

  /** Ends both threads; nothing is published once it returns. */
  public void stop() {
    stopped.set(true);
    SliceRequest running = request.get();
    if (running != null) {
      running.cancel();
    }
    owner.shutdownNow();
    requests.shutdownNow();
    try {
      boolean ended =
          owner.awaitTermination(END_MAX.toMillis(), TimeUnit.MILLISECONDS)
              && requests.awaitTermination(END_MAX.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        LOG.atWarn().log("kubernetes discovery: a thread did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    source.close();
  }

  /** The peers now. */
  public List<PeerInfo> peers() {
    return Objects.requireNonNull(peers.get());
  }

  /** How it fares now. */
  public DiscoveryStatus status() {
    return Objects.requireNonNull(status.get());
  }

  private void handle(Input input) {
    if (stopped.get()) {
      return;
    }
    List<Effect> effects;
    try {
      effects = watch.handle(input);
    } catch (RuntimeException | AssertionError bug) {
      // The executor would swallow it.
      LOG.atError().setCause(bug).log("kubernetes discovery: unexpected failure");
      return;
    }
    effects.forEach(this::performAlone);
  }

  /**
   * One effect that fails takes no other with it: without its alarm the watch would never go on.
   */
  private void performAlone(Effect effect) {
    try {
      perform(effect);
    } catch (RuntimeException | Error failure) {
      LOG.atError().setCause(failure).log("kubernetes discovery: unexpected failure");
    }
  }

  private void perform(Effect effect) {
    if (effect instanceof Effect.ListPage || effect instanceof Effect.Watch) {
      begin(new SliceRequest(calls, effect));
    } else if (effect instanceof Effect.Cancel) {
      SliceRequest running = request.getAndSet(null);
      if (running != null) {
        running.cancel();
      }
    } else if (effect instanceof Effect.SetAlarm alarm) {
      set(alarm);
    } else if (effect instanceof Effect.Show show) {
      show(show);
    } else if (effect instanceof Effect.Report report) {
      report(report.failure());
    } else if (effect instanceof Effect.RenewClient) {
      source.renew();
    } else {
      throw new AssertionError("unhandled effect: " + effect);
    }
  }

  private void begin(SliceRequest next) {
    request.set(next);
    if (stopped.get()) {
      // stop() may have looked before; nobody else would end this one.
      next.cancel();
    }
    try {
      requests.execute(() -> run(next));
    } catch (RejectedExecutionException stopping) {
      LOG.atDebug().log("kubernetes discovery: no request any more");
    }
  }

  private void run(SliceRequest next) {
    try {
      next.run(this::hand);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  /** On the requests' thread: gives the input to the owner and waits until it is done with it. */
  private void hand(Input input) throws InterruptedException {
    try {
      owner.submit(() -> handle(input)).get();
    } catch (ExecutionException | RejectedExecutionException stopping) {
      LOG.atDebug().log("kubernetes discovery: an answer came after the end");
    }
  }

  private void set(Effect.SetAlarm alarm) {
    Future<?> earlier = alarms.remove(alarm.alarm());
    if (earlier != null) {
      earlier.cancel(false);
    }
    Input rang = new Input.Rang(alarm.alarm(), alarm.sequence());
    try {
      alarms.put(
          alarm.alarm(),
          owner.schedule(() -> handle(rang), alarm.delay().toMillis(), TimeUnit.MILLISECONDS));
    } catch (RejectedExecutionException stopping) {
      LOG.atDebug().log("kubernetes discovery: no alarm any more");
    }
  }

  private void show(Effect.Show show) {
    PeerView view = SlicePeers.of(show.slices(), rules, context.clock().instant());
    List<DiscoveryEvent> events = table.update(view.peers());
    peers.set(view.peers());
    Optional<Finding> worst =
        show.overflown()
            ? Optional.of(new Finding.TooMany("EndpointSlices", show.slices().size()))
            : view.trouble();
    trouble = worst.map(findings::of).orElse(null);
    judge();
    log.note(
        view.findings().stream()
            .filter(finding -> !worst.equals(Optional.of(finding)))
            .map(findings::of)
            .toList());
    for (DiscoveryEvent event : events) {
      if (stopped.get()) {
        return;
      }
      LOG.atDebug()
          .addKeyValue("event", event.getClass().getSimpleName())
          .addKeyValue("peer", event.nodeId())
          .log("kubernetes discovery");
      context.publish(event);
    }
  }

  private void report(@Nullable Failure failure) {
    apiProblem = failure == null ? null : failures.of(failure, source.address(), source.account());
    judge();
  }

  /** What the API says comes before what its slices show: without it they may be old. */
  private void judge() {
    Problem worst = apiProblem != null ? apiProblem : trouble;
    if (worst == null) {
      status.set(new DiscoveryStatus.Ok());
      log.ok();
    } else {
      status.set(degraded(worst));
      log.degraded(worst);
    }
  }

  private static DiscoveryStatus degraded(Problem problem) {
    return new DiscoveryStatus.Degraded(problem.cause(), problem.remedy());
  }
}

package dev.peatmesh.testkit.discovery;

import dev.peatmesh.discovery.DiscoveryContext;
import dev.peatmesh.discovery.DiscoveryEvent;
import dev.peatmesh.discovery.DiscoveryStatus;
import dev.peatmesh.discovery.DiscoveryStrategy;
import dev.peatmesh.discovery.PeerInfo;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** One thing that a strategy can do wrong, and the test of the contract that is meant to see it. */
enum Fault {
  NAME_WITH_A_CAPITAL(
      "nameIsValidAndConstant",
      right ->
          new Wrapped(right) {
            @Override
            public String name() {
              return "Board";
            }
          }),
  NAME_THAT_CHANGES(
      "nameIsValidAndConstant",
      right ->
          new Wrapped(right) {
            @Override
            public String name() {
              return status() instanceof DiscoveryStatus.Stopped ? "board" : "running-board";
            }
          }),
  THREAD_MADE_BEFORE_START(
      "beforeStartItIsStoppedEmptyAndWithoutThreads",
      right -> {
        forever();
        return right;
      }),
  OK_BEFORE_START(
      "beforeStartItIsStoppedEmptyAndWithoutThreads",
      right -> Wrapped.faring(right, status -> new DiscoveryStatus.Ok())),
  STOP_BEFORE_START_THROWS(
      "stopBeforeStartIsHarmless",
      right ->
          new Wrapped(right) {
            @Override
            public void stop() {
              if (status() instanceof DiscoveryStatus.Stopped) {
                throw new IllegalStateException("not started");
              }
              super.stop();
            }
          }),
  SECOND_START_IS_TAKEN(
      "secondStartIsRefusedAndChangesNothing",
      right ->
          new Wrapped(right) {
            @Override
            public void start(DiscoveryContext context) {
              if (status() instanceof DiscoveryStatus.Stopped) {
                super.start(context);
              }
            }
          }),
  SECOND_STOP_THROWS(
      "stopIsIdempotent",
      right ->
          new Wrapped(right) {
            @Override
            public void stop() {
              if (status() instanceof DiscoveryStatus.Stopped) {
                throw new IllegalStateException("not started");
              }
              super.stop();
            }
          }),
  PEERS_STAY_LISTED_AFTER_STOP(
      "afterStopItIsStoppedAndEmpty",
      right ->
          new Wrapped(right) {
            private volatile List<PeerInfo> last = List.of();

            @Override
            public void stop() {
              last = super.discoveredPeers();
              super.stop();
            }

            @Override
            public List<PeerInfo> discoveredPeers() {
              List<PeerInfo> now = super.discoveredPeers();
              return now.isEmpty() ? last : now;
            }
          }),
  STARTS_ONLY_ONCE(
      "startsAgainAfterStopAndFindsAllAnew",
      right ->
          new Wrapped(right) {
            private final AtomicInteger starts = new AtomicInteger();

            @Override
            public void start(DiscoveryContext context) {
              if (starts.incrementAndGet() == 1) {
                super.start(context);
              }
            }
          }),
  THREAD_LEFT_AT_EACH_STOP(
      "quickRestartsLeaveNothingBehind",
      right ->
          new Wrapped(right) {
            @Override
            public void stop() {
              super.stop();
              forever();
            }
          }),
  THREAD_LEFT_BEHIND(
      "stopLeavesNoThreadBehind",
      right ->
          new Wrapped(right) {
            @Override
            public void start(DiscoveryContext context) {
              super.start(context);
              forever();
            }
          }),
  STOP_THAT_HANGS("stopLeavesNoThreadBehind", right -> hanging(right, DiscoveryStatus.Ok.class)),
  FOUND_TWICE(
      "findsTheInitialPeersOnceEachWithAnAddress",
      right ->
          Wrapped.relaying(
              right,
              (context, event) -> {
                context.publish(event);
                context.publish(event);
              })),
  UPDATED_BEFORE_FOUND(
      "findsTheInitialPeersOnceEachWithAnAddress",
      right ->
          Wrapped.relaying(
              right,
              (context, event) -> {
                if (event instanceof DiscoveryEvent.PeerFound found) {
                  context.publish(new DiscoveryEvent.PeerUpdated(found.peer()));
                }
                context.publish(event);
              })),
  UPDATED_WITHOUT_CHANGE(
      "publishesNothingTwice",
      right ->
          new Wrapped(right) {
            @Override
            void relay(DiscoveryContext context, DiscoveryEvent event) {
              super.relay(context, event);
              discoveredPeers().stream()
                  .filter(peer -> !peer.nodeId().equals(event.nodeId()))
                  .forEach(peer -> super.relay(context, new DiscoveryEvent.PeerUpdated(peer)));
            }
          }),
  STOP_TELLS_LOST(
      "stopLosesNoPeer",
      right ->
          new Wrapped(right) {
            private volatile DiscoveryContext lent;

            @Override
            public void start(DiscoveryContext context) {
              lent = context;
              super.start(context);
            }

            @Override
            public void stop() {
              List<PeerInfo> last = super.discoveredPeers();
              super.stop();
              last.forEach(p -> lent.publish(new DiscoveryEvent.PeerLost(p.nodeId())));
            }
          }),
  GOES_ON_AFTER_STOP(
      "publishesNothingAfterStop",
      right ->
          new Wrapped(right) {
            @Override
            public void stop() {}
          }),
  NEW_PEER_UNSEEN(
      "newPeerIsFound",
      right -> Wrapped.keeping(right, event -> !event.nodeId().startsWith("attic"))),
  FIRST_LOOK_ALONE(
      "firstPeerIsFoundWhereThereWasNone",
      right ->
          new Wrapped(right) {
            @Override
            public void start(DiscoveryContext context) {
              super.start(context);
              pause(50);
              super.stop();
            }
          }),
  CHANGES_UNSEEN(
      "changedPeerIsUpdated",
      right -> Wrapped.keeping(right, event -> !(event instanceof DiscoveryEvent.PeerUpdated))),
  CHANGE_TOLD_AS_LOST_AND_FOUND(
      "changedPeerIsUpdated",
      right ->
          Wrapped.relaying(
              right,
              (context, event) -> {
                if (event instanceof DiscoveryEvent.PeerUpdated updated) {
                  context.publish(new DiscoveryEvent.PeerLost(event.nodeId()));
                  context.publish(new DiscoveryEvent.PeerFound(updated.peer()));
                } else {
                  context.publish(event);
                }
              })),
  LOSSES_UNSEEN("vanishedPeerIsLost", Fault::neverLosing),
  LOST_FOR_EVER(
      "lostPeerIsFoundAgain",
      right ->
          new Wrapped(right) {
            private final Map<String, Boolean> told = new ConcurrentHashMap<>();

            @Override
            void relay(DiscoveryContext context, DiscoveryEvent event) {
              if (!(event instanceof DiscoveryEvent.PeerFound)
                  || told.put(event.nodeId(), true) == null) {
                super.relay(context, event);
              }
            }
          }),
  LAST_OF_MANY_UNSEEN("changesInQuickSuccessionEndInTheRightSet", Fault::neverLosing),
  OTHER_FORMATION_TAKEN_FOR_ITS_OWN(
      "leavesOtherFormationsAlone",
      right ->
          new Wrapped(right) {
            @Override
            String formationId(DiscoveryContext context) {
              return Board.EVERY_FORMATION;
            }
          }),
  ITSELF_AS_A_PEER(
      "leavesItselfOut",
      right ->
          new Wrapped(right) {
            @Override
            String nodeId(DiscoveryContext context) {
              return "nobody";
            }
          }),
  CLOCK_OF_ITS_OWN(
      "timesComeFromTheClockOfTheContext",
      right ->
          new Wrapped(right) {
            @Override
            InstantSource clock(DiscoveryContext context) {
              return () -> Instant.EPOCH;
            }
          }),
  LIST_WITHOUT_THE_EVENTS(
      "discoveredPeersAreWhatTheEventsAddUpTo",
      right -> Wrapped.listing(right, peers -> peers.stream().skip(1).toList())),
  MUTABLE_LIST("discoveredPeersAreImmutable", right -> Wrapped.listing(right, ArrayList::new)),
  ORDER_THAT_CHANGES(
      "discoveredPeersKeepTheirOrder",
      right ->
          new Wrapped(right) {
            private final AtomicInteger calls = new AtomicInteger();

            @Override
            public List<PeerInfo> discoveredPeers() {
              List<PeerInfo> peers = new ArrayList<>(super.discoveredPeers());
              if (calls.incrementAndGet() % 2 == 0) {
                Collections.reverse(peers);
              }
              return Collections.unmodifiableList(peers);
            }
          }),
  NEVER_OK(
      "statusIsOkWhenTheSourceAnswers",
      right ->
          Wrapped.faring(
              right,
              status ->
                  status instanceof DiscoveryStatus.Ok
                      ? new DiscoveryStatus.Degraded("one never knows", "Worry.")
                      : status)),
  SILENTLY_ALONE(
      "startsWhileTheSourceIsAwayAndFindsPeersWhenItIsBack",
      right ->
          Wrapped.faring(
              right,
              status ->
                  status instanceof DiscoveryStatus.Degraded ? new DiscoveryStatus.Ok() : status)),
  SOURCE_AWAY_IS_FATAL(
      "startsWhileTheSourceIsAwayAndFindsPeersWhenItIsBack",
      right ->
          new Wrapped(right) {
            @Override
            public void start(DiscoveryContext context) {
              super.start(context);
              pause(50);
              if (status() instanceof DiscoveryStatus.Degraded degraded) {
                super.stop();
                throw new IllegalStateException(degraded.cause());
              }
            }
          }),
  SOURCE_AWAY_LOSES_PEERS(
      "keepsPeersWhileTheSourceIsAway",
      right ->
          new Wrapped(right) {
            @Override
            public List<PeerInfo> discoveredPeers() {
              return status() instanceof DiscoveryStatus.Ok ? super.discoveredPeers() : List.of();
            }
          }),
  CHANGES_DURING_OUTAGE_UNSEEN(
      "seesAfterwardsWhatChangedWhileTheSourceWasAway", Fault::neverLosing),
  TOKEN_IN_THE_MESSAGE(
      "saysWhatIsWrongAndWhatToDoWithoutSecrets",
      right ->
          Wrapped.faring(
              right,
              status ->
                  status instanceof DiscoveryStatus.Degraded degraded
                      ? new DiscoveryStatus.Degraded(
                          degraded.cause() + " for token " + Board.SECRET, degraded.remedy())
                      : status)),
  STOP_WAITS_FOR_THE_SOURCE(
      "stopsInTimeWhileTheSourceIsAway", right -> hanging(right, DiscoveryStatus.Degraded.class)),
  LOCK_HELD_WHILE_PUBLISHING(
      "slowContextHoldsUpNoAnswer",
      right ->
          new Wrapped(right) {
            @Override
            synchronized void relay(DiscoveryContext context, DiscoveryEvent event) {
              super.relay(context, event);
            }

            @Override
            public synchronized DiscoveryStatus status() {
              return super.status();
            }
          }),
  STOP_WAITS_FOR_THE_SUBSCRIBER(
      "slowContextDoesNotHoldUpStop",
      right ->
          new Wrapped(right) {
            @Override
            synchronized void relay(DiscoveryContext context, DiscoveryEvent event) {
              super.relay(context, event);
            }

            @Override
            public void stop() {
              synchronized (this) {
                super.stop();
              }
            }
          }),
  STATE_SHARED_BY_ALL(
      "severalSideBySideDoNotDisturbEachOther",
      right ->
          new Wrapped(right) {
            @Override
            public void stop() {
              super.stop();
              Shared.stopAll();
            }

            @Override
            public void start(DiscoveryContext context) {
              super.start(context);
              Shared.RUNNING.put(right, true);
            }
          }),
  ONE_CALLER_AT_A_TIME(
      "answersManyThreadsAtOnce",
      right ->
          new Wrapped(right) {
            private final AtomicInteger inside = new AtomicInteger();

            @Override
            public List<PeerInfo> discoveredPeers() {
              if (inside.incrementAndGet() > 1) {
                throw new IllegalStateException("two at once");
              }
              pause(1);
              inside.decrementAndGet();
              return super.discoveredPeers();
            }
          });

  final String seenBy;
  final UnaryOperator<DiscoveryStrategy> spoil;

  Fault(String seenBy, UnaryOperator<DiscoveryStrategy> spoil) {
    this.seenBy = seenBy;
    this.spoil = spoil;
  }

  private static DiscoveryStrategy neverLosing(DiscoveryStrategy right) {
    return Wrapped.keeping(right, event -> !(event instanceof DiscoveryEvent.PeerLost));
  }

  /** Its first stop takes too long. */
  private static DiscoveryStrategy hanging(
      DiscoveryStrategy right, Class<? extends DiscoveryStatus> when) {
    AtomicBoolean hung = new AtomicBoolean();
    return new Wrapped(right) {
      @Override
      public void stop() {
        if (when.isInstance(status()) && !hung.getAndSet(true)) {
          pause(StrategyProbe.STOP_MAX.toMillis() * 2);
        }
        super.stop();
      }
    };
  }

  /** Leaves a thread behind. */
  private static void forever() {
    Thread thread = new Thread(() -> pause(Long.MAX_VALUE), "left-behind");
    thread.setDaemon(true);
    thread.start();
  }

  private static void pause(long millis) {
    try {
      new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What strategies must not have in common. */
  private static final class Shared {
    static final Map<DiscoveryStrategy, Boolean> RUNNING = new ConcurrentHashMap<>();

    static void stopAll() {
      RUNNING.keySet().forEach(DiscoveryStrategy::stop);
      RUNNING.clear();
    }
  }
}

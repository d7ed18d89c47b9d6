package dev.peatmesh.sync.internal.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.FeedEvent;
import dev.peatmesh.sync.Filter;
import dev.peatmesh.sync.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class FeedTest {
  private static final int CAPACITY = 100;

  private final FeedWorld world = new FeedWorld(new Random(1), CAPACITY);
  private final List<FeedEvent> heard = new ArrayList<>();

  @Test
  void beginsWithWhatIsThereAndGoesOnWithWhatHappens() {
    put("a", 1);
    put("b", 2);

    subscribe(Filter.all());
    world.runAll();
    put("a", 3);
    delete("b");
    world.runAll();

    assertThat(told())
        .containsExactly("present a", "present b", "end 2", "3 CHANGED a", "4 DELETED b");
  }

  @Test
  void tellsOldAndNewHeadsAuthorAndOrigin() {
    subscribe(Filter.all());
    world.runAll();
    put("a", 1);
    world.local(key("a"), Map.of("n", 2L));
    world.runAll();

    FeedEvent.Changed changed = (FeedEvent.Changed) heard.get(2);
    assertThat(changed.author()).isEqualTo("node");
    assertThat(changed.origin().name()).isEqualTo("LOCAL");
    assertThat(changed.newHeads()).singleElement().asString().hasSize(64);
  }

  @Test
  void localChangeIsToldWhenTheDiskHasItAndInOrder() {
    subscribe(Filter.all());
    world.runAll();
    world.local(key("mine"), Map.of());
    put("theirs", 1);
    runWithoutDisk();
    assertThat(told()).containsExactly("end 0");

    world.runAll();

    assertThat(told()).containsExactly("end 0", "1 CHANGED mine", "2 CHANGED theirs");
  }

  @Test
  void goesOnWhereAnEarlierOneEndedEvenAfterARestart() {
    subscribe(Filter.all());
    put("a", 1);
    put("b", 1);
    world.runAll();
    heard.clear();
    world.restart(true);

    subscribe(Filter.all(), 1);
    put("c", 1);
    world.runAll();

    assertThat(told()).containsExactly("2 CHANGED b", "3 CHANGED c");
  }

  @Test
  void numberThatWasNeverGivenOutBeginsWithResync() {
    put("a", 1);

    subscribe(Filter.all(), 77);
    world.runAll();

    assertThat(told()).containsExactly("resync after 77 to 1", "present a", "end 1");
  }

  @Test
  void numberThatIsNotKeptAnyMoreBeginsWithResync() {
    for (int i = 0; i < CAPACITY + 2; i++) {
      put("a", i);
    }

    subscribe(Filter.all(), 1);
    world.runAll();

    assertThat(told()).startsWith("resync after 1 to 102");
  }

  @Test
  void theLastNumberThatMadeRoomIsStillGoodToGoOnFrom() {
    for (int i = 0; i < CAPACITY + 2; i++) {
      put("a", i);
    }

    subscribe(Filter.all(), 2);
    world.runAll();

    assertThat(told()).hasSize(CAPACITY).startsWith("3 CHANGED a");
  }

  @Test
  void whoIsTooSlowHearsThatAndGetsTheDocumentsAgainOnce() {
    subscribe(Filter.all());
    world.runAll();
    for (int i = 0; i < 60_000; i++) {
      put("d" + i % 10, i); // A minute of 1,000 changes a second, in which nobody listens.
    }

    world.runAll();

    assertThat(told()).hasSize(1 + 1 + 10 + 1);
    assertThat(told().subList(0, 2)).containsExactly("end 0", "resync after 0 to 60000");
    assertThat(told()).endsWith("present d9", "end 60000");
  }

  @Test
  void hangingDiskHoldsUpNoMoreEventsThanTheRingKeeps() {
    subscribe(Filter.all());
    world.runAll();
    world.local(key("mine"), Map.of());
    for (int i = 0; i <= CAPACITY; i++) {
      put("theirs", i);
    }
    runWithoutDisk();
    assertThat(told())
        .containsExactly(
            "end 0", "resync after 0 to 102", "present mine", "present theirs", "end 102");

    world.runAll();
    put("theirs", 0);
    world.runAll();

    assertThat(told()).hasSize(6).endsWith("103 CHANGED theirs");
  }

  @Test
  void filteredCopyHearsOfWhatLeaves() {
    put("a", 5);
    put("b", 0);
    subscribe(Filter.ge("n", 3));
    world.runAll();

    put("a", 1);
    world.runAll();
    put("a", 0); // does not match, as before: nothing to tell
    world.runAll();
    put("b", 9);
    world.runAll();
    delete("b");
    delete("a");
    world.runAll();

    assertThat(told())
        .containsExactly("present a", "end 2", "3 LEFT a", "5 CHANGED b", "6 DELETED b");
  }

  @Test
  void filteredCopyThatWentOnHearsOnceOfWhatDoesNotMatch() {
    put("a", 5);
    world.restart(true);
    subscribe(Filter.ge("n", 3), 1);
    put("a", 1);
    world.runAll();
    put("a", 0);
    world.runAll();

    assertThat(told()).containsExactly("2 LEFT a");
  }

  @Test
  void documentReadAfterAnEventMayBeNewerThanTheEvent() {
    subscribe(Filter.ge("n", 3));
    world.runAll();

    put("a", 5);
    put("a", 1); // before anybody has looked
    world.runAll();

    assertThat(told()).containsExactly("end 0");
  }

  @Test
  void listenerThatThrowsIsCalledAgain() {
    AtomicInteger calls = new AtomicInteger();
    world.subscribe(
        "things",
        Filter.all(),
        OptionalLong.empty(),
        event -> {
          calls.incrementAndGet();
          throw new StackOverflowError("a listener that fails");
        });
    put("a", 1);
    world.runAll();

    assertThat(calls).hasValue(2);
  }

  @Test
  void listenerMayCancelItself() {
    AtomicReference<Subscription> subscription = new AtomicReference<>();
    subscription.set(
        world.subscribe(
            "things",
            Filter.all(),
            OptionalLong.empty(),
            event -> {
              heard.add(event);
              subscription.get().cancel();
            }));
    put("a", 1);
    put("b", 1);
    world.runAll();
    put("c", 1);

    assertThat(told()).containsExactly("present a");
    assertThat(world.tasks()).isZero();
  }

  @Test
  void quietCollectionDoesNotFallOutOfTheRing() {
    subscribe(Filter.all());
    world.runAll();

    for (int i = 0; i < 10 * CAPACITY; i++) {
      world.remote(new DocumentKey("busy", "a"), Map.of());
      if (i % 10 == 0) {
        world.runAll();
      }
    }
    put("a", 1);
    world.runAll();

    assertThat(told()).containsExactly("end 0", "1001 CHANGED a");
  }

  @Test
  void snapshotIsTakenInSlicesBetweenWhichTheLoopIsFree() {
    for (int i = 0; i < 1_000; i++) {
      put("%03d".formatted(i), i);
    }
    subscribe(Filter.lt("n", 0));
    world.runLoopOnce(); // begins, and reads the first slice
    assertThat(world.documentsRead).isEqualTo(FeedSubscriber.DOCUMENTS_MAX);

    world.runAll();

    assertThat(world.documentsRead).isEqualTo(1_000);
    assertThat(told()).containsExactly("end 1000");
  }

  @Test
  void subscriberTakesTurnsWithOthers() {
    subscribe(Filter.all());
    world.runAll();
    for (int i = 0; i < CAPACITY; i++) {
      put("a", i);
    }
    world.runCallbackOnce();

    assertThat(heard).hasSize(1 + FeedSubscriber.EVENTS_MAX);
    assertThat(world.tasks()).isOne();
  }

  private Subscription subscribe(Filter filter) {
    return world.subscribe("things", filter, OptionalLong.empty(), heard::add);
  }

  private void subscribe(Filter filter, long since) {
    world.subscribe("things", filter, OptionalLong.of(since), heard::add);
  }

  private void put(String id, long n) {
    world.remote(key(id), Map.of("n", n));
  }

  private void delete(String id) {
    world.remote(key(id), null);
  }

  private void runWithoutDisk() {
    while (world.tasks() > 0) {
      world.runOne();
    }
  }

  private static DocumentKey key(String id) {
    return new DocumentKey("things", id);
  }

  private List<String> told() {
    return heard.stream().map(FeedTest::text).toList();
  }

  private static String text(FeedEvent event) {
    if (event instanceof FeedEvent.Present present) {
      return "present " + present.document().id();
    }
    if (event instanceof FeedEvent.SnapshotEnd end) {
      return "end " + end.sequence();
    }
    if (event instanceof FeedEvent.Resync resync) {
      return "resync after " + resync.missedAfter() + " to " + resync.sequence();
    }
    FeedEvent.Changed changed = (FeedEvent.Changed) event;
    return changed.sequence() + " " + changed.kind() + " " + changed.key().id();
  }
}

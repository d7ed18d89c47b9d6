package dev.peatmesh.sync.internal.reconcile;

import static dev.peatmesh.sync.internal.reconcile.Replicas.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.sync.Trials;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.reconcile.RangeFrame.PartitionSummary;
import dev.peatmesh.sync.internal.reconcile.RangeFrame.Partitions;
import dev.peatmesh.sync.internal.reconcile.RangeFrame.Ranges;
import dev.peatmesh.sync.internal.reconcile.RangeMessage.Items;
import dev.peatmesh.sync.internal.reconcile.RangeMessage.Mismatch;
import dev.peatmesh.sync.internal.reconcile.RangeMessage.Split;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What no correct peer sends is refused, and nothing that is sent costs more than it may. */
class HostileRangesTest {
  private static final long SALT = 5;
  private static final int DOCUMENTS = 10_000;
  private static final Partition TRACKS = Partition.live("tracks");

  private final DocumentIndex index = new DocumentIndex(20_000, 10, 1_000);
  private final Reconciliation follower = new Reconciliation(index, false);

  @Test
  void refusesRangesThatAreNone() {
    refused(() -> new PositionRange(0, -1));
    refused(() -> new PositionRange(0, 65));
    refused(() -> new PositionRange(1, 0));
    refused(() -> new PositionRange(0x0080_0000_0000_0000L, 8));
    assertThat(new PositionRange(-1, 64).last()).isEqualTo(-1);
  }

  @Test
  void refusesSplitsWhoseTagsAndPartsDoNotMatch() {
    refused(() -> new Split(PositionRange.ALL, 0, 1, Tags.of(1)));
    refused(() -> new Split(PositionRange.ALL, 5, 1, Tags.of(1)));
    refused(() -> new Split(PositionRange.ALL, 1, 4, Tags.of(1)));
    refused(() -> new Split(PositionRange.ALL, 1, 3, Tags.of(1)));
    refused(() -> new Split(new PositionRange(0, 62), 4, 1, Tags.of(1)));
  }

  @Test
  void refusesItemsOutOfOrderOrTooMany() {
    refused(() -> new Items(PositionRange.ALL, Tags.of(2, 1)));
    refused(() -> new Items(PositionRange.ALL, Tags.of(-1, 1)));
    refused(() -> new Items(PositionRange.ALL, Tags.of(new int[RangeMessage.ITEMS_MAX + 1])));
    refused(() -> new Mismatch(PositionRange.ALL, List.of(), Tags.of(2, 1)));
    assertThat(new Items(PositionRange.ALL, Tags.of(1, 1, -1)).tags().size()).isEqualTo(3);
  }

  @Test
  void refusesOffersWithoutHeadsOrOutOfOrder() {
    ChangeHash one = new ChangeHash(1, 0, 0, 0);
    refused(() -> new Offer(key(1), List.of()));
    refused(() -> new Offer(key(1), List.of(one, one)));
    refused(() -> new Offer(key(1), List.of(new ChangeHash(2, 0, 0, 0), one)));
  }

  @Test
  void refusesPartitionsOutOfOrder() {
    PartitionSummary tracks = new PartitionSummary(TRACKS, 1);
    refused(() -> page(Optional.of(TRACKS), tracks));
    refused(() -> page(Optional.empty(), tracks, tracks));
    refused(() -> new Partitions(SALT, Optional.empty(), List.of(), false));
    refused(() -> new Partition("", 0));
    refused(() -> new Partition("a", -2));
    refused(() -> new Partition("a".repeat(256), 0));
  }

  @Test
  void refusesPagesThatDoNotFollowOneAnother() {
    follower.handle(page(Optional.empty()), Scope.ALL);

    refused(() -> follower.handle(page(Optional.of(TRACKS)), Scope.ALL));
  }

  @Test
  void refusesToBeLedByTheSideThatFollows() {
    Reconciliation leader = new Reconciliation(index, true);
    refused(() -> leader.handle(page(Optional.empty()), Scope.ALL));
    assertThatThrownBy(() -> follower.begin(SALT, Scope.ALL))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesOffersOutsideOfTheirRange() {
    follower.handle(page(Optional.empty()), Scope.ALL);
    long position = Position.of(key(1));
    PositionRange other = new PositionRange(~position & 1L << 63, 1);
    Offer offer = new Offer(key(1), Replicas.heads(1));

    refused(() -> handle(new Mismatch(other, List.of(offer), Tags.NONE)));
    Offer elsewhere = new Offer(key("other", 1), Replicas.heads(1));
    refused(() -> handle(new Mismatch(PositionRange.ALL, List.of(elsewhere), Tags.NONE)));
    assertThat(handle(new Mismatch(PositionRange.ALL, List.of(offer), Tags.NONE))).hasSize(1);
  }

  @Test
  void ignoresFramesOfAnotherExchange() {
    fill();
    assertThat(handle(new Items(PositionRange.ALL, Tags.NONE))).isEmpty();
    assertThat(follower.isIdle()).isTrue();
    follower.handle(page(Optional.empty(), new PartitionSummary(TRACKS, 1)), Scope.ALL);
    follower.handle(new Ranges(SALT + 1, TRACKS, List.of()), Scope.ALL);
    assertThat(follower.outstanding()).isOne();
  }

  @Test
  void aThousandClaimsOfEverythingAreOneListing() {
    fill();
    begin();
    List<RangeMessage> everything =
        Collections.nCopies(1_000, new Items(PositionRange.ALL, Tags.NONE));
    for (int i = 0; i < 20; i++) {
      follower.handle(new Ranges(SALT, TRACKS, everything), Scope.ALL);
    }

    int offer = new Offer(key(DOCUMENTS), Replicas.heads(1)).encodedBytes();
    assertThat(follower.outstanding()).isOne();
    assertThat(drain()).isLessThan((long) DOCUMENTS * (offer + 1));
  }

  @Test
  void rangesBeyondTheBoundAreDroppedAndSaidToBe() {
    fill();
    begin();
    follower.handle(everySplit(16), Scope.ALL);

    assertThat(follower.outstanding()).isEqualTo(Reconciliation.OUTSTANDING_MAX);
    assertThat(follower.incomplete()).isTrue();
  }

  @Test
  void askingAgainAndAgainEndsWithAViolation() {
    fill();
    begin();
    long[] answered = {0};
    refused(
        () -> {
          for (int i = 0; i < 1_000; i++) {
            handle(new Items(PositionRange.ALL, Tags.NONE));
            answered[0] += drain();
          }
        });

    int offer = new Offer(key(DOCUMENTS), Replicas.heads(1)).encodedBytes();
    assertThat(answered[0]).isLessThan(6L * DOCUMENTS * (offer + 1));
  }

  @Test
  void wantsForAllOfAPartitionAreNotLookedThrough() {
    fill();
    begin();
    long visits = index.visits(TRACKS);
    handle(new Mismatch(PositionRange.ALL, List.of(), Tags.of(1, 2, 3)));
    assertThat(index.visits(TRACKS) - visits).isLessThan(10);
  }

  @Test
  void randomMessagesNeverAmplifyNorPileUp() {
    fill();
    Trials.run(
        100,
        random -> {
          Reconciliation tried = new Reconciliation(index, false);
          tried.handle(page(Optional.empty(), new PartitionSummary(TRACKS, 1)), Scope.ALL);
          drain(tried);
          int asked = 0;
          for (int i = 0; i < 20; i++) {
            List<RangeMessage> messages = new ArrayList<>();
            for (int j = 0; j < 100; j++) {
              messages.add(message(random));
            }
            Ranges frame = new Ranges(SALT, TRACKS, messages);
            tried.handle(frame, Scope.ALL);
            asked += frame.encodedBytes();
            assertThat(tried.outstanding()).isLessThanOrEqualTo(Reconciliation.OUTSTANDING_MAX);
          }
          // A tag of 4 bytes is answered by a split at most, a document offered once at most.
          int offer = new Offer(key(DOCUMENTS), Replicas.heads(1)).encodedBytes();
          assertThat(drain(tried)).isLessThan(20L * asked + (long) DOCUMENTS * offer);
          assertThat(tried.isIdle()).isTrue();
        });
  }

  /** Claims of every range of so many bits, none of which is right. */
  private static Ranges everySplit(int bits) {
    int cut = PositionRange.CUT_BITS_MAX;
    List<RangeMessage> splits = new ArrayList<>();
    for (long i = 0; i < 1L << (bits - cut); i++) {
      PositionRange range = new PositionRange(i << (Long.SIZE - bits + cut), bits - cut);
      splits.add(new Split(range, cut, 0xffff, Tags.of(new int[1 << cut])));
    }
    return new Ranges(SALT, TRACKS, splits);
  }

  private static RangeMessage message(Random random) {
    int bits = random.nextInt(61);
    long mask = bits == 0 ? 0 : -1L << (Long.SIZE - bits);
    PositionRange range = new PositionRange(random.nextLong() & mask, bits);
    return switch (random.nextInt(3)) {
      case 0 -> new Split(range, 2, 0xf, Tags.of(random.ints(4).toArray()));
      case 1 -> new Items(range, Tags.NONE);
      default -> new Mismatch(range, List.of(), Tags.of(random.nextInt()));
    };
  }

  private void fill() {
    for (int i = 0; i < DOCUMENTS; i++) {
      index.put(key(i), Replicas.version(1));
    }
  }

  /** The leader's first page, after which its ranges are answered. */
  private void begin() {
    follower.handle(page(Optional.empty(), new PartitionSummary(TRACKS, 1)), Scope.ALL);
    drain();
  }

  private List<Difference> handle(RangeMessage message) {
    return follower.handle(new Ranges(SALT, TRACKS, List.of(message)), Scope.ALL);
  }

  /** Bytes of all frames that are left to send. */
  private long drain() {
    return drain(follower);
  }

  private static long drain(Reconciliation from) {
    long bytes = 0;
    for (RangeFrame each = from.next(Replicas.FRAME_BYTES);
        each != null;
        each = from.next(Replicas.FRAME_BYTES)) {
      bytes += each.encodedBytes();
    }
    return bytes;
  }

  private static Partitions page(Optional<Partition> after, PartitionSummary... summaries) {
    return new Partitions(SALT, after, List.of(summaries), true);
  }

  private static void refused(ThrowingCallable action) {
    assertThatThrownBy(action).isInstanceOf(RangeViolation.class);
  }
}

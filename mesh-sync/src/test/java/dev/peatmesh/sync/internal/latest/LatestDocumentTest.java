package dev.peatmesh.sync.internal.latest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.DeletePolicy;
import dev.peatmesh.sync.MapEditor;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.Trials;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.GuardException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LatestDocumentTest {
  private static final ActorId ANN = new ActorId("0a");
  private static final ActorId BOB = new ActorId("0b");
  private static final long NOW = 1_700_000_000_000L;
  private static final long DAY = 86_400_000;

  private final LatestDocument base =
      put(LatestDocument.empty(), Map.of("name", "t1", "lat", 1L, "lon", 2L), ANN, 0);

  @Test
  void concurrentWritesOfDifferentFieldsBothSurvive() {
    LatestDocument ann = change(base, root -> root.put("lat", 10), ANN, 1);
    LatestDocument bob = change(base, root -> root.put("lon", 20), BOB, 1);
    LatestDocument merged = ann.merge(bob);
    assertThat(merged.value()).isEqualTo(Map.of("name", "t1", "lat", 10L, "lon", 20L));
    assertThat(bob.merge(ann).encode()).isEqualTo(merged.encode());
  }

  @Test
  void ofConcurrentWritesOfOneFieldTheLaterStampIsSeenAndThenTheHigherActor() {
    LatestDocument ann = change(base, root -> root.put("lat", 10), ANN, 2);
    LatestDocument bob = change(base, root -> root.put("lat", 20), BOB, 1);
    assertThat(ann.merge(bob).value()).containsEntry("lat", 10L);
    LatestDocument same = change(base, root -> root.put("lat", 30), BOB, 2);
    assertThat(ann.merge(same).value()).containsEntry("lat", 30L);
  }

  @Test
  void aWriteReplacesWhatItHasSeenWhateverTheClocksSay() {
    LatestDocument ahead = change(base, root -> root.put("lat", 10), ANN, 365 * DAY);
    LatestDocument behind = change(ahead, root -> root.put("lat", 20), BOB, -365 * DAY);
    assertThat(ahead.merge(behind).value()).containsEntry("lat", 20L);
    LatestDocument again = change(behind, root -> root.put("lat", 30), BOB, -365 * DAY + 1);
    assertThat(ahead.merge(again).value()).containsEntry("lat", 30L);
  }

  @Test
  void aStampThatCannotBeExceededStillGivesWayToAWriteThatHasSeenIt() {
    LatestDocument last = writtenAt(base, root -> root.put("lat", 10), ANN, Long.MAX_VALUE);
    LatestDocument later = change(last, root -> root.put("lat", 20), BOB, 1);
    assertThat(last.merge(later).value()).containsEntry("lat", 20L);
    assertThat(roundTrip(later).value()).isEqualTo(later.value());
  }

  @Test
  void aDeleteRemovesWhatItHasSeenAndAConcurrentEditSurvives() {
    LatestDocument deleted = delete(base, DeletePolicy.EDIT_WINS, ANN, 1);
    assertThat(deleted.exists()).isFalse();
    assertThat(deleted.deletedSeconds()).isEqualTo((NOW + 1) / 1000);
    assertThat(deleted.merge(base)).isSameAs(deleted);
    LatestDocument edited = change(base, root -> root.put("lat", 10), BOB, 0);
    LatestDocument merged = deleted.merge(edited);
    assertThat(merged.exists()).isTrue();
    assertThat(merged.value()).isEqualTo(Map.of("lat", 10L));
  }

  @Test
  void aConcurrentEditIsLostUnderDeleteWinsAndTheIdCanBeUsedAgain() {
    LatestDocument deleted = delete(base, DeletePolicy.DELETE_WINS, ANN, 1);
    LatestDocument edited = change(base, root -> root.put("lat", 10), BOB, 5);
    LatestDocument merged = edited.merge(deleted);
    assertThat(merged.exists()).isFalse();
    assertThat(merged.covers(edited)).isTrue();
    LatestDocument anew = change(merged, root -> root.put("lon", 1), BOB, 6);
    assertThat(anew.merge(edited).merge(base).merge(deleted).value()).isEqualTo(Map.of("lon", 1L));
  }

  @Test
  void deletingWhatDoesNotExistDoesNothing() {
    LatestDocument deleted = delete(base, DeletePolicy.EDIT_WINS, ANN, 1);
    Author author = author(ANN, 2);
    assertThat(deleted.delete(DeletePolicy.EDIT_WINS, author)).isEmpty();
    assertThat(LatestDocument.empty().delete(DeletePolicy.EDIT_WINS, author)).isEmpty();
    assertThat(LatestDocument.empty().expire(Instant.EPOCH, author)).isEmpty();
  }

  @Test
  void anEmptyDocumentExistsOnceItWasPut() {
    LatestDocument empty = put(LatestDocument.empty(), Map.of(), ANN, 1);
    assertThat(empty.exists()).isTrue();
    assertThat(empty.value()).isEmpty();
    assertThat(empty.put(Map.of(), author(ANN, 2))).isEmpty();
  }

  @Test
  void whatIsEqualIsNotWritten() {
    assertThat(base.put(Map.of("name", "t1", "lat", 1, "lon", 2L), author(BOB, 1))).isEmpty();
    assertThat(base.change(root -> root.put("lat", 1), author(BOB, 1))).isEmpty();
    assertThat(base.change(root -> {}, author(BOB, 1))).isEmpty();
    Consumer<MapEditor> backAndForth =
        root -> {
          root.put("lat", 9);
          root.put("lat", 1);
          root.put("x", 1);
          root.remove("x");
        };
    assertThat(base.change(backAndForth, author(BOB, 1))).isEmpty();
  }

  @Test
  void aPutWritesOnlyTheFieldsThatDiffer() {
    LatestDocument ann = put(base, Map.of("name", "t1", "lat", 10L, "lon", 2L), ANN, 1);
    LatestDocument bob = put(base, Map.of("name", "t1", "lat", 1L), BOB, 1);
    assertThat(ann.merge(bob).value()).isEqualTo(Map.of("name", "t1", "lat", 10L));
  }

  @Test
  void anEditThatThrowsLeavesNoTrace() {
    Map<String, Object> before = Map.copyOf(base.value());
    assertThatThrownBy(
            () ->
                base.change(
                    root -> {
                      root.put("lat", 5);
                      throw new IllegalStateException("no");
                    },
                    author(ANN, 1)))
        .hasMessage("no");
    assertThat(base.value()).isEqualTo(before);
  }

  @Test
  void concurrentIncrementsAllCount() {
    Trials.run(
        300,
        random -> {
          LatestDocument start = put(LatestDocument.empty(), Map.of("n", new Counter(7)), ANN, 0);
          List<LatestDocument> replicas = new ArrayList<>(List.of(start, start, start));
          long expected = 7;
          for (int i = 0; i < 30; i++) {
            int at = random.nextInt(3);
            int by = random.nextInt(9) - 4;
            LatestDocument replica = replicas.get(at);
            if (random.nextInt(3) == 0) {
              replica = roundTrip(replica.merge(replicas.get(random.nextInt(3))));
            } else {
              Author author = author(new ActorId("1" + at), i);
              replica =
                  (random.nextBoolean()
                          ? replica.change(root -> root.increment("n", by), author)
                          : replica.put(Map.of("n", new Counter(count(replica) + by)), author))
                      .map(LatestDocument.Written::document)
                      .orElse(replica);
              expected += by;
            }
            replicas.set(at, replica);
          }
          LatestDocument merged = replicas.get(2).merge(replicas.get(0)).merge(replicas.get(1));
          assertThat(count(merged)).isEqualTo(expected);
        });
  }

  @Test
  void anIncrementOutlivesADeleteThatHasNotSeenIt() {
    LatestDocument counting = put(LatestDocument.empty(), Map.of("n", new Counter(7)), ANN, 0);
    LatestDocument deleted = delete(counting, DeletePolicy.EDIT_WINS, ANN, 1);
    LatestDocument bob = change(counting, root -> root.increment("n", 2), BOB, 1);
    assertThat(deleted.merge(bob).value()).isEqualTo(Map.of("n", new Counter(2)));
  }

  @Test
  void aCounterThatIsPutReplacesTheOneBefore() {
    LatestDocument counting = put(LatestDocument.empty(), Map.of("n", new Counter(7)), ANN, 0);
    LatestDocument bob = change(counting, root -> root.increment("n", 2), BOB, 1);
    LatestDocument reset = change(bob, root -> root.put("n", new Counter(0)), ANN, 2);
    assertThat(reset.merge(bob).value()).isEqualTo(Map.of("n", new Counter(0)));
    LatestDocument text = change(reset, root -> root.put("n", "none"), BOB, 3);
    assertThat(reset.merge(text).value()).isEqualTo(Map.of("n", "none"));
  }

  @Test
  void theLastOfConcurrentInstantsIsWhenItExpires() {
    Instant early = Instant.ofEpochMilli(NOW + 1_000);
    Instant late = Instant.ofEpochMilli(NOW + 2_000);
    LatestDocument ann = base.expire(late, author(ANN, 1)).orElseThrow().document();
    LatestDocument bob = base.expire(early, author(BOB, 2)).orElseThrow().document();
    assertThat(ann.merge(bob).expires()).contains(late);
    assertThat(ann.merge(bob).value()).isEqualTo(base.value());
    LatestDocument never = ann.expire(null, author(BOB, 3)).orElseThrow().document();
    assertThat(ann.merge(never).expires()).isEmpty();
    assertThat(never.expire(null, author(BOB, 4))).isEmpty();
    assertThat(ann.expire(late.plusNanos(5), author(BOB, 4))).isEmpty();
  }

  @Test
  void aWriteKeepsADocumentLongerAndNeverShorter() {
    Instant late = Instant.ofEpochMilli(NOW + 2_000);
    Map<String, Object> same = Map.of("name", "t1", "lat", 1L, "lon", 2L);
    Author refreshing = new Author(BOB, HybridClock.stamp(NOW + 1), NOW / 1_000, late);
    LatestDocument kept = base.put(same, refreshing).orElseThrow().document();
    assertThat(kept.expires()).contains(late);
    Author sooner = new Author(BOB, HybridClock.stamp(NOW + 2), NOW / 1_000, late.minusMillis(1));
    assertThat(kept.put(same, sooner)).isEmpty();
    LatestDocument deleted = delete(base, DeletePolicy.EDIT_WINS, ANN, 3);
    assertThat(deleted.merge(kept).exists()).isTrue();
  }

  @Test
  void authorsOfLongAgoAreForgottenAndNothingElse() {
    LatestDocument bob = change(base, root -> root.put("lat", 5), BOB, 1);
    LatestDocument later =
        put(bob, Map.of("name", "t2", "lat", 6L, "lon", 7L), new ActorId("0c"), 8 * DAY);
    // The mark that says that the document exists is still Ann's.
    LatestDocument pruned = later.prune(NOW + DAY, ANN);
    assertThat(pruned.covers(new Dot(BOB, bob.lastCounter(BOB)))).isFalse();
    assertThat(pruned.lastCounter(ANN)).isPositive();
    assertThat(pruned.value()).isEqualTo(later.value());
    assertThat(pruned.head()).isEqualTo(later.head());
    assertThat(pruned.sizeBytes()).isLessThan(later.sizeBytes());
    assertThat(pruned.merge(later)).isSameAs(pruned);
    assertThat(later.prune(NOW + DAY, BOB)).isSameAs(later);
    assertThat(later.prune(NOW, ANN)).isSameAs(later);
    assertThat(bob.prune(NOW + DAY, ANN)).isSameAs(bob);
  }

  @Test
  void anAuthorWhoWasForgottenCountsOn() {
    LatestDocument bob = change(base, root -> root.put("lat", 5), BOB, 1);
    LatestDocument away = change(bob, root -> root.put("lat", 6), BOB, 2);
    LatestDocument later =
        put(away, Map.of("name", "t2", "lat", 6L, "lon", 7L), new ActorId("0c"), 8 * DAY);
    later = change(later, root -> root.put("lat", 9), new ActorId("0c"), 8 * DAY);
    LatestDocument pruned = later.prune(NOW + DAY, ANN);
    LatestDocument again = change(pruned, root -> root.put("lat", 8), BOB, 9 * DAY);
    assertThat(away.merge(again).value()).containsEntry("lat", 8L);
  }

  @Test
  void manyUpdatesLeaveItAsLargeAsItWas() {
    LatestDocument track = base;
    int early = 0;
    for (int i = 1; i <= 30_000; i++) {
      long value = 1_000_000 + i % 1_000;
      track = change(track, root -> root.put("lat", value), i % 2 == 0 ? ANN : BOB, 100L * i);
      early = i == 10_000 ? track.sizeBytes() : early;
    }
    assertThat(track.sizeBytes()).isEqualTo(early);
  }

  @Test
  void twoChangesUnderOneNameEndInOneStateEverywhere() {
    LatestDocument one = change(base, root -> root.put("lat", 10), ANN, 1);
    LatestDocument two = change(base, root -> root.put("lat", 20), ANN, 1);
    assertThat(one.merge(two).encode()).isEqualTo(two.merge(one).encode());
    assertThat(one.merge(two).value()).containsEntry("lat", 20L);
  }

  @Test
  void morethanFitsIsRefusedBeforeItIsWritten() {
    Map<String, Object> most = new HashMap<>();
    for (int i = 1; i < LatestLimits.FIELDS_MAX; i++) {
      most.put("f" + i, i);
    }
    LatestDocument full = put(LatestDocument.empty(), most, ANN, 1);
    assertThatThrownBy(() -> full.change(root -> root.put("more", 1), author(ANN, 2)))
        .isInstanceOf(MeshException.Refused.class)
        .hasMessageContaining("more than 4096 fields at its top");
    LatestDocument other = put(LatestDocument.empty(), Map.of("other", 1), BOB, 1);
    assertThatThrownBy(() -> full.merge(other)).isInstanceOf(GuardException.class);
  }

  @Test
  void theOldestSupersededAuthorsMakeRoom() {
    LatestDocument crowded = base;
    for (int i = 0; i < LatestLimits.ACTORS_MAX + 10; i++) {
      ActorId actor = ActorId.of(new byte[] {1, (byte) (i >> 8), (byte) i});
      int value = i;
      crowded = change(crowded, root -> root.put("lat", value), actor, i + 1);
    }
    assertThat(roundTrip(crowded).value()).isEqualTo(crowded.value());
    assertThat(crowded.lastCounter(ActorId.of(new byte[] {1, 0, 0}))).isZero();
    assertThat(crowded.lastCounter(ANN)).isPositive();
  }

  @Test
  void textsAndListsAreEditedInPlaceAndWrittenWhole() {
    LatestDocument edited =
        change(
            base,
            root -> {
              root.text("note").append("hello");
              root.text("note").splice(0, 1, "J");
              root.list("tags").add("a");
              root.map("pos").map("deep").put("x", 1);
              root.map("pos").increment("n", 3);
              assertThat(root.keys()).contains("note", "tags", "pos");
              assertThat(root.get("note")).contains(new Text("Jello"));
            },
            ANN,
            1);
    assertThat(edited.value())
        .containsEntry("note", new Text("Jello"))
        .containsEntry("tags", List.of("a"))
        .containsEntry("pos", Map.of("deep", Map.of("x", 1L), "n", new Counter(3)));
    LatestDocument put = put(edited, Map.of("note", "Jelly", "tags", List.of("a", "b")), ANN, 2);
    assertThat(put.value()).isEqualTo(Map.of("note", new Text("Jelly"), "tags", List.of("a", "b")));
  }

  private static long count(LatestDocument document) {
    return ((Counter) Optional.ofNullable(document.value().get("n")).orElseThrow()).value();
  }

  private static LatestDocument roundTrip(LatestDocument document) {
    LatestDocument read = LatestDocument.decode(document.encode(), LatestLimits.DEFAULT);
    assertThat(read.head()).isEqualTo(document.head());
    return read;
  }

  private static LatestDocument put(
      LatestDocument document, Map<String, ?> value, ActorId actor, long after) {
    return document.put(value, author(actor, after)).orElseThrow().document();
  }

  private static LatestDocument delete(
      LatestDocument document, DeletePolicy policy, ActorId actor, long after) {
    return document.delete(policy, author(actor, after)).orElseThrow().document();
  }

  private static LatestDocument change(
      LatestDocument document, Consumer<MapEditor> edit, ActorId actor, long after) {
    return document.change(edit, author(actor, after)).orElseThrow().document();
  }

  private static LatestDocument writtenAt(
      LatestDocument document, Consumer<MapEditor> edit, ActorId actor, long stamp) {
    return document.change(edit, new Author(actor, stamp, 1)).orElseThrow().document();
  }

  private static Author author(ActorId actor, long after) {
    return new Author(actor, HybridClock.stamp(NOW + after), (NOW + after) / 1_000);
  }
}

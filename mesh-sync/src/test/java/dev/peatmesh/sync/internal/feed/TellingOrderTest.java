package dev.peatmesh.sync.internal.feed;

import static dev.peatmesh.sync.internal.feed.FeedJournalTest.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.Trials;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TellingOrderTest {
  private final TellingOrder order = new TellingOrder(10);

  @Test
  void numbersGoOnAfterTheLast() {
    assertThat(order.reserve()).isEqualTo(11);
    assertThat(order.reserve()).isEqualTo(12);
  }

  @Test
  void whatIsVisibleEarlierWaitsForLowerNumbers() {
    long first = order.reserve();
    long second = order.reserve();

    assertThat(order.visible(entry(second))).isEmpty();
    assertThat(order.visible(entry(first))).containsExactly(entry(first), entry(second));
  }

  @Test
  void numberThatCameToNothingIsWaitedForNoLonger() {
    long first = order.reserve();
    long second = order.reserve();
    order.visible(entry(second));

    assertThat(order.abandon(first)).containsExactly(entry(second));
  }

  @Test
  void whatIsDroppedIsNeverTold() {
    long first = order.reserve();
    long second = order.reserve();
    order.visible(entry(second));
    assertThat(order.waiting()).isOne();

    assertThat(order.drop()).isEqualTo(second);
    assertThat(order.waiting()).isZero();
    assertThat(order.visible(entry(first))).isEmpty();
    assertThat(order.visible(entry(order.reserve()))).containsExactly(entry(second + 1));
  }

  @Test
  void eachIsToldOnceAndInOrder() {
    Trials.run(
        1_000,
        random -> {
          TellingOrder order = new TellingOrder(0);
          List<Long> open = new ArrayList<>();
          List<JournalEntry> told = new ArrayList<>();
          int visible = 0;
          for (int i = 0; i < 60; i++) {
            int choice = random.nextInt(5);
            if (choice < 2 || open.isEmpty()) {
              open.add(order.reserve());
            } else if (choice < 4) {
              told.addAll(order.visible(entry(open.remove(random.nextInt(open.size())))));
              visible++;
            } else {
              told.addAll(order.abandon(open.remove(random.nextInt(open.size()))));
            }
          }
          for (long number : open) {
            told.addAll(order.abandon(number));
          }
          assertThat(told).extracting(JournalEntry::sequence).isSorted().doesNotHaveDuplicates();
          assertThat(told).hasSize(visible);
        });
  }
}

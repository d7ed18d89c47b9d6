package dev.peatmesh.sync.internal.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.sync.DocumentEvent.Kind;
import dev.peatmesh.sync.DocumentEvent.Origin;
import dev.peatmesh.sync.DocumentKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FeedJournalTest {
  @Test
  void readsWhatWasAppendedInPieces() {
    FeedJournal journal = new FeedJournal(10, entries(3, 7, 8), 8);
    journal.append(entry(20));

    assertThat(sequences(journal.read(0, 3))).containsExactly(3L, 7L, 8L);
    assertThat(sequences(journal.read(3, 3))).containsExactly(20L);
    assertThat(sequences(journal.read(4, 3))).isEmpty();
  }

  @Test
  void whatMadeRoomCannotBeRead() {
    FeedJournal journal = new FeedJournal(2, entries(1, 2, 3), 3);

    assertThat(journal.read(0, 10)).isEmpty();
    assertThat(sequences(journal.read(1, 10))).containsExactly(2L, 3L);
  }

  @Test
  void goesOnAfterEveryNumberThatItKnowsAndNoOther() {
    FeedJournal journal = new FeedJournal(3, entries(3, 7, 8, 12), 1_012);

    assertThat(journal.positionAfter(3)).hasValue(1); // made room last
    assertThat(journal.positionAfter(7)).hasValue(2);
    assertThat(journal.positionAfter(12)).hasValue(4);
    for (long unknown : new long[] {0, 2, 4, 9, 13, 1_012, -1, Long.MAX_VALUE}) {
      assertThat(journal.positionAfter(unknown)).as("after %d", unknown).isEmpty();
    }
  }

  @Test
  void whatWasSkippedIsMissedByAll() {
    FeedJournal journal = new FeedJournal(3, entries(3, 7), 7);
    journal.skipTo(9);
    journal.append(entry(10));

    assertThat(journal.read(1, 9)).isEmpty();
    assertThat(journal.read(2, 9)).isEmpty();
    assertThat(journal.positionAfter(7)).isEmpty();
    assertThat(sequences(journal.read(journal.positionAfter(9).getAsLong(), 9)))
        .containsExactly(10L);
    assertThat(journal.positionAfter(10)).hasValue(journal.end().position());
  }

  @Test
  void emptyOneGoesOnAfterTheLastNumberThatWasGivenOut() {
    FeedJournal journal = new FeedJournal(3, List.of(), 50);

    assertThat(journal.end().sequence()).isEqualTo(50);
    assertThat(journal.positionAfter(50)).hasValue(0);
    assertThat(journal.positionAfter(0)).isEmpty();
  }

  @Test
  void numbersGrow() {
    FeedJournal journal = new FeedJournal(3, entries(5), 5);

    assertThatThrownBy(() -> journal.append(entry(5))).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> new FeedJournal(3, entries(5), 4)).hasMessageContaining("after 4");
    assertThatThrownBy(() -> new FeedJournal(0, List.of(), 0))
        .hasMessageContaining("journal(0 events): is not between 1 and 1000000");
  }

  @Test
  void readerOnAnotherThreadSeesEveryEventOnceOrKnowsThatItMissedSome() {
    FeedJournal journal = new FeedJournal(16, List.of(), 0);
    int count = 200_000;
    CompletableFuture<Long> reader = CompletableFuture.supplyAsync(() -> readAll(journal, count));

    for (int i = 1; i <= count; i++) {
      journal.append(entry(i));
    }

    assertThat(reader.join()).isEqualTo(count);
  }

  /** Reads on until the last event; after a gap, from the end. Answers with the last number. */
  private static long readAll(FeedJournal journal, long count) {
    long position = 0;
    long last = 0;
    while (last < count) {
      Optional<List<JournalEntry>> read = journal.read(position, 5);
      if (read.isEmpty()) {
        FeedJournal.End end = journal.end();
        position = end.position();
        last = end.sequence();
        continue;
      }
      for (JournalEntry entry : read.get()) {
        if (entry.sequence() != last + 1) {
          throw new AssertionError(entry.sequence() + " after " + last);
        }
        last = entry.sequence();
        position++;
      }
    }
    return last;
  }

  static JournalEntry entry(long sequence) {
    return new JournalEntry(
        sequence,
        new DocumentKey("things", "a"),
        Kind.CHANGED,
        Origin.LOCAL,
        "",
        List.of(),
        List.of(),
        0);
  }

  private static List<JournalEntry> entries(long... sequences) {
    return Arrays.stream(sequences).mapToObj(FeedJournalTest::entry).toList();
  }

  private static List<Long> sequences(Optional<List<JournalEntry>> entries) {
    return entries.orElseThrow().stream().map(JournalEntry::sequence).toList();
  }
}

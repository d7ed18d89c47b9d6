package dev.peatmesh.sync.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckpointsTest {
  private static final long SPAN = 1_000;
  private static final Duration RETENTION = Duration.ofMillis(SPAN * Checkpoints.PER_RETENTION);

  private final Checkpoints checkpoints = new Checkpoints(RETENTION, List.of());

  @Test
  void whatCameAfterTheOldestCheckpointIsRecentUntilTheRetentionIsOver() {
    assertThat(checkpoints.isRecent(8)).isFalse();
    checkpoints.advance(0, 7);
    checkpoints.advance(SPAN, 8);
    assertThat(checkpoints.isRecent(7)).isFalse();
    assertThat(checkpoints.isRecent(8)).isTrue();

    checkpoints.advance(RETENTION.toMillis() - 1, 8);
    assertThat(checkpoints.isRecent(8)).isTrue();
    checkpoints.advance(RETENTION.toMillis(), 8);
    assertThat(checkpoints.isRecent(8)).isFalse();
  }

  @Test
  void areNoMoreThanOnePerSpanOfOneRetention() {
    long now = 0;
    for (int i = 0; i < 10 * Checkpoints.PER_RETENTION; i++) {
      now += SPAN;
      assertThat(checkpoints.advance(now, i)).isTrue();
      assertThat(checkpoints.advance(now + SPAN - 1, i)).isFalse();
    }
    assertThat(checkpoints.all()).hasSizeLessThanOrEqualTo(Checkpoints.PER_RETENTION + 1);
  }

  @Test
  void goOnFromWhatWasKept() {
    Checkpoints again =
        new Checkpoints(RETENTION, List.of(new Checkpoint(SPAN, 9), new Checkpoint(0, 7)));
    assertThat(again.advance(SPAN + 1, 20)).isFalse();

    assertThat(again.isRecent(7)).isFalse();
    assertThat(again.isRecent(8)).isTrue();
  }

  @Test
  void ofAClockThatWasAheadNothingIsLeft() {
    Checkpoints again = new Checkpoints(RETENTION, List.of(new Checkpoint(100 * SPAN, 9)));

    assertThat(again.advance(SPAN, 20)).isTrue();
    assertThat(again.all()).containsExactly(new Checkpoint(SPAN, 20));
  }
}

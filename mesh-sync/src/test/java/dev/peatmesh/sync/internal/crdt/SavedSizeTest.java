package dev.peatmesh.sync.internal.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.internal.guard.ActorId;
import org.junit.jupiter.api.Test;

class SavedSizeTest {
  private static final int UPDATES = 2_000;

  /**
   * One actor for all writes keeps the columns in runs: an actor per write takes five times more.
   */
  @Test
  void twoThousandUpdatesOfOneFieldSaveToAtMostTenKilobytes() {
    try (NativeDocument document =
        NativeDocument.create(new ActorId("00112233445566778899aabbccddeeff"))) {
      for (int i = 0; i < UPDATES; i++) {
        int value = i;
        document.change(root -> root.put("counter", value));
      }
      byte[] saved = document.save();
      System.out.printf("%,d updates of one field: %,d bytes saved%n", UPDATES, saved.length);
      assertThat(saved).hasSizeLessThanOrEqualTo(10_000);
      try (NativeDocument copy = NativeDocument.load(saved, document.actor())) {
        assertThat(copy.value()).containsEntry("counter", UPDATES - 1L);
        assertThat(copy.heads()).isEqualTo(document.heads());
      }
    }
  }
}

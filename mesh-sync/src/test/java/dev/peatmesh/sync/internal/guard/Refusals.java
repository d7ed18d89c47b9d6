package dev.peatmesh.sync.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Assertions on what the reader says of a draft. */
final class Refusals {
  private Refusals() {}

  static ChangeChunk accepted(ChangeDraft draft) {
    ChangeChunk chunk = ChunkReader.read(draft.buffer(), GuardLimits.DEFAULT);
    assertThat(chunk.hash().bytes()).isEqualTo(Chunks.hash(1, draft.body()));
    return chunk;
  }

  static void refused(ChangeDraft draft, String reason) {
    refused(draft, GuardLimits.DEFAULT, reason);
  }

  static void refused(ChangeDraft draft, GuardLimits limits, String reason) {
    assertThatExceptionOfType(GuardException.class)
        .isThrownBy(() -> ChunkReader.read(draft.buffer(), limits))
        .extracting(GuardException::reason)
        .isEqualTo(reason);
  }
}

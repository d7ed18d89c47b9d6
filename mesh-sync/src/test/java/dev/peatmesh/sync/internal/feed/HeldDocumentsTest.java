package dev.peatmesh.sync.internal.feed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeldDocumentsTest {
  private final HeldDocuments held = new HeldDocuments();

  @Test
  void knowsWhatWasTold() {
    held.add("a");
    held.add("b");
    held.remove("a");

    assertThat(held.mayContain("a")).isFalse();
    assertThat(held.mayContain("b")).isTrue();
    assertThat(held.mayContain("c")).isFalse();
  }

  @Test
  void ofOneThatWasToldBeforeItKnowsWhatWasDropped() {
    held.any();
    held.remove("a");
    held.remove("b");
    held.add("b");

    assertThat(held.mayContain("a")).isFalse();
    assertThat(held.mayContain("b")).isTrue();
    assertThat(held.mayContain("c")).isTrue();
  }

  @Test
  void tooManyAreAllTakenForHeld() {
    for (int i = 0; i <= HeldDocuments.IDS_MAX; i++) {
      held.add("d" + i);
    }

    assertThat(held.mayContain("d0")).isTrue();
    assertThat(held.mayContain("never told")).isTrue();
    held.none();
    assertThat(held.mayContain("d0")).isFalse();
  }
}

package dev.peatmesh.sync.internal.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.sync.StoreKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoreLimitsTest {
  @Test
  void everyLimitIsAtLeastOne() {
    assertThatThrownBy(() -> new StoreLimits(0, 1))
        .hasMessage("journalEntriesMax(0): is below 1. Set 1 or more.");
    assertThatThrownBy(() -> new StoreLimits(1, 0))
        .hasMessage("notesMax(0): is below 1. Set 1 or more.");
    assertThatThrownBy(() -> new CompactionRequest(100))
        .hasMessage("stepBytesMax(100): is below one page. Set 4096 or more.");
  }

  @Test
  void aNoteIsSmall() {
    assertThatThrownBy(() -> new StoreWrite.Note("é".repeat(128), "x"))
        .hasMessage("note name: is 256 bytes; at most 255. Shorten it.");
    assertThatThrownBy(() -> new StoreWrite.Note("n", "x".repeat(4_097)))
        .hasMessage("note value: is 4097 bytes; at most 4096. Shorten it.");
  }

  @Test
  void everyKeyHasAnIdOfItsOwn() {
    List<StoreKey> keys = List.of(StoreKey.of("a", new byte[32]), StoreKey.of("a", new byte[32]));

    assertThatThrownBy(() -> Samples.SETTINGS.withKeys(keys))
        .hasMessage(
            "storeKeys([StoreKey(a), StoreKey(a)]): two keys have one id. Give every key an id of"
                + " its own; the id of an old one stays as it was.");
  }
}

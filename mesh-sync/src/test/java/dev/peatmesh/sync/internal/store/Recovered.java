package dev.peatmesh.sync.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps what a store hands over; refuses what no store may hand over. */
final class Recovered implements RecoverySink {
  final Map<DocumentKey, List<ChangeHash>> changes = new LinkedHashMap<>();
  final Map<DocumentKey, byte[]> snapshots = new LinkedHashMap<>();
  final Recovery recovery;

  private Recovered(DocumentStore store) {
    recovery = store.recover(this);
  }

  static Recovered from(DocumentStore store) {
    return new Recovered(store);
  }

  List<ChangeHash> changesOf(DocumentKey key) {
    return changes.getOrDefault(key, List.of());
  }

  @Override
  public void snapshot(DocumentKey key, byte[] saved) {
    assertThat(changes).as("a snapshot comes before the changes").doesNotContainKey(key);
    assertThat(snapshots.put(key, saved)).as("one snapshot per document").isNull();
  }

  @Override
  public void change(DocumentKey key, byte[] encoded) {
    changes.computeIfAbsent(key, none -> new ArrayList<>()).add(Samples.hashOf(encoded));
  }
}

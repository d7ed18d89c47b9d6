package dev.peatmesh.sync.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.feed.JournalEntry;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a store tells when it recovers, and what it then reads of every document. */
final class Recovered implements RecoverySink {
  final Map<DocumentKey, RecoveredDocument> documents = new LinkedHashMap<>();
  final Map<DocumentKey, List<ChangeHash>> changes = new LinkedHashMap<>();
  final Map<DocumentKey, byte[]> snapshots = new LinkedHashMap<>();
  final Map<DocumentKey, byte[]> states = new LinkedHashMap<>();
  final List<JournalEntry> journal = new ArrayList<>();
  final Map<String, String> notes = new LinkedHashMap<>();
  final Recovery recovery;

  private Recovered(DocumentStore store) {
    recovery = store.recover(this);
    documents.keySet().forEach(key -> read(store, key));
  }

  static Recovered from(DocumentStore store) {
    return new Recovered(store);
  }

  List<ChangeHash> changesOf(DocumentKey key) {
    return changes.getOrDefault(key, List.of());
  }

  @Override
  public void document(RecoveredDocument document) {
    assertThat(documents.put(document.key(), document)).as("told once").isNull();
  }

  @Override
  public void journal(JournalEntry entry) {
    journal.add(entry);
  }

  @Override
  public void note(String name, String value) {
    assertThat(notes.put(name, value)).as("told once").isNull();
  }

  private void read(DocumentStore store, DocumentKey key) {
    StoredDocument document = store.read(key);
    assertThat(document.refused()).as("refused rows were removed").isZero();
    if (document.snapshot() != null) {
      snapshots.put(key, bytes(document.snapshot()));
    }
    if (document.latest() != null) {
      states.put(key, bytes(document.latest()));
    }
    if (!document.chunks().isEmpty()) {
      changes.put(
          key, document.chunks().stream().map(chunk -> Samples.hashOf(bytes(chunk))).toList());
    }
  }

  static byte[] bytes(ByteBuffer view) {
    byte[] bytes = new byte[view.remaining()];
    view.duplicate().get(bytes);
    return bytes;
  }
}

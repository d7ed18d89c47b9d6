package dev.peatmesh.sync.internal.feed;

import dev.peatmesh.sync.Document;
import dev.peatmesh.sync.DocumentEvent;
import dev.peatmesh.sync.FeedEvent;
import dev.peatmesh.sync.Filter;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.query.DocumentSource;
import dev.peatmesh.sync.internal.query.FilterMatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What an event means to a subscriber with a filter. It looks at the document as it is now: at
 * least as new as the event, and what came later has an event of its own.
 */
final class MatchJudge {
  private final Filter filter;
  private final DocumentSource documents;
  private final HeldDocuments held = new HeldDocuments();

  MatchJudge(Filter filter, DocumentSource documents) {
    this.filter = filter;
    this.documents = documents;
  }

  boolean needsNoDocuments() {
    return filter instanceof Filter.All;
  }

  /** What the subscriber holds, as far as it was told. */
  HeldDocuments held() {
    return held;
  }

  /** On the document loop. Reads each document once. */
  List<FeedEvent> judge(List<JournalEntry> entries) {
    Map<String, Boolean> matching = new HashMap<>();
    List<FeedEvent> events = new ArrayList<>(entries.size());
    for (JournalEntry entry : entries) {
      String id = entry.key().id();
      boolean exists = entry.kind() == DocumentEvent.Kind.CHANGED;
      if (exists && matching.computeIfAbsent(id, this::matches)) {
        held.add(id);
        events.add(event(entry, FeedEvent.Kind.CHANGED));
      } else if (held.mayContain(id)) {
        held.remove(id);
        events.add(event(entry, exists ? FeedEvent.Kind.LEFT : FeedEvent.Kind.DELETED));
      }
    }
    return events;
  }

  /** The event as it is. */
  static FeedEvent unfiltered(JournalEntry entry) {
    boolean exists = entry.kind() == DocumentEvent.Kind.CHANGED;
    return event(entry, exists ? FeedEvent.Kind.CHANGED : FeedEvent.Kind.DELETED);
  }

  boolean matches(Document document) {
    return FilterMatch.matches(filter, document.value());
  }

  private boolean matches(String id) {
    return documents.document(id).filter(this::matches).isPresent();
  }

  private static FeedEvent event(JournalEntry entry, FeedEvent.Kind kind) {
    return new FeedEvent.Changed(
        entry.sequence(),
        entry.key(),
        kind,
        entry.origin(),
        entry.author(),
        hex(entry.oldHeads()),
        hex(entry.newHeads()));
  }

  private static List<String> hex(List<ChangeHash> heads) {
    return heads.stream().map(ChangeHash::toString).toList();
  }
}

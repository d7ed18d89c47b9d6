package dev.peatmesh.sync.internal.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.FeedEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Keeps a copy of what a feed tells, as a user would, and checks what a feed promises. */
final class FeedClient implements Consumer<FeedEvent> {
  final Map<String, Map<String, Object>> copy = new TreeMap<>();

  /** Numbers told since the last mark. */
  final List<Long> events = new ArrayList<>();

  private final FeedWorld world;
  private final String collection;
  private final Set<String> snapshot = new HashSet<>();
  private OptionalLong last = OptionalLong.empty();
  private boolean inSnapshot = true;
  private AssertionError failure;
  int resyncs;

  FeedClient(FeedWorld world, String collection) {
    this.world = world;
    this.collection = collection;
  }

  /** Where to go on: nowhere, when the first snapshot was not completed. */
  OptionalLong since() {
    inSnapshot = last.isEmpty();
    snapshot.clear();
    return last;
  }

  /** A listener's failures are caught and logged, so they are kept until they are asked for. */
  void checkPromises() {
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void accept(FeedEvent event) {
    try {
      heard(event);
    } catch (AssertionError broken) {
      failure = failure == null ? broken : failure;
    }
  }

  private void heard(FeedEvent event) {
    if (event instanceof FeedEvent.Present present) {
      assertThat(inSnapshot).isTrue();
      String id = present.document().id();
      assertThat(snapshot.add(id)).as("%s is told twice in a snapshot", id).isTrue();
      copy.put(id, present.document().value());
    } else if (event instanceof FeedEvent.SnapshotEnd end) {
      assertThat(inSnapshot).isTrue();
      copy.keySet().retainAll(snapshot);
      inSnapshot = false;
      mark(end.sequence());
    } else if (event instanceof FeedEvent.Changed changed) {
      assertThat(inSnapshot).isFalse();
      assertThat(changed.sequence()).isGreaterThan(last.getAsLong());
      last = OptionalLong.of(changed.sequence());
      events.add(changed.sequence());
      changed(changed);
    } else if (event instanceof FeedEvent.Resync resync) {
      assertThat(inSnapshot).isFalse();
      assertThat(resync.missedAfter()).isGreaterThanOrEqualTo(last.orElse(0));
      resyncs++;
      inSnapshot = true;
      snapshot.clear();
    } else {
      throw new AssertionError("unhandled " + event);
    }
  }

  private void mark(long sequence) {
    last = OptionalLong.of(sequence);
    events.clear();
  }

  private void changed(FeedEvent.Changed changed) {
    assertThat(changed.key().collection()).isEqualTo(collection);
    Map<String, Object> now = world.documents.get(changed.key());
    if (changed.kind() == FeedEvent.Kind.CHANGED && now != null) {
      copy.put(changed.key().id(), now);
    } else {
      copy.remove(changed.key().id());
    }
  }
}

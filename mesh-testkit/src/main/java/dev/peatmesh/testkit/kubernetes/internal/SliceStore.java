package dev.peatmesh.testkit.kubernetes.internal;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The objects, their versions and what happened to them: what etcd is to a real API server. Not
 * thread-safe; no I/O. At most {@value #SLICES_MAX} objects, and the last {@value #HISTORY_MAX}
 * writes.
 */
public final class SliceStore {
  /** The most objects at one time. */
  public static final int SLICES_MAX = 10_000;

  /** The most writes that a watch can fall behind. */
  public static final int HISTORY_MAX = 10_000;

  private final NavigableMap<SliceKey, ObjectNode> slices = new TreeMap<>();
  private final Deque<Change> history = new ArrayDeque<>();
  private long revision;

  /** The oldest version from which all that followed is still in the history. */
  private long historyFrom;

  /** The oldest version that may be asked for. */
  private long compactedTo;

  /** Empty, at a version. */
  public SliceStore(long revision) {
    this.revision = revision;
    historyFrom = revision;
    compactedTo = revision;
  }

  /** The version of the last write. */
  public long revision() {
    return revision;
  }

  /** Forgets what led here: who asks for it is refused. Watches that stand are not hurt. */
  public void compact() {
    compactedTo = revision;
  }

  /** One object, or null. Not to be altered. */
  public @Nullable ObjectNode find(SliceKey key) {
    return slices.get(key);
  }

  /**
   * One object. Not to be altered.
   *
   * @throws Refusal when it is not there
   */
  public ObjectNode get(SliceKey key) {
    ObjectNode slice = slices.get(key);
    if (slice == null) {
      throw Refusal.notFound(key.name());
    }
    return slice;
  }

  /**
   * Stores a new object.
   *
   * @throws Refusal when it is there already
   */
  public ObjectNode create(ObjectNode slice) {
    SliceKey key = SliceKey.of(slice);
    if (slices.containsKey(key)) {
      throw Refusal.alreadyExists(key.name());
    }
    if (slices.size() == SLICES_MAX) {
      throw new IllegalStateException(
          "slices(%d): are the most that the fake API holds. Delete some.".formatted(SLICES_MAX));
    }
    return write(key, Metadata.ofNew(slice, revision + 1));
  }

  /**
   * Replaces an object. What changes nothing makes no version, as in a real server.
   *
   * @throws Refusal when it is not there, or names a version that is not the current one
   */
  public ObjectNode update(ObjectNode slice) {
    SliceKey key = SliceKey.of(slice);
    ObjectNode current = get(key);
    String expected = slice.path("metadata").path("resourceVersion").asText();
    if (!expected.isEmpty() && !expected.equals(Metadata.version(current))) {
      throw Refusal.conflict(key.name());
    }
    if (!slice.path("addressType").equals(current.path("addressType"))) {
      throw Refusal.invalidSlice(
          key.name(), List.of("addressType: Invalid value: field is immutable"));
    }
    ObjectNode next = Metadata.ofNext(slice, current, revision + 1);
    return Metadata.sameButVersion(next, current) ? current : write(key, next);
  }

  /** Creates or replaces an object, whatever version it names. */
  public ObjectNode put(ObjectNode slice) {
    slice.withObjectProperty("metadata").remove("resourceVersion");
    return slices.containsKey(SliceKey.of(slice)) ? update(slice) : create(slice);
  }

  /**
   * Takes an object away.
   *
   * @return its last state
   * @throws Refusal when it is not there
   */
  public ObjectNode delete(SliceKey key) {
    return delete(key, Json.object());
  }

  /**
   * Takes an object away, if it is still the one that is meant.
   *
   * @param preconditions may name a resource version and a uid
   * @throws Refusal when it is not there, or another one
   */
  public ObjectNode delete(SliceKey key, ObjectNode preconditions) {
    ObjectNode last = get(key);
    for (String field : List.of("resourceVersion", "uid")) {
      String meant = preconditions.path(field).asText();
      if (!meant.isEmpty() && !meant.equals(last.path("metadata").path(field).asText())) {
        throw Refusal.conflict(key.name());
      }
    }
    slices.remove(key);
    revision++;
    remember(new Change(revision, null, last));
    return last;
  }

  /** What is there now, in the order of lists. */
  public List<ObjectNode> select(Selection selection) {
    return slices.values().stream().filter(selection::matches).toList();
  }

  /**
   * Answers a list.
   *
   * @throws Refusal when it asks for a version that is gone or still to come
   */
  public ObjectNode list(ListQuery query) {
    if (!query.token().isEmpty()) {
      ContinueToken token = ContinueToken.parse(query.token());
      if (token.revision() > 0 && token.revision() < compactedTo) {
        throw Refusal.expiredContinue(new ContinueToken(-1, token.after()).text());
      }
      return page(query, token.revision() < 0 ? revision : token.revision(), token.after());
    }
    if (query.leastRevision() > revision) {
      throw Refusal.tooLargeRevision(query.leastRevision(), revision);
    }
    long shown = query.exact() ? query.leastRevision() : revision;
    if (shown < compactedTo) {
      throw Refusal.expired("The resourceVersion for the provided list is too old.");
    }
    return page(query, shown, "");
  }

  /**
   * Checks that a watch can begin after a version; one still to come is waited for in silence.
   *
   * @throws Refusal when what followed it is gone
   */
  public void checkWatchFrom(long from) {
    if (from < compactedTo) {
      throw Refusal.expired("too old resource version: %d (%d)".formatted(from, compactedTo));
    }
  }

  /**
   * What happened after a version, oldest first, at most so many.
   *
   * @return null when a part of it is forgotten
   */
  public @Nullable List<Change> changesAfter(long from, int max) {
    if (from < historyFrom) {
      return null;
    }
    List<Change> after = new ArrayList<>();
    Iterator<Change> newestFirst = history.descendingIterator();
    while (newestFirst.hasNext()) {
      Change change = newestFirst.next();
      if (change.revision() <= from) {
        break;
      }
      after.add(change);
    }
    Collections.reverse(after);
    return after.size() <= max ? after : after.subList(0, max);
  }

  private ObjectNode page(ListQuery query, long shown, String after) {
    ObjectNode list = Json.object();
    list.put("kind", "EndpointSliceList").put("apiVersion", "discovery.k8s.io/v1");
    ObjectNode metadata = list.putObject("metadata");
    metadata.put("resourceVersion", Long.toString(shown));
    ArrayNode items = list.putArray("items");
    long left = 0;
    String last = "";
    for (Map.Entry<SliceKey, ObjectNode> entry : at(shown).entrySet()) {
      String path = entry.getKey().path();
      if (path.compareTo(after) <= 0 || !query.selection().matches(entry.getValue())) {
        continue;
      }
      if (query.limit() > 0 && items.size() >= query.limit()) {
        left++;
      } else {
        items.add(asItem(entry.getValue()));
        last = path;
      }
    }
    if (left > 0) {
      metadata.put("continue", new ContinueToken(shown, last).text());
      if (query.selection().hasNoSelector()) {
        metadata.put("remainingItemCount", left);
      }
    }
    return list;
  }

  /** Objects in a list do not say what they are: the list does. */
  private static ObjectNode asItem(ObjectNode slice) {
    ObjectNode item = slice.objectNode();
    item.setAll(slice);
    item.remove(List.of("kind", "apiVersion"));
    return item;
  }

  /** The objects as they were: what followed is undone, newest first. */
  private NavigableMap<SliceKey, ObjectNode> at(long shown) {
    NavigableMap<SliceKey, ObjectNode> then = new TreeMap<>(slices);
    Iterator<Change> newestFirst = history.descendingIterator();
    while (newestFirst.hasNext()) {
      Change change = newestFirst.next();
      if (change.revision() <= shown) {
        break;
      }
      if (change.previous() == null) {
        then.remove(change.key());
      } else {
        then.put(change.key(), change.previous());
      }
    }
    return then;
  }

  private ObjectNode write(SliceKey key, ObjectNode slice) {
    revision++;
    remember(new Change(revision, slice, slices.put(key, slice)));
    return slice;
  }

  private void remember(Change change) {
    history.addLast(change);
    if (history.size() > HISTORY_MAX) {
      historyFrom = history.removeFirst().revision();
      compactedTo = Math.max(compactedTo, historyFrom);
    }
  }
}

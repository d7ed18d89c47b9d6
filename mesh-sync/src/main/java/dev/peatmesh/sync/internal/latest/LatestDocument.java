package dev.peatmesh.sync.internal.latest;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DeletePolicy;
import dev.peatmesh.sync.MapEditor;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import dev.peatmesh.sync.internal.guard.GuardException;
import dev.peatmesh.sync.internal.value.Place;
import dev.peatmesh.sync.internal.value.Values;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One document of a collection that keeps no history: its present state, which travels whole and
 * merges with any other state of the same document ({@link State}).
 *
 * <p>Immutable but for what it remembers of its own encoding, so it belongs to the document loop.
 * As large as its content, 24 bytes and the id for each author that is not forgotten, and 10 for
 * each field.
 */
public final class LatestDocument {
  /**
   * For how long an author whose changes are all superseded counts, from its last change to the
   * last one of anybody; see {@link #prune}.
   */
  public static final Duration AUTHOR_RETENTION = Duration.ofDays(7);

  private final State state;
  private byte @Nullable [] encoded;
  private @Nullable ChangeHash head;

  private LatestDocument(State state) {
    this.state = state;
  }

  /** One of which nothing is known. */
  public static LatestDocument empty() {
    return new LatestDocument(State.EMPTY);
  }

  /**
   * Reads a state from a peer or from the disk. Neither moves the buffer nor keeps it.
   *
   * @throws GuardException when it is anything but what {@link #encode} writes
   */
  public static LatestDocument decode(ByteBuffer encoded, LatestLimits limits) {
    if (encoded.remaining() > limits.bytesMax()) {
      throw new GuardException("state too large");
    }
    byte[] bytes = new byte[encoded.remaining()];
    encoded.duplicate().get(bytes);
    LatestDocument document = new LatestDocument(StateCodec.read(bytes));
    document.encoded = bytes;
    return document;
  }

  /** The state as it travels and as it is stored; equal states have equal bytes. Read-only. */
  public ByteBuffer encode() {
    return ByteBuffer.wrap(bytes()).asReadOnlyBuffer();
  }

  /** Size of the encoded state. */
  public int sizeBytes() {
    return bytes().length;
  }

  /**
   * What stands for the state where Automerge documents have the hashes of their last changes: the
   * SHA-256 of the encoded state, without the authors that {@link #prune} may forget. Two states
   * with the same content and different heads exist: one has seen a change that the other has not,
   * and which is superseded.
   */
  public ChangeHash head() {
    if (head == null) {
      Set<ActorId> forgettable = forgettable(Long.MAX_VALUE);
      byte[] hashed =
          forgettable.isEmpty()
              ? bytes()
              : StateCodec.write(state, state.context().without(forgettable));
      head = ChangeHash.of(sha256(hashed));
    }
    return head;
  }

  /** Whether nothing is known of the document: it was never written, as far as is known here. */
  public boolean isEmpty() {
    return state.context().size() == 0;
  }

  /** Whether the document exists: something of it is alive. */
  public boolean exists() {
    return !state.fields().isEmpty();
  }

  /** When it was deleted last, in seconds since 1970, whether it exists again or not; 0: never. */
  public long deletedSeconds() {
    return state.deletedSeconds();
  }

  /** When it expires; of concurrent instants the last one. Empty: it does not. */
  public Optional<Instant> expires() {
    Field field = state.fields().get(ChangeChunk.EXPIRES_KEY);
    return field == null ? Optional.empty() : field.lastInstant();
  }

  /** The content, deeply immutable, ordered by the keys' UTF-8 bytes. Read anew at each call. */
  public Map<String, @Nullable Object> value() {
    Map<String, @Nullable Object> value = new LinkedHashMap<>();
    state
        .fields()
        .forEach(
            (name, field) -> {
              if (!State.isHidden(name)) {
                value.put(name, field.value());
              }
            });
    return Collections.unmodifiableMap(value);
  }

  /**
   * The state that has seen what both have. This very object when the other one has nothing that
   * counts; so whether something changed is {@code merged != document}, and whether the other side
   * lacks something, {@code !merged.head().equals(other.head())}.
   *
   * @throws GuardException when the two together are beyond the limits
   */
  public LatestDocument merge(LatestDocument other) {
    LatestDocument merged = new LatestDocument(state.merge(other.state));
    return merged.head().equals(head()) ? this : merged;
  }

  /** Whether the other state has nothing that this one lacks. */
  public boolean covers(LatestDocument other) {
    return merge(other) == this;
  }

  /** Whether the change is in this state, or was superseded by one that is. */
  public boolean covers(Dot dot) {
    return state.context().covers(dot);
  }

  /**
   * The counter of the actor's last change that is known here; 0 when none is. A peer's state that
   * knows of more changes of our own actor than we do means that we have lost some, or that
   * somebody lies: in either case take another actor before the next change.
   */
  public long lastCounter(ActorId actor) {
    return state.context().counter(actor);
  }

  /** The last change of every author that is remembered: who has these has all of this state. */
  public List<Dot> dots() {
    return state.context().seen().entrySet().stream()
        .map(seen -> new Dot(seen.getKey(), seen.getValue().counter()))
        .toList();
  }

  /** Who made the latest change by its stamp; empty when nothing is known. */
  public Optional<ActorId> lastAuthor() {
    return state.context().seen().entrySet().stream()
        .max(Comparator.comparingLong(seen -> seen.getValue().stamp()))
        .map(Map.Entry::getKey);
  }

  /** The largest stamp of a change, for {@link HybridClock#observe}. */
  public long lastStamp() {
    return state.context().lastStamp();
  }

  /**
   * Runs the edit on a draft. Each top-level field that is different afterwards is written as a
   * whole; a counter there is added to. A document that does not exist does afterwards.
   *
   * @return empty when nothing is different
   * @throws RuntimeException what the edit throws; nothing is changed then
   * @throws MeshException.Refused when it holds what cannot be stored
   */
  public Optional<Written> change(Consumer<? super MapEditor> edit, Author author) {
    Draft draft = new Draft(state.fields());
    try {
      edit.accept(new LatestMapEditor(draft, draft.root(), Place.ROOT));
    } finally {
      draft.end();
    }
    return write(draft.writes(), author);
  }

  /** Makes the content equal to the value; writes only the fields that differ. */
  public Optional<Written> put(Map<String, ?> value, Author author) {
    Map<String, @Nullable Object> normal = Values.map(value, Place.ROOT);
    Draft draft = new Draft(state.fields());
    draft.become(normal);
    draft.end();
    return write(draft.writes(), author);
  }

  /**
   * Removes all that is alive here. Under {@link DeletePolicy#DELETE_WINS} also what others have
   * written and this node has not seen.
   *
   * @return empty when the document does not exist
   */
  public Optional<Written> delete(DeletePolicy policy, Author author) {
    if (!exists()) {
      return Optional.empty();
    }
    long epoch = state.epoch();
    if (policy == DeletePolicy.DELETE_WINS) {
      epoch = Math.min(epoch + 1, StateCodec.EPOCH_MAX);
    }
    long seconds = Math.max(1, Math.min(author.nowSeconds(), StateCodec.SECONDS_MAX));
    Dot dot = next(author);
    State deleted =
        new State(
            epoch,
            Math.max(state.deletedSeconds(), seconds),
            state.context().with(dot, author.stamp()),
            new TreeMap<>());
    return Optional.of(written(deleted, dot));
  }

  /**
   * Sets the instant at which the document expires, earlier or later.
   *
   * @param at in whole milliseconds; null: never
   * @return empty when it is so already, or the document does not exist
   */
  public Optional<Written> expire(@Nullable Instant at, Author author) {
    if (!exists()) {
      return Optional.empty();
    }
    Map<String, FieldWrite> writes = new TreeMap<>();
    if (at == null) {
      if (state.fields().containsKey(ChangeChunk.EXPIRES_KEY)) {
        writes.put(ChangeChunk.EXPIRES_KEY, new FieldWrite.Remove());
      }
    } else if (!expires().equals(Optional.of(wholeMillis(at)))) {
      writes.put(ChangeChunk.EXPIRES_KEY, new FieldWrite.Replace(EncodedValue.of(at)));
    }
    return write(writes, author);
  }

  /**
   * Forgets authors whose changes are all superseded and who made the last one before the given
   * time and {@link #AUTHOR_RETENTION} before the last change of anybody. Changes neither the
   * content nor {@link #head}. The price: a replica that comes back after that time with a change
   * of such an author which was superseded meanwhile brings it back, as a concurrent one.
   *
   * @param olderThanMillis in milliseconds since 1970
   * @param self who is never forgotten
   * @return this very object when there is nobody to forget
   */
  public LatestDocument prune(long olderThanMillis, ActorId self) {
    Set<ActorId> forgotten = forgettable(HybridClock.stamp(olderThanMillis));
    forgotten.remove(self);
    return forgotten.isEmpty() ? this : new LatestDocument(state.without(forgotten));
  }

  private Optional<Written> write(Map<String, FieldWrite> edits, Author author) {
    Map<String, FieldWrite> writes = new TreeMap<>(edits);
    Instant expires = author.expires();
    if (expires != null
        && expires().filter(present -> !present.isBefore(wholeMillis(expires))).isEmpty()) {
      writes.put(ChangeChunk.EXPIRES_KEY, new FieldWrite.Replace(EncodedValue.of(expires)));
    }
    if (writes.isEmpty() && exists()) {
      return Optional.empty();
    }
    if (!state.fields().containsKey(State.MARKER)) {
      writes.put(State.MARKER, new FieldWrite.Replace(EncodedValue.of(null)));
    }
    Dot dot = next(author);
    TreeMap<String, Field> fields = new TreeMap<>(state.fields());
    writes.forEach(
        (name, write) -> {
          Field field = write.apply(fields.get(name), dot, author.stamp());
          if (field == null) {
            fields.remove(name);
          } else {
            fields.put(name, field);
          }
        });
    State written =
        new State(
            state.epoch(),
            state.deletedSeconds(),
            state.context().with(dot, author.stamp()),
            fields);
    return Optional.of(written(written, dot));
  }

  private static Written written(State state, Dot dot) {
    try {
      return new Written(new LatestDocument(state.withinBounds(dot.actor())), dot);
    } catch (GuardException beyond) {
      throw new MeshException.Refused(
          "document: would have "
              + beyond.reason()
              + ". Nest fields, use several documents, or write the fields anew on one node.",
          beyond);
    }
  }

  private Dot next(Author author) {
    long last = lastCounter(author.actor());
    if (last == Long.MAX_VALUE) {
      throw new MeshException.Refused(
          "document: another node has claimed all changes that this one could make. Restart this"
              + " node, which gives it another actor.");
    }
    // Not from 1: a document that was deleted, collected and written anew by the same actor must
    // not count again what a replica that was away has seen long ago.
    return new Dot(author.actor(), last == 0 ? Math.max(1, author.stamp()) : last + 1);
  }

  private static Instant wholeMillis(Instant instant) {
    return Instant.ofEpochMilli(instant.toEpochMilli());
  }

  private Set<ActorId> forgettable(long olderThan) {
    long horizon = state.context().lastStamp() - HybridClock.stamp(AUTHOR_RETENTION.toMillis());
    long before = Math.min(horizon, olderThan);
    if (state.context().seen().values().stream().noneMatch(last -> last.stamp() < before)) {
      return new HashSet<>();
    }
    Set<ActorId> forgettable = new HashSet<>(state.superseded());
    forgettable.removeIf(actor -> state.context().last(actor).stamp() >= before);
    return forgettable;
  }

  private byte[] bytes() {
    if (encoded == null) {
      encoded = StateCodec.write(state, state.context());
    }
    return encoded;
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /**
   * A change was made.
   *
   * @param document the document afterwards
   * @param dot the change
   */
  public record Written(LatestDocument document, Dot dot) {}
}

package dev.peatmesh.testkit.kubernetes;

import dev.peatmesh.testkit.kubernetes.internal.HttpExchange;
import dev.peatmesh.testkit.kubernetes.internal.WatchStream;
import dev.peatmesh.testkit.kubernetes.internal.WatchStream.End;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * What goes wrong with an API server, on demand. Each knob takes effect at once and holds until
 * {@link #clear}, or for as many requests as it says. Thread-safe.
 */
public final class ApiFaults {
  private static final Set<Integer> STATUSES = Set.of(401, 403, 404, 410, 429, 500, 503);
  private static final long PADDING_BYTES_MAX = 4L << 30;
  private static final Duration DELAY_MAX = Duration.ofHours(1);
  private static final Duration FOREVER = Duration.ofDays(365);
  private static final EnumSet<Verb> RESOURCE_VERBS = EnumSet.complementOf(EnumSet.of(Verb.NONE));

  /** One spell of failing answers. */
  private record Spell(int left, int status) {}

  private final Cluster cluster;
  private final Map<Verb, Spell> spells = new EnumMap<>(Verb.class);
  private final Map<Verb, Duration> delays = new EnumMap<>(Verb.class);
  private Duration retryAfter = Duration.ofSeconds(1);
  private HttpExchange.Pace pace = HttpExchange.Pace.FULL;
  private long padding;
  private int truncatedLists;
  private int tornLists;
  private boolean goneByHttp;
  private boolean silent;
  private boolean frozen;

  ApiFaults(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * The next requests of each of these verbs are answered with a status, before anything is looked
   * at; paths that are no resource are spared.
   *
   * @param requests how many, of each verb; {@link Integer#MAX_VALUE} for all
   * @param status 401, 403, 404, 410, 429, 500 or 503
   * @param verbs none for all
   */
  public ApiFaults failNext(int requests, int status, Verb... verbs) {
    if (!STATUSES.contains(status) || requests < 0) {
      throw new IllegalArgumentException(
          "failNext(%d, %d): fails no request, or with no known status. Use one of %s."
              .formatted(requests, status, STATUSES.stream().sorted().toList()));
    }
    return set(
        () -> {
          for (Verb verb : verbs.length == 0 ? RESOURCE_VERBS : Set.of(verbs)) {
            spells.put(verb, new Spell(requests, status));
          }
        });
  }

  /** What 429 tells the client to wait, in whole seconds; 1 s unless told, 0 for no word of it. */
  public ApiFaults retryAfter(Duration wait) {
    checkDelay("retryAfter", wait);
    return set(() -> retryAfter = wait);
  }

  /**
   * A watch from a version that is too old is answered with HTTP 410, as older servers do. Without
   * this it begins, and its one line is an ERROR with a Status of code 410.
   */
  public ApiFaults goneByHttp() {
    return set(() -> goneByHttp = true);
  }

  /** Requests of this verb are answered only after a while, 0 to 1 hour. */
  public ApiFaults delay(Verb verb, Duration wait) {
    checkDelay("delay", wait);
    return set(() -> delays.put(verb, wait));
  }

  /** Every answer comes in pieces of so many bytes, with a pause after each. */
  public ApiFaults trickle(int bytes, Duration pause) {
    if (bytes < 1) {
      throw new IllegalArgumentException(
          "trickle(%d): a piece has at least 1 byte.".formatted(bytes));
    }
    checkDelay("trickle", pause);
    return set(() -> pace = new Trickle(bytes, pause));
  }

  /** The JSON of the next lists breaks off in the middle, in an HTTP answer that is in order. */
  public ApiFaults truncateLists(int lists) {
    return set(() -> truncatedLists = lists);
  }

  /** The connection of the next lists is closed after half of the body. */
  public ApiFaults tearLists(int lists) {
    return set(() -> tornLists = lists);
  }

  /** Lists carry so many bytes more, white space before the first field; at most 4 GiB. */
  public ApiFaults padLists(long bytes) {
    if (bytes < 0 || bytes > PADDING_BYTES_MAX) {
      throw new IllegalArgumentException(
          "padLists(%d): must be 0 to %d bytes.".formatted(bytes, PADDING_BYTES_MAX));
    }
    return set(() -> padding = bytes);
  }

  /**
   * Watches that are open, and those that are opened until {@link #clear}, deliver nothing ever
   * again, though their connections stand: a dead path that nobody has noticed.
   */
  public ApiFaults silenceWatches() {
    return set(
        () -> {
          silent = true;
          cluster.tellAll(WatchStream::silence);
        });
  }

  /** The connections of all watches are reset, between two lines. */
  public ApiFaults dropWatches() {
    cluster.tellAll(watch -> watch.end(End.RESET));
    return this;
  }

  /** The connections of all watches are closed in the middle of a line. */
  public ApiFaults tearWatches() {
    cluster.tellAll(watch -> watch.end(End.MID_LINE));
    return this;
  }

  /** All watches end properly, as when their time is over. */
  public ApiFaults endWatches() {
    cluster.tellAll(watch -> watch.end(End.CLEAN));
    return this;
  }

  /** All watches get a line that no server writes: broken JSON, an unknown type. */
  public ApiFaults sayToWatches(String line) {
    cluster.tellAll(watch -> watch.tell(line));
    return this;
  }

  /**
   * Nothing is answered and no watch gets a byte, though connections are accepted: a server that is
   * stopped with SIGSTOP.
   */
  public ApiFaults freeze() {
    return set(() -> frozen = true);
  }

  /** Goes on where {@link #freeze} stopped: what waited is answered. */
  public ApiFaults thaw() {
    return set(() -> frozen = false);
  }

  /**
   * History is forgotten: versions before now are too old, to watch from and to list; continue
   * tokens expire. Watches that are open are not hurt.
   */
  public ApiFaults compact() {
    cluster.inStore(
        store -> {
          store.compact();
          return store;
        });
    return this;
  }

  /** All is well again, but for what was done to watches that are open. */
  public ApiFaults clear() {
    return set(
        () -> {
          spells.clear();
          delays.clear();
          retryAfter = Duration.ofSeconds(1);
          pace = HttpExchange.Pace.FULL;
          padding = 0;
          truncatedLists = 0;
          tornLists = 0;
          goneByHttp = false;
          silent = false;
          frozen = false;
        });
  }

  /** The status that the next request of this verb fails with; 0 when it does not. Counts down. */
  int nextFailure(Verb verb) {
    return cluster.locked(
        () -> {
          Spell spell = spells.get(verb);
          if (spell == null || spell.left() == 0) {
            return 0;
          }
          if (spell.left() != Integer.MAX_VALUE) {
            spells.put(verb, new Spell(spell.left() - 1, spell.status()));
          }
          return spell.status();
        });
  }

  int retryAfterSeconds() {
    return cluster.locked(() -> Math.toIntExact(retryAfter.toSeconds()));
  }

  boolean isGoneByHttp() {
    return cluster.locked(() -> goneByHttp);
  }

  boolean isSilent() {
    return cluster.locked(() -> silent);
  }

  HttpExchange.Pace pace() {
    return cluster.locked(() -> pace);
  }

  long padding() {
    return cluster.locked(() -> padding);
  }

  boolean truncatesThisList() {
    return cluster.locked(() -> truncatedLists > 0 && truncatedLists-- > 0);
  }

  boolean tearsThisList() {
    return cluster.locked(() -> tornLists > 0 && tornLists-- > 0);
  }

  /** Comes before every answer. */
  void hold(Verb verb) throws IOException {
    Duration delay = cluster.locked(() -> delays.getOrDefault(verb, Duration.ZERO));
    pause(delay);
    holdWhileFrozen();
  }

  /** Comes before every line of a watch. */
  void holdWhileFrozen() throws IOException {
    try {
      cluster.await(() -> !frozen, FOREVER);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private void pause(Duration wait) throws IOException {
    try {
      cluster.await(() -> false, wait);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private ApiFaults set(Runnable change) {
    return cluster.change(
        () -> {
          change.run();
          return this;
        });
  }

  private static IOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    IOException closing = new InterruptedIOException("the server closes");
    closing.initCause(e);
    return closing;
  }

  private static void checkDelay(String what, Duration delay) {
    if (delay.isNegative() || delay.compareTo(DELAY_MAX) > 0) {
      throw new IllegalArgumentException(
          "%s(%s): is out of range. Give 0 to %s.".formatted(what, delay, DELAY_MAX));
    }
  }

  private final class Trickle implements HttpExchange.Pace {
    private final int bytes;
    private final Duration pause;

    Trickle(int bytes, Duration pause) {
      this.bytes = bytes;
      this.pause = pause;
    }

    @Override
    public int bytesAtOnce() {
      return bytes;
    }

    @Override
    public void pause() throws IOException {
      ApiFaults.this.pause(pause);
    }
  }
}

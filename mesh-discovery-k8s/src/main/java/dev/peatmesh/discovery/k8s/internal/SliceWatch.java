package dev.peatmesh.discovery.k8s.internal;

import dev.peatmesh.discovery.k8s.internal.Input.Alarm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Follows the slices of one selection: list, then watch from the version of the list, and list
 * again every interval whatever the watch does. Does no I/O, knows no clock; owned by one thread.
 *
 * <p>The protocol:
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes.
 * Lists name no resource version, so that they are never older than what a watch has shown. A watch
 * that breaks goes on from the last version heard; one that the API ends, or that outlives the
 * interval in silence, is followed by a list.
 */
public final class SliceWatch {
  /** Slices per page. */
  static final int PAGE_SLICES = 50;

  /** A watch that has stood for so long is steady; one that has not opened by then is dead. */
  static final Duration SETTLE = Duration.ofSeconds(10);

  /** The API ends a watch within the interval; one that does not end is looked after this late. */
  static final Duration GRACE = Duration.ofSeconds(1);

  /** So many watches broken one after the other, none of them steady, are worth a word. */
  static final int UNSTEADY_MAX = 3;

  /** A list without end is none: with full pages this is more than {@link SliceTable} keeps. */
  private static final int PAGES_MAX = 2 * SliceTable.SLICES_MAX / PAGE_SLICES;

  private enum Phase {
    IDLE,
    LISTING,
    WATCHING,
    WAITING
  }

  /** What must succeed before a problem counts as over. */
  private enum Heals {
    BY_LIST,
    BY_WATCH,
    BY_STEADY_WATCH
  }

  private final Duration interval;
  private final RandomGenerator random;
  private final Backoff backoff;
  private final SliceTable table = new SliceTable();
  private final SliceTable listed = new SliceTable();
  private final Map<Alarm, Long> alarms = new EnumMap<>(Alarm.class);
  private List<Effect> effects = new ArrayList<>();

  private Phase phase = Phase.IDLE;
  private long request;
  private long alarmSequence;
  private String resourceVersion = "";
  private int pages;
  private int expirations;
  private boolean opened;
  private boolean settled;
  private boolean resume;
  private boolean trusted = true;
  private @Nullable Failure problem;
  private Heals heals = Heals.BY_LIST;

  /** Follows with that time between two lists. */
  public SliceWatch(Duration interval, RandomGenerator random) {
    this.interval = interval;
    this.random = random;
    this.backoff = new Backoff(random);
  }

  /** Takes what happened, says what to do. */
  public List<Effect> handle(Input input) {
    effects = new ArrayList<>();
    if (input instanceof Input.Started) {
      list();
    } else if (input instanceof Input.Page page) {
      page(page);
    } else if (input instanceof Input.Opened accepted) {
      hears(accepted.request());
    } else if (input instanceof Input.Changed changed) {
      changed(changed);
    } else if (input instanceof Input.Deleted deleted) {
      deleted(deleted);
    } else if (input instanceof Input.Bookmark bookmark) {
      if (hears(bookmark.request())) {
        reached(bookmark.resourceVersion());
      }
    } else if (input instanceof Input.Ended ended) {
      ended(ended);
    } else if (input instanceof Input.Failed failed) {
      failed(failed);
    } else if (input instanceof Input.Rang rang) {
      rang(rang);
    } else {
      throw new AssertionError("unhandled input: " + input);
    }
    return effects;
  }

  // Listing

  private void list() {
    phase = Phase.LISTING;
    pages = 0;
    listed.clear();
    // An expired token twice in a row: pages cannot keep up with the changes, so ask for all at
    // once (Kubernetes API concepts, "Retrieving large results sets in chunks").
    effects.add(new Effect.ListPage(++request, expirations > 1 ? 0 : PAGE_SLICES, ""));
  }

  private void page(Input.Page page) {
    if (phase != Phase.LISTING || page.request() != request) {
      return;
    }
    page.slices().forEach(listed::put);
    pages++;
    if (!page.continueToken().isEmpty() && pages < PAGES_MAX && !listed.isOverflown()) {
      effects.add(new Effect.ListPage(++request, PAGE_SLICES, page.continueToken()));
      return;
    }
    expirations = 0;
    table.takeOver(listed);
    if (!page.continueToken().isEmpty()) {
      table.overflow();
    }
    resourceVersion = page.resourceVersion();
    if (problem == null || heals == Heals.BY_LIST) {
      healed();
    }
    show();
    set(Alarm.RELIST, interval.plus(GRACE));
    watch();
  }

  // Watching

  private void watch() {
    phase = Phase.WATCHING;
    opened = false;
    settled = false;
    effects.add(new Effect.Watch(++request, resourceVersion, watchTime()));
    Duration soon = interval.dividedBy(2);
    set(Alarm.SETTLE, soon.compareTo(SETTLE) < 0 ? soon : SETTLE);
  }

  /** Diced, lest all nodes of a cluster list at the same moment; whole seconds, at least one. */
  private Duration watchTime() {
    long seconds = Math.max(1, interval.toSeconds());
    return Duration.ofSeconds(seconds - random.nextLong(seconds / 5 + 1));
  }

  /** Whether that is the watch we are at; then it lives. */
  private boolean hears(long from) {
    if (phase != Phase.WATCHING || from != request) {
      return false;
    }
    if (!opened) {
      opened = true;
      if (problem != null && heals == Heals.BY_WATCH) {
        healed();
      }
    }
    return true;
  }

  private void reached(String version) {
    if (!version.isEmpty()) {
      resourceVersion = version;
    }
  }

  private void changed(Input.Changed changed) {
    if (hears(changed.request())) {
      reached(changed.resourceVersion());
      table.put(changed.slice());
      show();
    }
  }

  private void deleted(Input.Deleted deleted) {
    if (hears(deleted.request())) {
      reached(deleted.resourceVersion());
      table.remove(deleted.name());
      show();
    }
  }

  private void ended(Input.Ended ended) {
    if (phase != Phase.WATCHING || ended.request() != request) {
      return;
    }
    if (settled) {
      list();
    } else {
      // Also an API that ends every watch at once must not be asked without a pause.
      broken(Failure.of(Failure.Kind.UNSTEADY, "the API ended the watch at once"));
    }
  }

  // What goes wrong

  private void failed(Input.Failed failed) {
    boolean awaited = phase == Phase.LISTING || phase == Phase.WATCHING;
    if (!awaited || failed.request() != request) {
      return;
    }
    Failure failure = failed.failure();
    if (failure.asksForAnotherClient()) {
      effects.add(new Effect.RenewClient());
    }
    if (failure.isUnauthorized() && trusted) {
      // The token was good until now: it was rotated, and the file has the new one.
      trusted = false;
      list();
    } else if (phase == Phase.LISTING) {
      listFailed(failure);
    } else if (failure.isGone()) {
      gone();
    } else if (opened && failure.isPassing()) {
      broken(failure);
    } else {
      report(failure, opened ? Heals.BY_STEADY_WATCH : Heals.BY_WATCH);
      pause(failure, failure.isPassing());
    }
  }

  private void listFailed(Failure failure) {
    if (failure.isGone() && pages > 0 && expirations < 2) {
      expirations++;
      list();
      return;
    }
    expirations = 0;
    report(failure, Heals.BY_LIST);
    pause(failure, false);
  }

  /** The version is too old to go on from: list again, at once unless it happens time and again. */
  private void gone() {
    if (backoff.attempts() == 0) {
      backoff.next(Duration.ZERO);
      list();
    } else {
      Failure unsteady = Failure.of(Failure.Kind.UNSTEADY, "its versions expire at once");
      pause(unsteady, false);
      if (backoff.attempts() >= UNSTEADY_MAX) {
        report(unsteady, Heals.BY_STEADY_WATCH);
      }
    }
  }

  /** A watch that stood is no more. What it showed stands; nobody hears of a single one. */
  private void broken(Failure failure) {
    boolean resumable = failure.isPassing() && failure.kind() != Failure.Kind.UNSTEADY;
    if (settled) {
      backoff.reset();
    }
    pause(failure, resumable);
    if (backoff.attempts() >= UNSTEADY_MAX) {
      report(Failure.of(Failure.Kind.UNSTEADY, failure.text()), Heals.BY_STEADY_WATCH);
    }
  }

  private void pause(Failure failure, boolean resumable) {
    phase = Phase.WAITING;
    resume = resumable;
    set(Alarm.RETRY, backoff.next(failure.retryAfter()));
  }

  // Time

  private void rang(Input.Rang rang) {
    Long current = alarms.get(rang.alarm());
    if (current == null || current != rang.sequence()) {
      return;
    }
    alarms.remove(rang.alarm());
    switch (rang.alarm()) {
      case RETRY -> retry();
      case SETTLE -> settle();
      case RELIST -> relist();
    }
  }

  private void retry() {
    if (phase != Phase.WAITING) {
      return;
    }
    if (resume) {
      watch();
    } else {
      list();
    }
  }

  private void settle() {
    if (phase != Phase.WATCHING) {
      return;
    }
    if (opened) {
      steady();
      return;
    }
    effects.add(new Effect.Cancel());
    Failure silence = Failure.of(Failure.Kind.TIMEOUT, "");
    report(silence, Heals.BY_WATCH);
    pause(silence, true);
  }

  private void steady() {
    settled = true;
    trusted = true;
    backoff.reset();
    if (problem != null) {
      healed();
    }
  }

  /** A watch that is open and silent looks just like one that is dead. The list tells. */
  private void relist() {
    if (phase == Phase.WATCHING) {
      effects.add(new Effect.Cancel());
      list();
    } else if (phase == Phase.WAITING) {
      resume = false;
    }
  }

  // Telling

  private void set(Alarm alarm, Duration delay) {
    alarms.put(alarm, ++alarmSequence);
    effects.add(new Effect.SetAlarm(alarm, alarmSequence, delay));
  }

  private void show() {
    effects.add(new Effect.Show(table.slices(), table.isOverflown()));
  }

  private void report(Failure failure, Heals by) {
    problem = failure;
    heals = by;
    effects.add(new Effect.Report(failure));
  }

  private void healed() {
    problem = null;
    effects.add(new Effect.Report(null));
  }
}

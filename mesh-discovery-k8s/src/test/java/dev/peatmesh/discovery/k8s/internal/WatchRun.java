package dev.peatmesh.discovery.k8s.internal;

import dev.peatmesh.discovery.k8s.internal.Input.Alarm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A {@link SliceWatch} on virtual time, its API played by the test. */
final class WatchRun {
  static final Duration INTERVAL = Duration.ofSeconds(30);

  private final SliceWatch watch;
  private final Map<Alarm, Effect.SetAlarm> alarms = new EnumMap<>(Alarm.class);
  private final Map<Alarm, Duration> due = new EnumMap<>(Alarm.class);
  private Duration now = Duration.ZERO;
  private Effect request;
  private boolean asking;

  /** What was asked for, in words: {@code list}, {@code list from t1}, {@code watch from 7}. */
  final List<String> asked = new ArrayList<>();

  /** What was reported, by kind; {@code well} when all is well again. */
  final List<String> reports = new ArrayList<>();

  int renewals;
  List<String> shown = List.of();
  boolean overflown;

  WatchRun(long seed) {
    this(INTERVAL, seed);
  }

  WatchRun(Duration interval, long seed) {
    watch = new SliceWatch(interval, new Random(seed));
    handle(new Input.Started());
  }

  /** One that has listed these at version 1 and watches. */
  static WatchRun watching(String... names) {
    WatchRun run = new WatchRun(7);
    run.lists("1", names);
    run.opens();
    return run;
  }

  void handle(Input input) {
    if (isLastWord(input)) {
      asking = false;
    }
    watch.handle(input).forEach(this::perform);
  }

  // The API

  void lists(String version, String... names) {
    pages(version, "", names);
  }

  void pages(String version, String token, String... names) {
    handle(new Input.Page(number(), slices(names), version, token));
  }

  void opens() {
    handle(new Input.Opened(number()));
  }

  void changes(String name, String version) {
    handle(new Input.Changed(number(), slice(name), version));
  }

  void deletes(String name, String version) {
    handle(new Input.Deleted(number(), name, version));
  }

  void bookmarks(String version) {
    handle(new Input.Bookmark(number(), version));
  }

  void ends() {
    handle(new Input.Ended(number()));
  }

  void fails(Failure failure) {
    handle(new Input.Failed(number(), failure));
  }

  void answers(int status) {
    fails(Failure.status(status, "as told", Duration.ZERO));
  }

  void breaks() {
    fails(Failure.of(Failure.Kind.UNREACHABLE, "connection reset"));
  }

  /** The number of the request that runs. */
  long number() {
    if (request instanceof Effect.ListPage list) {
      return list.request();
    }
    return request instanceof Effect.Watch w ? w.request() : -1;
  }

  Effect request() {
    return request;
  }

  /** Whether a request waits for its last word. */
  boolean isAsking() {
    return asking;
  }

  String lastAsked() {
    return asked.get(asked.size() - 1);
  }

  // Time

  Duration now() {
    return now;
  }

  /** Lets time pass; alarms ring when they are due. */
  void advance(Duration time) {
    Duration until = now.plus(time);
    while (true) {
      Alarm next = null;
      for (Alarm alarm : due.keySet()) {
        if (due.get(alarm).compareTo(until) <= 0
            && (next == null || due.get(alarm).compareTo(due.get(next)) < 0)) {
          next = alarm;
        }
      }
      if (next == null) {
        now = until;
        return;
      }
      now = due.remove(next);
      Effect.SetAlarm set = alarms.get(next);
      handle(new Input.Rang(set.alarm(), set.sequence()));
    }
  }

  /** Lets time pass until something is asked for. */
  Duration advanceToNextRequest(Duration most) {
    int before = asked.size();
    Duration from = now;
    while (asked.size() == before && now.minus(from).compareTo(most) < 0) {
      advance(Duration.ofMillis(10));
    }
    return now.minus(from);
  }

  static Slice slice(String name) {
    return new Slice(name, "", false, List.of(), List.of(), Map.of(), List.of(), 0);
  }

  private static List<Slice> slices(String... names) {
    return Stream.of(names).map(WatchRun::slice).toList();
  }

  private void perform(Effect effect) {
    if (effect instanceof Effect.ListPage list) {
      ask(list, list.continueToken().isEmpty() ? "list" : "list from " + list.continueToken());
    } else if (effect instanceof Effect.Watch w) {
      ask(w, "watch from " + w.resourceVersion());
    } else if (effect instanceof Effect.Cancel) {
      asked.add("cancel");
      asking = false;
    } else if (effect instanceof Effect.SetAlarm set) {
      alarms.put(set.alarm(), set);
      due.put(set.alarm(), now.plus(set.delay()));
    } else if (effect instanceof Effect.Show show) {
      shown = names(show.slices());
      overflown = show.overflown();
    } else if (effect instanceof Effect.Report report) {
      reports.add(report.failure() == null ? "well" : word(report.failure()));
    } else if (effect instanceof Effect.RenewClient) {
      renewals++;
    } else {
      throw new AssertionError("unhandled " + effect);
    }
  }

  private void ask(Effect effect, String words) {
    if (asking) {
      throw new AssertionError("two requests at a time: " + asked + ", " + words);
    }
    asking = true;
    request = effect;
    asked.add(words);
  }

  private boolean isLastWord(Input input) {
    return (input instanceof Input.Page page && page.request() == number())
        || (input instanceof Input.Ended ended && ended.request() == number())
        || (input instanceof Input.Failed failed && failed.request() == number());
  }

  private static String word(Failure failure) {
    return failure.code() == 0 ? failure.kind().name() : Integer.toString(failure.code());
  }

  private static List<String> names(Collection<Slice> slices) {
    return slices.stream().map(Slice::name).collect(Collectors.toList());
  }
}

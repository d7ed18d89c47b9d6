package dev.peatmesh.internal.link;

import dev.peatmesh.RefusalReason;
import dev.peatmesh.internal.transport.Refusal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * One dial of one peer: all its addresses, the next one a little after the former, until the first
 * connects (RFC 8305 section 5). An attempt that fails lets the next start at once. Host names are
 * resolved afresh; literal addresses do not wait for them.
 *
 * <p>State machine: no I/O, no clock. Over after {@link Effect.Won} or {@link Effect.Lost}.
 */
public final class DialRace {
  /**
   * How a race is run.
   *
   * @param stagger between the starts of two attempts, of a few; of many it is less, so that the
   *     last one starts after a second, but not less than 100 ms
   * @param timeout of one attempt, and of the resolution of names
   * @param addressesMax how many addresses are tried at most
   */
  public record Rules(Duration stagger, Duration timeout, int addressesMax) {}

  /** What happened. */
  public sealed interface Input {
    /** Off we go, for addresses of which some may be names. */
    record Started(Collection<InetSocketAddress> addresses) implements Input {}

    /** These are known now; what is new among them is tried next, at once. */
    record Learned(Collection<InetSocketAddress> addresses) implements Input {}

    /** A name was resolved. Empty: it was not. */
    record Resolved(InetSocketAddress name, List<InetAddress> addresses) implements Input {}

    /** An attempt came through. */
    record Connected(long attempt) implements Input {}

    /** An attempt did not. */
    record Failed(long attempt, Refusal refusal) implements Input {}

    /** The time asked for by {@link Effect.Wake} has come. */
    record Tick() implements Input {}

    /** The race has become pointless. */
    record Cancelled() implements Input {}
  }

  /** What is to be done. */
  public sealed interface Effect {
    /** Resolve the name and answer with {@link Input.Resolved}. */
    record Resolve(InetSocketAddress name) implements Effect {}

    /** Dial; attempts are numbered by the caller's numbers. */
    record Dial(long attempt, InetSocketAddress address) implements Effect {}

    /** Give an attempt up. */
    record Cancel(long attempt) implements Effect {}

    /** Tick after this time; replaces what was asked for before. */
    record Wake(long delayNanos) implements Effect {}

    /** The first one is through; the others have been cancelled. */
    record Won(long attempt, InetSocketAddress address) implements Effect {}

    /** None came through. */
    record Lost(Refusal refusal) implements Effect {}
  }

  /** Gives each attempt a number that no other has. */
  public interface Numbers {
    long next();
  }

  /** When the last of many attempts is to start, while the least stagger allows it. */
  private static final long SPREAD_NANOS = Duration.ofSeconds(1).toNanos();

  /** RFC 8305 section 5: the least that is recommended. */
  private static final long STAGGER_MIN_NANOS = Duration.ofMillis(100).toNanos();

  private record Attempt(InetSocketAddress address, long startNanos) {}

  private final int addressesMax;
  private final long staggerNanos;
  private final long timeoutNanos;
  private final Numbers numbers;
  private final DialPlan plan;
  private final Map<Long, Attempt> running = new LinkedHashMap<>();
  private final Set<InetSocketAddress> names = new LinkedHashSet<>();
  private final Set<InetSocketAddress> unresolved = new LinkedHashSet<>();
  private final List<String> failures = new ArrayList<>();
  private long askedNanos;
  private long lastAttemptNanos;
  private boolean startNow = true;
  private boolean over;
  private @Nullable Refusal telling;

  /**
   * A race not yet started.
   *
   * @param proven the address that worked last, if any; tried first
   * @param suspects addresses that connected before and led to nothing; tried last
   */
  public DialRace(
      Rules rules,
      Numbers numbers,
      @Nullable InetSocketAddress proven,
      Set<InetSocketAddress> suspects) {
    this.addressesMax = rules.addressesMax();
    this.staggerNanos = rules.stagger().toNanos();
    this.timeoutNanos = rules.timeout().toNanos();
    this.numbers = numbers;
    this.plan = new DialPlan(rules.addressesMax(), proven, suspects);
  }

  /** Goes one step. */
  public List<Effect> handle(Input input, long nowNanos) {
    if (over) {
      return List.of();
    }
    List<Effect> effects = new ArrayList<>();
    if (input instanceof Input.Connected connected) {
      won(connected.attempt(), effects);
      return effects;
    }
    if (input instanceof Input.Cancelled) {
      end(effects);
      return effects;
    }
    if (input instanceof Input.Learned learned) {
      learned(learned.addresses(), nowNanos, effects);
      return effects;
    }
    if (input instanceof Input.Started started) {
      started(started.addresses(), nowNanos, effects);
    } else if (input instanceof Input.Resolved resolved) {
      resolved(resolved.name(), resolved.addresses());
    } else if (input instanceof Input.Failed failed) {
      failed(failed.attempt(), failed.refusal());
    } else if (!(input instanceof Input.Tick)) {
      throw new AssertionError("unhandled input: " + input);
    }
    step(nowNanos, effects);
    return effects;
  }

  private void started(
      Collection<InetSocketAddress> addresses, long nowNanos, List<Effect> effects) {
    for (InetSocketAddress address : addresses) {
      if (address.isUnresolved()) {
        resolve(address, nowNanos, effects);
      } else {
        plan.add(address);
      }
    }
  }

  /** Ends nothing: what is over by now ends at the next tick. */
  private void learned(
      Collection<InetSocketAddress> addresses, long nowNanos, List<Effect> effects) {
    boolean news = false;
    for (InetSocketAddress address : addresses) {
      if (address.isUnresolved()) {
        resolve(address, nowNanos, effects);
      } else {
        news |= plan.addFirst(address);
      }
    }
    if (news) {
      startNext(nowNanos, effects);
    }
    effects.add(new Effect.Wake(untilNextEvent(nowNanos)));
  }

  private void resolve(InetSocketAddress name, long nowNanos, List<Effect> effects) {
    if (names.size() < addressesMax && names.add(name)) {
      unresolved.add(name);
      askedNanos = nowNanos;
      effects.add(new Effect.Resolve(name));
    }
  }

  private void resolved(InetSocketAddress name, List<InetAddress> addresses) {
    if (!unresolved.remove(name)) {
      return;
    }
    if (addresses.isEmpty()) {
      note(Refusal.ours(RefusalReason.UNRESOLVED, Addresses.text(name) + " does not resolve"));
    }
    addresses.forEach(address -> plan.add(new InetSocketAddress(address, name.getPort())));
  }

  private void failed(long attempt, Refusal refusal) {
    Attempt ended = running.remove(attempt);
    if (ended == null) {
      return;
    }
    note(
        new Refusal(
            refusal.reason(),
            Addresses.text(ended.address()) + " " + refusal.detail(),
            refusal.remote()));
    startNow = true;
  }

  private void won(long attempt, List<Effect> effects) {
    Attempt winner = running.remove(attempt);
    if (winner == null) {
      throw new AssertionError("unknown attempt " + attempt);
    }
    end(effects);
    effects.add(new Effect.Won(attempt, winner.address()));
  }

  private void end(List<Effect> effects) {
    over = true;
    running.keySet().forEach(attempt -> effects.add(new Effect.Cancel(attempt)));
    running.clear();
  }

  private void step(long nowNanos, List<Effect> effects) {
    expireAttempts(nowNanos, effects);
    expireNames(nowNanos);
    if (!plan.isEmpty() && (startNow || nowNanos - lastAttemptNanos >= paceNanos())) {
      startNext(nowNanos, effects);
    }
    if (running.isEmpty() && plan.isEmpty() && unresolved.isEmpty()) {
      over = true;
      effects.add(new Effect.Lost(summary()));
      return;
    }
    effects.add(new Effect.Wake(untilNextEvent(nowNanos)));
  }

  private void expireAttempts(long nowNanos, List<Effect> effects) {
    Iterator<Map.Entry<Long, Attempt>> oldestFirst = running.entrySet().iterator();
    while (oldestFirst.hasNext()) {
      Map.Entry<Long, Attempt> next = oldestFirst.next();
      if (nowNanos - next.getValue().startNanos() < timeoutNanos) {
        return;
      }
      oldestFirst.remove();
      effects.add(new Effect.Cancel(next.getKey()));
      String address = Addresses.text(next.getValue().address());
      note(Refusal.ours(RefusalReason.UNREACHABLE, address + " did not answer"));
      startNow = true;
    }
  }

  private void expireNames(long nowNanos) {
    if (nowNanos - askedNanos < timeoutNanos) {
      return;
    }
    for (InetSocketAddress name : unresolved) {
      note(Refusal.ours(RefusalReason.UNRESOLVED, Addresses.text(name) + " not resolved in time"));
    }
    unresolved.clear();
  }

  private void startNext(long nowNanos, List<Effect> effects) {
    InetSocketAddress address = plan.poll();
    if (address == null) {
      return;
    }
    long attempt = numbers.next();
    running.put(attempt, new Attempt(address, nowNanos));
    lastAttemptNanos = nowNanos;
    startNow = false;
    effects.add(new Effect.Dial(attempt, address));
  }

  /** A live address behind many dead ones must not wait for as many staggers. */
  private long paceNanos() {
    long evenly = SPREAD_NANOS / Math.max(1, plan.size() - 1);
    return Math.min(staggerNanos, Math.max(STAGGER_MIN_NANOS, evenly));
  }

  private long untilNextEvent(long nowNanos) {
    long wait = Long.MAX_VALUE;
    if (!plan.isEmpty()) {
      wait = Math.min(wait, lastAttemptNanos + paceNanos() - nowNanos);
    }
    if (!running.isEmpty()) {
      long oldestNanos = running.values().iterator().next().startNanos();
      wait = Math.min(wait, oldestNanos + timeoutNanos - nowNanos);
    }
    if (!unresolved.isEmpty()) {
      wait = Math.min(wait, askedNanos + timeoutNanos - nowNanos);
    }
    return Math.max(0, wait);
  }

  /** Keeps the most telling one: a wrong key at one address says more than silence at five. */
  private void note(Refusal refusal) {
    if (telling == null || weight(refusal.reason()) > weight(telling.reason())) {
      telling = refusal;
    }
    failures.add(refusal.detail());
  }

  private static int weight(RefusalReason reason) {
    return switch (reason) {
      case UNRESOLVED -> 0;
      case UNREACHABLE, TIMED_OUT -> 1;
      default -> 2;
    };
  }

  private Refusal summary() {
    if (telling == null) {
      return Refusal.ours(RefusalReason.UNREACHABLE, "no address is known");
    }
    // The telling one first: the detail is cut at its end.
    StringJoiner detail = new StringJoiner("; ").add(telling.detail());
    failures.stream().filter(other -> !other.equals(telling.detail())).forEach(detail::add);
    return new Refusal(telling.reason(), detail.toString(), telling.remote());
  }
}

package dev.peatmesh.testkit.internal;

import dev.peatmesh.runtime.Loop;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The names of a simulated network. A name may move, and may have no address or several. Fits the
 * peer network's resolver as {@code names::resolve}.
 */
public final class SimulatedResolver {
  private static final Duration ANSWER_LEAST = Duration.ofMillis(1);
  private static final Duration ANSWER_SPREAD = Duration.ofMillis(30);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final VirtualTime time;
  private final Loop loop;
  private final SeededRandom random;
  private final Map<String, List<InetAddress>> names = new HashMap<>();
  private boolean down;

  /** Knows no name. */
  public SimulatedResolver(VirtualTime time) {
    this.time = time;
    loop = time.newLoop("dns");
    random = time.random("dns");
  }

  /** From now on the name has these addresses, and no others. None: it no longer resolves. */
  public void name(String host, List<InetAddress> addresses) {
    names.put(host, List.copyOf(addresses));
    time.record("dns " + host + " has " + addresses.size() + " addresses");
  }

  /** While it is down every question is answered with nothing, after 5 s. */
  public void down(boolean isDown) {
    down = isDown;
    time.record("dns " + (isDown ? "down" : "up"));
  }

  /**
   * Asks for the addresses of a name, which come after 1 to 31 ms, in their order; empty when it
   * does not resolve.
   */
  public void resolve(String host, Consumer<List<InetAddress>> answer) {
    boolean unanswered = down;
    Duration delay =
        unanswered ? PATIENCE : ANSWER_LEAST.plusNanos(random.upTo(ANSWER_SPREAD.toNanos()));
    loop.schedule(
        delay,
        () -> {
          List<InetAddress> found = unanswered ? List.of() : names.getOrDefault(host, List.of());
          time.record("dns " + host + "? " + found.size());
          answer.accept(found);
        });
  }
}

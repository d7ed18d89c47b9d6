package dev.peatmesh.internal.peers;

import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.crypto.Nonce;
import dev.peatmesh.crypto.Role;
import dev.peatmesh.internal.link.Handshake;
import dev.peatmesh.internal.link.LocalNode;
import dev.peatmesh.internal.transport.FairShare;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The connections that have not proved themselves yet: accepted ones, at most {@code
 * handshakesMax}, and one for each dial that came through. None stays longer than the handshake
 * timeout.
 */
final class Greetings {
  /**
   * One of them.
   *
   * @param dial the dial it came from; null when it was accepted
   */
  record Greeting(
      long connection,
      EndpointId remote,
      InetSocketAddress address,
      Handshake handshake,
      Dials.@Nullable Dial dial) {}

  private final LocalNode self;
  private final int acceptedMax;
  private final Duration timeout;
  private final RandomGenerator random;
  private final Map<Long, Greeting> greetings = new LinkedHashMap<>();
  private int accepted;

  Greetings(LocalNode self, PeerSettings settings, RandomGenerator random) {
    this.self = self;
    this.acceptedMax = settings.limits().handshakesMax();
    this.timeout = settings.timing().handshakeTimeout();
    this.random = random;
  }

  /** Why there is no place for a connection accepted from there; empty when there is one. */
  Optional<String> obstacle(InetSocketAddress from) {
    if (accepted >= acceptedMax) {
      return Optional.of("all places for handshakes are taken");
    }
    Stream<InetSocketAddress> taken =
        greetings.values().stream().filter(g -> g.dial() == null).map(Greeting::address);
    return FairShare.isUsedUp(acceptedMax, from, taken)
        ? Optional.of("too many handshakes from one address")
        : Optional.empty();
  }

  Greeting start(
      long connection,
      EndpointId remote,
      InetSocketAddress address,
      Dials.@Nullable Dial dial,
      Turn turn) {
    byte[] nonce = new byte[Nonce.BYTES];
    random.nextBytes(nonce);
    Role role = dial == null ? Role.ACCEPTOR : Role.DIALER;
    Handshake handshake = new Handshake(self, role, remote, Nonce.of(nonce));
    Greeting greeting = new Greeting(connection, remote, address, handshake, dial);
    greetings.put(connection, greeting);
    accepted += dial == null ? 1 : 0;
    turn.add(new Effect.StartTimer(new Timer.Handshake(connection), timeout.toNanos()));
    return greeting;
  }

  @Nullable Greeting find(long connection) {
    return greetings.get(connection);
  }

  /** Whether a connection that the peer made is proving itself. */
  boolean acceptedFrom(EndpointId peer) {
    return greetings.values().stream()
        .anyMatch(greeting -> greeting.dial() == null && greeting.remote().equals(peer));
  }

  void end(Greeting greeting, Turn turn) {
    if (greetings.remove(greeting.connection()) == null) {
      throw new AssertionError("ended twice: connection " + greeting.connection());
    }
    accepted -= greeting.dial() == null ? 1 : 0;
    turn.add(new Effect.CancelTimer(new Timer.Handshake(greeting.connection())));
  }

  Duration timeout() {
    return timeout;
  }

  /** All of them. A copy. */
  List<Greeting> all() {
    return List.copyOf(greetings.values());
  }

  int size() {
    return greetings.size();
  }
}

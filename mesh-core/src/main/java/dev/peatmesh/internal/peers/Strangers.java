package dev.peatmesh.internal.peers;

import dev.peatmesh.PeerError;
import dev.peatmesh.PeerState;
import dev.peatmesh.PeerStatus;
import dev.peatmesh.RefusalReason;
import dev.peatmesh.crypto.EndpointId;
import dev.peatmesh.internal.link.Addresses;
import dev.peatmesh.internal.transport.Refusal;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Whoever came from outside, was refused and is no known peer: one entry per IP address and reason,
 * at most {@code strangersMax}; the longest unseen gives way, and is forgotten after a grace.
 */
final class Strangers {
  private record Key(String host, RefusalReason reason) {}

  private record Stranger(
      @Nullable EndpointId endpoint,
      InetSocketAddress from,
      Instant since,
      PeerError error,
      long seenNanos) {}

  private final int strangersMax;
  private final Duration grace;
  private final LineBudget lines = new LineBudget();

  /** The longest unseen first. */
  private final Map<Key, Stranger> strangers = new LinkedHashMap<>();

  Strangers(int strangersMax, Duration grace) {
    this.strangersMax = strangersMax;
    this.grace = grace;
  }

  /** Takes note of a refusal; {@code endpoint} is the key that was proved, if any. */
  void refused(InetSocketAddress from, @Nullable EndpointId endpoint, Refusal refusal, Turn turn) {
    if (strangers.isEmpty()) {
      turn.add(new Effect.StartTimer(new Timer.Strangers(), grace.toNanos()));
    }
    Key key = new Key(Addresses.host(from), refusal.reason());
    Stranger before = strangers.remove(key);
    Instant since = before == null ? turn.now().wall() : before.since();
    PeerError error = turn.error(refusal);
    strangers.put(key, new Stranger(endpoint, from, since, error, turn.nanos()));
    if (strangers.size() > strangersMax) {
      Iterator<Key> longestUnseen = strangers.keySet().iterator();
      longestUnseen.next();
      longestUnseen.remove();
    }
    if (before == null) {
      lines.report(
          turn,
          Level.WARN,
          "stranger refused",
          "from",
          Addresses.text(from),
          "endpoint",
          endpoint == null ? PeerStatus.UNKNOWN_NAME : endpoint.hex(),
          "reason",
          refusal.reason(),
          "detail",
          refusal.detail(),
          "remote",
          refusal.remote());
    }
  }

  /** Forgets those whose grace is over. */
  void expire(Turn turn) {
    Iterator<Stranger> longestUnseenFirst = strangers.values().iterator();
    while (longestUnseenFirst.hasNext()) {
      Duration left = grace.minus(turn.now().since(longestUnseenFirst.next().seenNanos()));
      if (!left.isNegative() && !left.isZero()) {
        turn.add(new Effect.StartTimer(new Timer.Strangers(), left.toNanos()));
        return;
      }
      longestUnseenFirst.remove();
    }
  }

  void clear(Turn turn) {
    strangers.clear();
    turn.add(new Effect.CancelTimer(new Timer.Strangers()));
  }

  int size() {
    return strangers.size();
  }

  List<PeerStatus> statuses() {
    return strangers.values().stream().map(Strangers::status).toList();
  }

  private static PeerStatus status(Stranger stranger) {
    return new PeerStatus(
        PeerStatus.UNKNOWN_NAME,
        Optional.ofNullable(stranger.endpoint()),
        Optional.empty(),
        PeerState.REFUSED,
        false,
        List.of(PeerStatus.INBOUND),
        List.of(Addresses.text(stranger.from())),
        stranger.since(),
        Optional.of(stranger.error()),
        Optional.empty());
  }
}

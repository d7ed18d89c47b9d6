package dev.peatmesh.sync.internal.typed;

import dev.peatmesh.sync.Bytes;
import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.Text;
import dev.peatmesh.sync.Uint64;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A record with a component of every kind. */
record Track(
    boolean active,
    byte tiny,
    Short small,
    int count,
    long big,
    float single,
    double speed,
    String name,
    Instant seen,
    Duration age,
    UUID uuid,
    Mode mode,
    BigInteger huge,
    BigDecimal price,
    Bytes raw,
    Counter hits,
    Text note,
    Uint64 mask,
    Optional<String> alias,
    @Nullable Long limit,
    List<Waypoint> route,
    Set<String> tags,
    Map<String, Waypoint> named,
    Position position,
    Pair<Long, Position> pair,
    Shape shape) {

  enum Mode {
    AIR,
    SEA
  }

  record Position(double lat, double lon) {}

  record Waypoint(String label, int order, Optional<Position> at) {}

  record Pair<A, B>(A first, List<B> rest) {}

  sealed interface Shape {
    record Circle(double radius) implements Shape {}

    record Group(List<Shape> members) implements Shape {}
  }

  /** The same for the same number, and another for another. */
  static Track sample(int n) {
    return new Track(
        n % 2 == 0,
        (byte) n,
        (short) -n,
        n,
        (1L << 60) + n,
        n / 3f,
        n,
        "name " + n,
        Instant.ofEpochMilli(1_700_000_000_000L + n),
        Duration.ofMillis(1500 + n),
        new UUID(n, n),
        n % 2 == 0 ? Mode.AIR : Mode.SEA,
        BigInteger.ONE.shiftLeft(200).add(BigInteger.valueOf(n)),
        new BigDecimal("10.50"),
        Bytes.of((byte) n),
        new Counter(n),
        new Text("note \uD83D\uDE00 " + n),
        Uint64.parse("18446744073709551615"),
        n % 3 == 0 ? Optional.empty() : Optional.of("alias " + n),
        n % 5 == 0 ? null : (long) n,
        List.of(new Waypoint("a", n, Optional.empty()), new Waypoint("b", 2, at(n))),
        Set.of("x", "y" + n),
        Map.of("home", new Waypoint("h", n, at(n))),
        new Position(n, -n),
        new Pair<>((long) n, List.of(new Position(1, n))),
        new Shape.Group(List.of(new Shape.Circle(n), new Shape.Group(List.of()))));
  }

  private static Optional<Position> at(int n) {
    return Optional.of(new Position(n, n));
  }
}

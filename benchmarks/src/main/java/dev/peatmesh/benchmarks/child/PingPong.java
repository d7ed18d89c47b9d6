package dev.peatmesh.benchmarks.child;

import dev.peatmesh.benchmarks.Percentiles;
import dev.peatmesh.benchmarks.process.Requests;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * One of two processes that play ping-pong: {@code listen} makes it the far one and answers its
 * port, {@code connect <port>} makes it the near one, {@code play <rounds>} answers the percentiles
 * of half a round trip in nanoseconds. Round trips are timed by one clock, that of the near side.
 */
public final class PingPong {
  /**
   * After so many trips both players take new documents: Automerge looks through all that was ever
   * written to a field, so a field that was written a thousand times is slow for everybody.
   */
  static final int TRIPS_PER_DOCUMENT = 200;

  private PingPong() {}

  /** Over what the ball flies. */
  public enum Kind {
    /** 64 bytes in a UDP datagram. */
    UDP,
    /** 64 bytes on a QUIC stream. */
    QUIC,
    /** One Automerge change: committed, sent on a QUIC stream, applied, read. */
    CHANGE,
    /** The same, forced to the disk before it is sent. */
    CHANGE_ON_DISK,
    /** One change of a PeatMesh document, in memory. */
    MESH,
    /** The same with data directories. */
    MESH_ON_DISK
  }

  /** One way to play. */
  interface Game extends AutoCloseable {
    int listen() throws Exception;

    void connect(int port) throws Exception;

    /** The nanoseconds of each round trip. */
    long[] play(int rounds) throws Exception;

    @Override
    void close() throws IOException;
  }

  /** Takes the kind and a folder that is its own. */
  public static void main(String[] arguments) throws Exception {
    try (Game game = game(Kind.valueOf(arguments[0]), Path.of(arguments[1]))) {
      Requests.serve(
          Map.of(
              "listen", words -> Integer.toString(game.listen()),
              "connect",
                  words -> {
                    game.connect(Integer.parseInt(words.get(0)));
                    return "connected";
                  },
              "play",
                  words ->
                      Percentiles.of(game.play(Integer.parseInt(words.get(0)))).halved().format()));
    }
  }

  private static Game game(Kind kind, Path directory) throws IOException {
    return switch (kind) {
      case UDP -> new UdpGame();
      case QUIC -> new QuicGame();
      case CHANGE -> ChangeGame.inMemory();
      case CHANGE_ON_DISK -> ChangeGame.onDisk(directory.resolve("changes"));
      case MESH -> MeshGame.inMemory();
      case MESH_ON_DISK -> MeshGame.onDisk(directory);
    };
  }
}

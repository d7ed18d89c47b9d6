package dev.peatmesh.benchmarks.floor;

import io.netty.channel.epoll.Epoll;
import io.netty.handler.codec.quic.Quic;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** The native libraries that a node with a data directory uses. */
public final class Natives {
  private Natives() {}

  /** Loads them: QUIC, epoll where there is one, Automerge, SQLite. */
  public static void load() throws SQLException {
    Quic.ensureAvailability();
    Epoll.isAvailable();
    new RawDocument().close();
    try (Connection memory = DriverManager.getConnection("jdbc:sqlite::memory:")) {
      if (!memory.isValid(0)) {
        throw new IllegalStateException("sqlite: does not answer");
      }
    }
  }
}

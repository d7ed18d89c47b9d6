package dev.peatmesh.benchmarks.floor;

import io.netty.channel.epoll.Epoll;
import io.netty.handler.codec.quic.Quic;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** The native libraries that a node uses. */
public final class Natives {
  private Natives() {}

  /** Loads QUIC, epoll where there is one, and Automerge. */
  public static void load() {
    Quic.ensureAvailability();
    Epoll.isAvailable();
    new RawDocument().close();
  }

  /** Loads those and SQLite, as a node with a data directory does. */
  public static void loadWithStore() throws SQLException {
    load();
    try (Connection memory = DriverManager.getConnection("jdbc:sqlite::memory:")) {
      if (!memory.isValid(0)) {
        throw new IllegalStateException("sqlite: does not answer");
      }
    }
  }
}

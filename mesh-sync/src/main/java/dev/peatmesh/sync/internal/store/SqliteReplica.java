package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.internal.guard.ActorId;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * Who writes through a store: actor, incarnation, store id, the number of the next event, how the
 * last user stopped. Not thread-safe.
 */
final class SqliteReplica {
  /** More events than are told between two commits, whatever happens. */
  static final long SEQUENCE_JUMP = 1_000_000;

  private static final int STORE_ID_BYTES = 16;

  private final SqliteMeta meta;
  private final StoreSettings settings;
  private final RandomGenerator random;
  private final InstantSource clock;

  SqliteReplica(
      SqliteMeta meta, StoreSettings settings, RandomGenerator random, InstantSource clock) {
    this.meta = meta;
    this.settings = settings;
    this.random = random;
    this.clock = clock;
  }

  /**
   * The replica of this opening: a new incarnation and, after an unclean stop, a new actor. Reads
   * only.
   */
  ReplicaState next() throws SQLException {
    boolean clean = "1".equals(meta.get("clean"));
    String actor = meta.get("actor");
    String storeId = meta.get("store");
    return new ReplicaState(
        clean && actor != null ? new ActorId(actor) : newActor(),
        Math.max(clock.millis(), meta.get("incarnation", -1) + 1),
        clean,
        storeId == null ? newStoreId() : storeId,
        meta.get("sequence", 1));
  }

  /** The same with what a look at all rows has shown. */
  ReplicaState after(ReplicaState replica, long lastSequence, boolean rowsRefused) {
    long next = Math.max(replica.nextSequence(), lastSequence + 1);
    boolean unsure = rowsRefused || !replica.cleanStop();
    return new ReplicaState(
        rowsRefused ? newActor() : replica.actor(),
        replica.incarnation(),
        replica.cleanStop(),
        rowsRefused ? newStoreId() : replica.storeId(),
        unsure ? next + SEQUENCE_JUMP : next);
  }

  /** Part of a transaction: the store is in use by this replica. */
  void note(ReplicaState replica) throws SQLException {
    meta.set("clean", "0");
    meta.set("actor", replica.actor().hex());
    meta.set("incarnation", Long.toString(replica.incarnation()));
    meta.set("store", replica.storeId());
    meta.set("sequence", Long.toString(replica.nextSequence()));
  }

  /** Part of a transaction: this actor from now on. */
  void note(ActorId actor) throws SQLException {
    meta.set("actor", actor.hex());
  }

  /** Part of a transaction: the next opening goes on where this one stops. */
  boolean noteCleanStop(long lastSequence) throws SQLException {
    meta.set("clean", "1");
    meta.set("sequence", Long.toString(Math.max(meta.get("sequence", 1), lastSequence + 1)));
    return true;
  }

  private ActorId newActor() {
    return Actors.create(settings.device(), random);
  }

  private String newStoreId() {
    return randomHex(STORE_ID_BYTES);
  }

  private String randomHex(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}

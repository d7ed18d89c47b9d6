package dev.peatmesh.sync.internal.replica;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.engine.PeerId;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.store.Actors;
import dev.peatmesh.sync.internal.store.StoreWrite;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Under which name this node writes: its device and a number of the time in which it could be sure
 * of what it wrote. Belongs to the document loop.
 *
 * <p>Whenever it is in doubt whether a number of a change was given out already, it writes under a
 * new name, in every document: two changes with one author and one number would break a document
 * for ever.
 */
final class OwnActor {
  private static final Logger LOG = LoggerFactory.getLogger(OwnActor.class);

  /** The note that names an actor some of whose documents are gone. */
  static final String NOTE = "actor.dropped";

  private static final int HEX_PER_BYTE = 2;
  private static final int DEVICE_DIGITS = Actors.DEVICE_BYTES * HEX_PER_BYTE;
  private static final int ACTOR_DIGITS = DEVICE_DIGITS + 16;

  private final ByteBuffer device;
  private final RandomGenerator random;
  private final Runnable setBack;
  private ActorId actor;
  private boolean stored;
  private boolean dropped;

  /**
   * @param stored the actor that the store knows; kept when it is one of this device
   * @param note what the store kept under {@link #NOTE}; empty for nothing
   * @param setBack hears when it turns out that the store has lost changes of this node
   */
  OwnActor(PeerId self, ActorId stored, String note, RandomGenerator random, Runnable setBack) {
    this.device = Actors.device(HexFormat.of().parseHex(self.value()));
    this.random = random;
    this.setBack = setBack;
    this.actor = stored;
    this.stored = true;
    dropped = note.equals(stored.hex());
    byte[] prefix = new byte[Actors.DEVICE_BYTES];
    device.duplicate().get(prefix);
    if (!stored.hex().startsWith(HexFormat.of().formatHex(prefix))) {
      renew();
    }
  }

  /** Who wrote it, for people: the device, or the whole actor where it does not name one. */
  static String author(ActorId actor) {
    String hex = actor.hex();
    return hex.length() == ACTOR_DIGITS ? hex.substring(0, DEVICE_DIGITS) : hex;
  }

  /** The present name. */
  ActorId current() {
    return actor;
  }

  /** Takes a new name. */
  ActorId renew() {
    actor = Actors.create(device, random);
    stored = false;
    dropped = false;
    return actor;
  }

  /**
   * A peer knows a change of ours that we do not: the store was set back in time, unless the change
   * is of a document that was dropped.
   */
  void forgotten(DocumentKey key) {
    LOG.atWarn()
        .addKeyValue("document", key)
        .log("a peer returned a change of our own that the store had lost; taking a new actor");
    boolean isExplained = dropped;
    renew();
    if (!isExplained) {
      setBack.run();
    }
  }

  /**
   * Nothing is left of a document: a new one under its id must not be begun under a name that may
   * have written to the old one, for others may still have that.
   *
   * @return what is to be stored
   */
  List<StoreWrite> documentDropped(StoreWrite drop) {
    if (dropped) {
      return List.of(drop);
    }
    dropped = true;
    return List.of(drop, new StoreWrite.Note(NOTE, actor.hex()));
  }

  /** A document is begun of which nothing is known. */
  void documentBegins() {
    if (dropped) {
      renew();
    }
  }

  /** What the next commit of ours must hold so that the name is known after a restart. */
  List<StoreWrite> unstored() {
    return stored ? List.of() : List.of(new StoreWrite.Actor(actor));
  }

  /** A commit with the given writes is durable. */
  void stored(List<? extends StoreWrite> writes) {
    stored |= writes.contains(new StoreWrite.Actor(actor));
  }
}

package dev.peatmesh.sync.internal.crdt;

import dev.peatmesh.sync.internal.guard.ActorId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.automerge.ChangeHash;
import org.automerge.Document;
import org.automerge.PatchLog;
import org.automerge.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * One native transaction, in the document itself or on a copy that may be thrown away. Closing it
 * without a commit takes everything back.
 *
 * <p>The core aborts the process when a transaction is rolled back whose actor has no change in the
 * document, but was seen before another actor came. So an actor's first change is made on a copy,
 * which then becomes the document; afterwards its transactions run in place.
 *
 * <p>A change with marks ({@link WideIntegers}) or with a time, which the binding cannot set, is
 * made on a copy, too: its marks become integers in the encoded change, the time is written into
 * its header, and the document takes that change like one from a peer.
 */
final class NativeTransaction implements AutoCloseable {
  private final Document document;
  private final ActorId actor;

  /** What was done in place, to be done again on a copy. */
  private final List<Consumer<Transaction>> journal = new ArrayList<>();

  private Document work;
  private ChangeHash[] before;
  private Transaction transaction;

  /**
   * Never read. A commit without a log of ours makes one that nobody can free: 120 bytes are lost
   * with every change.
   */
  private PatchLog patches;

  /** Whether the encoded change is not yet what it shall be. */
  private boolean rewritten;

  private @Nullable Long timeSeconds;
  private boolean ended;

  /**
   * @param inPlace whether the actor has a change in the document, made by this very object
   */
  NativeTransaction(Document document, ActorId actor, boolean inPlace) {
    this.document = document;
    this.actor = actor;
    this.work = inPlace ? document : document.fork(actor.bytes());
    this.before = work.getHeads();
    this.patches = new PatchLog();
    this.transaction = work.startTransaction(patches);
  }

  Transaction open() {
    return transaction;
  }

  /** The heads that the change stands on. */
  ChangeHash[] before() {
    return before.clone();
  }

  void run(Consumer<Transaction> operation) {
    operation.accept(transaction);
    done(operation);
  }

  /** Remembers what was done to the open transaction. */
  void done(Consumer<Transaction> operation) {
    if (work == document) {
      journal.add(operation);
    }
  }

  /** Allows marks from here on. The open transaction may be another one afterwards. */
  void allowMarks() {
    rewrite();
  }

  /** Gives the change a time. The open transaction may be another one afterwards. */
  void date(long seconds) {
    timeSeconds = seconds;
    rewrite();
  }

  private void rewrite() {
    rewritten = true;
    if (work != document) {
      return;
    }
    abandon();
    work = document.fork(actor.bytes());
    before = work.getHeads();
    patches = new PatchLog();
    transaction = work.startTransaction(patches);
    ended = false;
    journal.forEach(operation -> operation.accept(transaction));
    journal.clear();
  }

  /** The one new change; empty when nothing was written. */
  Optional<Committed> commit() {
    boolean changed = transaction.commit().isPresent();
    ended = true;
    if (!changed) {
      return Optional.empty();
    }
    byte[] chunk = work.encodeChangesSince(before);
    if (!rewritten) {
      Document result = work;
      work = document;
      return Optional.of(new Committed(chunk, result));
    }
    byte[] settled = rewritten(chunk);
    document.applyEncodedChanges(settled);
    if (Arrays.equals(document.getHeads(), before)) {
      throw new AssertionError("the core did not take a change of our own");
    }
    return Optional.of(new Committed(settled, document));
  }

  private byte[] rewritten(byte[] chunk) {
    ChunkColumns columns = WideIntegers.settle(ChunkColumns.read(chunk));
    return (timeSeconds == null ? columns : columns.withTime(timeSeconds)).toChunk();
  }

  @Override
  public void close() {
    abandon();
    if (work != document) {
      work.free();
      work = document;
    }
  }

  private void abandon() {
    if (!ended) {
      ended = true;
      if (work == document) {
        transaction.rollback();
      } else {
        // Never rolled back: the copy is thrown away with what is in it.
        transaction.commit();
      }
    }
    patches.free();
  }

  /** What a commit left. */
  static final class Committed {
    private final byte[] chunk;
    private final Document document;

    private Committed(byte[] chunk, Document document) {
      this.chunk = chunk;
      this.document = document;
    }

    byte[] chunk() {
      return chunk;
    }

    /** The document from now on: the same, or a copy that the caller owns. */
    Document document() {
      return document;
    }
  }
}

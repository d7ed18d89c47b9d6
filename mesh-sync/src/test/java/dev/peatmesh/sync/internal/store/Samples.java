package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.DocumentEvent;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.feed.JournalEntry;
import dev.peatmesh.sync.internal.guard.ActorId;
import dev.peatmesh.sync.internal.guard.ChangeChunk;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Random;

/** Changes that look real to a store, which sees a key, a hash and bytes. */
final class Samples {
  static final DocumentKey MILK = new DocumentKey("lists", "milk");
  static final DocumentKey FLOUR = new DocumentKey("lists", "flour");

  private static final ActorId ACTOR = new ActorId("00112233445566778899aabbccddeeff");

  private Samples() {}

  /** The same number gives the same change. */
  static StoreWrite.Change change(DocumentKey key, long number, int bytes) {
    byte[] encoded = new byte[bytes];
    new Random(number).nextBytes(encoded);
    return new StoreWrite.Change(key, chunk(number, encoded), number);
  }

  static StoreWrite.Change change(DocumentKey key, long number) {
    return change(key, number, 200);
  }

  /** The same number gives the same state. */
  static StoreWrite.Latest latest(DocumentKey key, long number, int bytes) {
    byte[] state = new byte[bytes];
    new Random(number).nextBytes(state);
    return new StoreWrite.Latest(
        key, new StoredHead(hashOf(state), StoredHead.ALIVE), ByteBuffer.wrap(state), number);
  }

  static JournalEntry entry(DocumentKey key, long sequence) {
    return new JournalEntry(
        sequence,
        key,
        DocumentEvent.Kind.CHANGED,
        DocumentEvent.Origin.REMOTE,
        "00112233",
        List.of(),
        List.of(new ChangeHash(sequence, 1, 2, 3)),
        1_000 + sequence);
  }

  /** A change that stands on others. */
  static StoreWrite.Change on(StoreWrite.Change change, ChangeHash... deps) {
    ChangeChunk chunk = change.chunk();
    return new StoreWrite.Change(
        change.key(),
        new ChangeChunk(
            chunk.hash(), List.of(deps), chunk.actor(), chunk.seq(), 1, 1, false, chunk.encoded()),
        change.sequence());
  }

  static final StoreSettings SETTINGS =
      StoreSettings.of(ByteBuffer.wrap("device-of-a-test".getBytes(StandardCharsets.US_ASCII)));

  /** A snapshot whose heads are the last covered change. */
  static DocumentSnapshot snapshot(DocumentKey key, byte[] saved, List<ChangeHash> covered) {
    List<StoredHead> heads =
        covered.isEmpty()
            ? List.of()
            : List.of(new StoredHead(covered.get(covered.size() - 1), StoredHead.ALIVE));
    return new DocumentSnapshot(key, ByteBuffer.wrap(saved), heads, covered, 0);
  }

  static ChangeHash hashOf(byte[] encoded) {
    try {
      return ChangeHash.of(MessageDigest.getInstance("SHA-256").digest(encoded));
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static ChangeChunk chunk(long seq, byte[] encoded) {
    return new ChangeChunk(
        hashOf(encoded), List.of(), ACTOR, seq, 1, 1, false, ByteBuffer.wrap(encoded));
  }
}

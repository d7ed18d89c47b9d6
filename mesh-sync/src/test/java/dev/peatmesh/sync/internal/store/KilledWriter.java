package dev.peatmesh.sync.internal.store;

import dev.peatmesh.runtime.ThreadLoop;
import dev.peatmesh.sync.DocumentEvent;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.internal.feed.JournalEntry;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * The process that {@link KillNineIT} kills. Goes on where the one before it was stopped, prints
 * its actor and incarnation, then {@code <document> <hash>} for each change it was told is durable.
 */
final class KilledWriter {
  static final int DOCUMENTS = 5;

  private static final int UNDER_WAY = 16;
  private static final int SNAPSHOT_EVERY = 150;

  private final GroupCommit log;
  private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
  private final int[] written = new int[DOCUMENTS];
  private final List<List<ChangeHash>> durable;

  private long sequence;

  private KilledWriter(SqliteStore store, ThreadLoop loop) {
    durable = contents(store);
    sequence = store.replica().nextSequence();
    for (int document = 0; document < DOCUMENTS; document++) {
      written[document] = durable.get(document).size();
    }
    print("actor " + store.replica().actor() + " " + store.replica().incarnation());
    log = new GroupCommit(store, loop, "killed-store", GroupCommit.Limits.DEFAULT);
  }

  public static void main(String[] arguments) {
    SqliteStore store =
        SqliteStore.open(
            Path.of(arguments[0]), Samples.SETTINGS, new SecureRandom(), InstantSource.system());
    ThreadLoop loop = new ThreadLoop("killed-loop");
    KilledWriter writer = new KilledWriter(store, loop);
    loop.execute(
        () -> {
          for (int i = 0; i < UNDER_WAY; i++) {
            writer.append(i % DOCUMENTS);
          }
        });
    // Until it is killed.
    new Semaphore(0).acquireUninterruptibly();
  }

  static DocumentKey key(int document) {
    return new DocumentKey("killed", "d" + document);
  }

  /** Change number n of a document is the same in every process. */
  static StoreWrite.Change change(int document, int number) {
    return Samples.change(key(document), document * 10_000_000L + number, 50 + (number * 37) % 700);
  }

  /** What a store holds of each document; a snapshot is the list of what it covers. */
  static List<List<ChangeHash>> contents(SqliteStore store) {
    return contents(Recovered.from(store));
  }

  static List<List<ChangeHash>> contents(Recovered found) {
    List<List<ChangeHash>> contents = new ArrayList<>();
    for (int document = 0; document < DOCUMENTS; document++) {
      List<ChangeHash> hashes = new ArrayList<>();
      byte[] saved = found.snapshots.get(key(document));
      if (saved != null) {
        ByteBuffer bytes = ByteBuffer.wrap(saved);
        while (bytes.hasRemaining()) {
          hashes.add(ChangeHash.read(bytes));
        }
      }
      hashes.addAll(found.changesOf(key(document)));
      contents.add(hashes);
    }
    return contents;
  }

  private void append(int document) {
    StoreWrite.Change change = change(document, written[document]++);
    JournalEntry entry =
        new JournalEntry(
            sequence++,
            change.key(),
            DocumentEvent.Kind.CHANGED,
            DocumentEvent.Origin.LOCAL,
            "",
            List.of(),
            List.of(change.chunk().hash()),
            1);
    log.append(
        List.of(change, new StoreWrite.Journal(entry)),
        failure -> {
          if (failure != null) {
            throw failure;
          }
          print(document + " " + change.chunk().hash());
          durable.get(document).add(change.chunk().hash());
          if (durable.get(document).size() % SNAPSHOT_EVERY == 0) {
            snapshot(document);
          }
          append(document);
        });
  }

  private void snapshot(int document) {
    List<ChangeHash> covered = durable.get(document);
    ByteBuffer saved = ByteBuffer.allocate(covered.size() * ChangeHash.BYTES);
    covered.forEach(hash -> hash.write(saved));
    log.snapshot(Samples.snapshot(key(document), saved.array(), covered));
  }

  /** One write per line: nothing waits in a buffer when the process is killed. */
  private void print(String line) {
    try {
      out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}

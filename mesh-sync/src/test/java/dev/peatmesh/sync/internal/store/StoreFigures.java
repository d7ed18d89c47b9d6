package dev.peatmesh.sync.internal.store;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.StoreKey;
import dev.peatmesh.sync.internal.feed.JournalEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * What recovery, reading and encryption cost. Arguments: a directory on the disk in question, how
 * many documents of 10 KB. Run it with a small heap: {@code -Xmx64m}.
 */
final class StoreFigures {
  private static final int DOCUMENT_BYTES = 10_000;
  private static final int CHANGES = 4;
  private static final int ROUNDS = 2_000;

  private final Path directory;
  private final int documents;
  private final Random random = new Random(1);

  private StoreFigures(Path directory, int documents) {
    this.directory = directory;
    this.documents = documents;
  }

  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory(Path.of(arguments[0]), "figures");
    StoreFigures figures = new StoreFigures(directory, Integer.parseInt(arguments[1]));
    StoreKey key = StoreKey.of("k", new byte[StoreKey.BYTES]);
    figures.run("plain", Samples.SETTINGS);
    figures.run("encrypted", Samples.SETTINGS.withKeys(List.of(key)));
  }

  private void run(String name, StoreSettings settings) {
    Path data = directory.resolve(name);
    long start = System.nanoTime();
    try (SqliteStore store = open(data, settings)) {
      for (int from = 0; from < documents; from += 100) {
        store.commit(documents(from, Math.min(documents, from + 100)));
      }
    }
    say(name, "fill %,d documents: %,d ms", documents, millisSince(start));
    start = System.nanoTime();
    try (SqliteStore store = open(data, settings)) {
      say(name, "open (every page looked at): %,d ms", millisSince(start));
      start = System.nanoTime();
      Counter counter = new Counter();
      Recovery found = store.recover(counter);
      System.gc();
      long heap = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
      say(
          name,
          "recover %,d documents, %,d changes, %,d MB: %,d ms; heap %,d MB of %,d",
          found.documents(),
          found.changes(),
          counter.bytes >> 20,
          millisSince(start),
          heap >> 20,
          Runtime.getRuntime().maxMemory() >> 20);
      reads(name, store);
      commits(name, store);
      say(name, "file: %,d MB", store.storedBytes() >> 20);
    }
  }

  private void reads(String name, SqliteStore store) {
    long[] nanos = new long[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      DocumentKey key = key(random.nextInt(documents));
      long before = System.nanoTime();
      StoredDocument document = store.read(key);
      nanos[i] = System.nanoTime() - before;
      if (document.chunks().size() != CHANGES) {
        throw new AssertionError("chunks are missing");
      }
    }
    say(name, "read 10 KB: %s", quantiles(nanos));
  }

  /** A change and its entry of the journal. */
  private void commits(String name, SqliteStore store) {
    long[] nanos = new long[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      DocumentKey key = key(random.nextInt(documents));
      JournalEntry entry = Samples.entry(key, 10_000_000 + i);
      List<StoreWrite> batch =
          List.of(Samples.change(key, 1_000_000 + i, 200), new StoreWrite.Journal(entry));
      long before = System.nanoTime();
      store.commit(batch);
      nanos[i] = System.nanoTime() - before;
    }
    say(name, "commit of a change and its journal entry: %s", quantiles(nanos));
  }

  private static List<StoreWrite> documents(int from, int to) {
    List<StoreWrite> batch = new ArrayList<>();
    for (int document = from; document < to; document++) {
      for (int change = 0; change < CHANGES; change++) {
        long number = (long) document * CHANGES + change;
        batch.add(Samples.change(key(document), number, DOCUMENT_BYTES / CHANGES));
      }
    }
    return batch;
  }

  private static DocumentKey key(int document) {
    return new DocumentKey("figures", "document-" + document);
  }

  private SqliteStore open(Path data, StoreSettings settings) {
    return SqliteStore.open(
        data, settings, new java.security.SecureRandom(), InstantSource.system());
  }

  private static String quantiles(long[] nanos) {
    Arrays.sort(nanos);
    return String.format(
        Locale.ROOT,
        "p50 %.0f us, p99 %.0f us",
        nanos[nanos.length / 2] / 1_000.0,
        nanos[nanos.length * 99 / 100] / 1_000.0);
  }

  private static long millisSince(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }

  private static void say(String name, String format, Object... figures) {
    System.out.println(name + ": " + String.format(Locale.ROOT, format, figures));
  }

  /** Keeps nothing. */
  private static final class Counter implements RecoverySink {
    private long bytes;

    @Override
    public void document(RecoveredDocument document) {
      bytes += document.storedBytes();
    }

    @Override
    public void journal(JournalEntry entry) {}

    @Override
    public void note(String name, String value) {}
  }
}

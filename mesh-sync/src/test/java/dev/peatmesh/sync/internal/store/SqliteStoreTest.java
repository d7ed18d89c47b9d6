package dev.peatmesh.sync.internal.store;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest extends DocumentStoreContract {
  @TempDir Path temp;

  private final Random random = new Random(1);
  private final StoreCopies copies = new StoreCopies();

  @Override
  DocumentStore openStore() {
    return SqliteStore.open(temp.resolve("data"), random, clock);
  }

  @Override
  DocumentStore openAfterCrash(DocumentStore running) {
    return SqliteStore.open(copies.of(temp.resolve("data")), random, clock);
  }

  @Override
  boolean isDurable() {
    return true;
  }
}

package dev.peatmesh.sync.internal.store;

import static dev.peatmesh.sync.internal.store.Samples.MILK;
import static dev.peatmesh.sync.internal.store.Samples.change;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MemoryStoreTest extends DocumentStoreContract {
  private final Random random = new Random(1);

  @Override
  DocumentStore openStore() {
    return MemoryStore.open(Samples.SETTINGS, random, clock);
  }

  @Override
  DocumentStore openAfterCrash(DocumentStore running) {
    return openStore();
  }

  @Override
  boolean isDurable() {
    return false;
  }

  @Test
  void keepsWhatIsCommittedUntilItIsClosed() {
    DocumentStore store = open();
    store.commit(List.of(change(MILK, 1)));
    store.close();

    assertThat(Recovered.from(open()).documents).isEmpty();
  }

  @Test
  void aSnapshotTakesThePlaceOfTheBytesOfItsChanges() {
    DocumentStore store = open();
    store.commit(List.of(change(MILK, 1), change(MILK, 2)));
    assertThat(store.storedBytes()).isEqualTo(400);

    store.snapshot(Samples.snapshot(MILK, new byte[30], List.of(hash(1), hash(2))));

    assertThat(store.storedBytes()).isEqualTo(30);
  }

  @Test
  void anImmediateLogCompletesBeforeAppendReturns() {
    List<String> told = new ArrayList<>();
    ImmediateLog log = new ImmediateLog(open());

    log.append(List.of(change(MILK, 1)), failure -> told.add(String.valueOf(failure)));

    assertThat(told).containsExactly("null");
  }
}

package dev.peatmesh.sync.internal.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.DocumentKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How much heap a document takes in the index. */
class IndexFootprintTest {
  /** Just so many that nearly all leaves have been cut and are as empty as can be. */
  private static final int DOCUMENTS = 150_000;

  @Test
  void aDocumentTakesLessThan350BytesBesidesItsName() {
    List<DocumentKey> keys = new ArrayList<>(DOCUMENTS);
    for (int i = 0; i < DOCUMENTS; i++) {
      keys.add(Replicas.key(i));
    }
    Random random = new Random(1);
    long before = usedBytes();
    DocumentIndex index = new DocumentIndex(DOCUMENTS, 1, 1_000);
    keys.forEach(key -> index.put(key, Replicas.version(random.nextLong())));

    long each = (usedBytes() - before) / DOCUMENTS;
    System.out.printf("index: %d bytes per document%n", each);
    assertThat(index.size()).isEqualTo(keys.size());
    assertThat(each).isLessThan(350);
  }

  private static long usedBytes() {
    System.gc();
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}

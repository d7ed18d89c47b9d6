package dev.peatmesh.sync.internal.reconcile;

import static dev.peatmesh.sync.internal.reconcile.Replicas.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.runtime.MeshException;
import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.Trials;
import dev.peatmesh.sync.internal.guard.ChangeHash;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DocumentIndexTest {
  private static final int BUCKET_SECONDS = 100;

  private final DocumentIndex index = new DocumentIndex(1_000, 3, BUCKET_SECONDS);

  @Test
  void keepsWhatWasPutLast() {
    index.put(key(1), Replicas.version(1));
    index.put(key(1), Replicas.version(2));

    assertThat(index.size()).isEqualTo(1);
    assertThat(index.get(key(1)))
        .satisfies(
            entry -> {
              assertThat(entry.facts()).isEqualTo(Replicas.version(2));
              assertThat(entry.digest()).isEqualTo(Fingerprint.of(key(1), Replicas.heads(2)));
            });
    assertThat(index.get(key(2))).isNull();
  }

  @Test
  void fingerprintIsThatOfItsDocumentsWhateverCameBefore() {
    Trials.run(
        200,
        random -> {
          DocumentIndex tried = new DocumentIndex(1_000, 100, BUCKET_SECONDS);
          Map<DocumentKey, DocumentFacts> model = new TreeMap<>();
          for (int i = 0; i < 300; i++) {
            DocumentKey key = key("c" + random.nextInt(4), random.nextInt(60));
            if (random.nextInt(4) == 0) {
              assertThat(tried.remove(key)).isEqualTo(model.remove(key) != null);
            } else {
              boolean deleted = random.nextBoolean();
              DocumentFacts facts =
                  deleted ? deleted(random.nextInt(9), 1_000 * i) : Replicas.version(i);
              tried.put(key, facts);
              model.put(key, facts);
            }
          }
          Scope scope = new Scope(Set.of("c1", "c9"), random.nextInt(4_000));
          assertThat(tried.fingerprint(scope)).isEqualTo(fingerprint(model, scope));
          assertThat(tried.size()).isEqualTo(model.size());
          assertThat(tried.existing())
              .isEqualTo((int) model.values().stream().filter(each -> !each.deleted()).count());
          assertThat(keys(tried.entries())).containsExactlyInAnyOrderElementsOf(model.keySet());
        });
  }

  @Test
  void listsTheExistingDocumentsOfACollectionById() {
    List.of(3, 1, 2).forEach(id -> index.put(key("a", id), Replicas.version(1)));
    index.put(key("b", 4), Replicas.version(1));
    index.put(key("a", 2), deleted(7, 50));

    assertThat(keys(index.documents("a"))).containsExactly(key("a", 1), key("a", 3));
    assertThat(index.documents("nothing").hasNext()).isFalse();
    assertThat(index.collections()).containsExactly("a", "b");
  }

  @Test
  void iterationGoesOnWhileDocumentsComeAndGo() {
    for (int i = 0; i < 9; i++) {
      index.put(key("a", i), Replicas.version(1));
    }
    List<DocumentKey> seen = new ArrayList<>();
    for (Iterator<DocumentEntry> each = index.documents("a"); each.hasNext(); ) {
      DocumentKey now = each.next().key();
      seen.add(now);
      index.remove(now);
      index.remove(key("a", 5));
    }

    assertThat(seen).hasSize(8).doesNotContain(key("a", 5));
    assertThat(index.collections()).isEmpty();
  }

  @Test
  void documentMovesBetweenPartitionsWhenItIsDeletedAndComesBack() {
    index.put(key("a", 1), Replicas.version(1));
    assertThat(partitions()).containsExactly(Partition.live("a"));
    index.put(key("a", 1), deleted(2, 250));
    assertThat(partitions()).containsExactly(new Partition("a", 2));
    assertThat(index.existing()).isZero();
    index.put(key("a", 1), Replicas.version(3));
    assertThat(partitions()).containsExactly(Partition.live("a"));
    assertThat(index.existing()).isOne();
  }

  @Test
  void oldDeletesAreLeftOutAndForgottenTogether() {
    index.put(key("a", 1), Replicas.version(1));
    index.put(key("a", 2), deleted(2, 199));
    index.put(key("b", 3), deleted(2, 100));
    index.put(key("b", 4), deleted(2, 200));
    Fingerprint recent = index.fingerprint(new Scope(Set.of(), 2));

    assertThat(index.deletesBefore(1)).isEmpty();
    assertThat(index.deletesBefore(2))
        .extracting(DocumentEntry::key)
        .containsExactlyInAnyOrder(key("a", 2), key("b", 3));
    index.deletesBefore(2).forEach(each -> index.remove(each.key()));
    assertThat(index.fingerprint(Scope.ALL)).isEqualTo(recent);
    assertThat(index.size()).isEqualTo(2);
  }

  @Test
  void deleteOfAnyTimeHasABucket() {
    assertThat(index.bucket(-5)).isZero();
    assertThat(index.bucket(99)).isZero();
    assertThat(index.bucket(100)).isOne();
    assertThat(index.bucket(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void refusesACollectionTooManyAndSaysWhatToDo() {
    List.of("a", "b", "c").forEach(name -> index.put(key(name, 1), Replicas.version(1)));

    assertThat(index.admits(key("a", 2))).isTrue();
    assertThat(index.admits(key("d", 1))).isFalse();
    assertThatThrownBy(() -> index.put(key("d", 1), Replicas.version(1)))
        .isInstanceOf(MeshException.Refused.class)
        .hasMessage(
            "collection(d): there are 3, and at most 3. Use ids, not collections, to tell apart.");
  }

  @Test
  void refusesADocumentTooManyButTakesNewsOfAKnownOne() {
    DocumentIndex small = new DocumentIndex(1, 3, BUCKET_SECONDS);
    small.put(key("a", 1), Replicas.version(1));
    small.put(key("a", 1), deleted(2, 5));

    assertThat(small.admits(key("a", 1))).isTrue();
    assertThat(small.admits(key("a", 2))).isFalse();
    assertThatThrownBy(() -> small.put(key("a", 2), Replicas.version(1)))
        .isInstanceOf(MeshException.Refused.class)
        .hasMessageContaining("raise documentsMax");
  }

  @Test
  void orderInWhichHeadsAreGivenDoesNotMatter() {
    ChangeHash one = new ChangeHash(1, 0, 0, 0);
    ChangeHash two = new ChangeHash(-2, 0, 0, 0);
    DocumentFacts facts = new DocumentFacts(List.of(two, one, two), false, 0, false, 0, 0);

    assertThat(facts.heads()).containsExactly(one, two);
  }

  @Test
  void refusesFactsThatContradictThemselves() {
    assertThatThrownBy(() -> new DocumentFacts(List.of(), false, 0, false, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new DocumentFacts(Replicas.heads(1), false, 0, true, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** All partitions that hold a document, in their order. */
  private List<Partition> partitions() {
    List<Partition> partitions = new ArrayList<>();
    Partition each = index.partitionAfter(null, Scope.ALL);
    while (each != null) {
      partitions.add(each);
      each = index.partitionAfter(each, Scope.ALL);
    }
    return partitions;
  }

  private static Fingerprint fingerprint(Map<DocumentKey, DocumentFacts> model, Scope scope) {
    return model.entrySet().stream()
        .filter(each -> !scope.refused().contains(each.getKey().collection()))
        .filter(
            each ->
                !each.getValue().deleted()
                    || each.getValue().deletedSeconds() / BUCKET_SECONDS >= scope.fromBucket())
        .map(each -> Fingerprint.of(each.getKey(), each.getValue().heads()))
        .reduce(Fingerprint.EMPTY, Fingerprint::plus);
  }

  private static List<DocumentKey> keys(Iterator<DocumentEntry> entries) {
    List<DocumentKey> keys = new ArrayList<>();
    entries.forEachRemaining(entry -> keys.add(entry.key()));
    return keys;
  }

  private static DocumentFacts deleted(long version, long seconds) {
    return new DocumentFacts(Replicas.heads(version), true, seconds, false, 0, 0);
  }
}

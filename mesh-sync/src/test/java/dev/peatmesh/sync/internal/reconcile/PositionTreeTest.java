package dev.peatmesh.sync.internal.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peatmesh.sync.DocumentKey;
import dev.peatmesh.sync.Trials;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** Sums and order of the tree, against a plain list; and what they cost in nodes. */
class PositionTreeTest {
  private static final Comparator<DocumentEntry> ORDER =
      Comparator.comparing(DocumentEntry::position, Long::compareUnsigned)
          .thenComparing(DocumentEntry::key);

  @Test
  void sumsAndOrderAreThoseOfAList() {
    Trials.run(200, random -> agreesWithAList(random, position -> position));
  }

  @Test
  void positionsThatBeginAlikeAreTakenLikeAnyOthers() {
    Trials.run(100, random -> agreesWithAList(random, position -> position & 0xff | 0xabc0L << 48));
  }

  @Test
  void documentsMayShareAPosition() {
    Trials.run(50, random -> agreesWithAList(random, position -> position & 3));
  }

  @Test
  void aChangeAndASumCostTheLogarithmOfTheSize() {
    long atAThousand = visitsPerOperation(1_000);
    long atAHundredThousand = visitsPerOperation(100_000);
    long atAMillion = visitsPerOperation(1_000_000);

    System.out.printf(
        "nodes per replace + sum + next: %d of 1,000, %d of 100,000, %d of 1,000,000%n",
        atAThousand, atAHundredThousand, atAMillion);
    // A thousand times as many documents are log16(1000) = 2.5 levels more, for each of the three.
    assertThat(atAHundredThousand).isLessThanOrEqualTo(atAThousand + 3 * 2);
    assertThat(atAMillion).isLessThanOrEqualTo(atAThousand + 3 * 3);
  }

  private static void agreesWithAList(Random random, LongUnaryOperator shape) {
    PositionTree tree = new PositionTree();
    List<DocumentEntry> list = new ArrayList<>();
    int most = 1 + random.nextInt(400);
    for (int i = 0; i < 3 * most; i++) {
      int action = list.size() >= most ? 1 : random.nextInt(4);
      if (action == 1 && !list.isEmpty()) {
        tree.remove(list.remove(random.nextInt(list.size())));
      } else if (action == 2 && !list.isEmpty()) {
        int at = random.nextInt(list.size());
        DocumentEntry after = list.get(at).with(Replicas.version(random.nextLong()));
        tree.replace(list.get(at), after);
        list.set(at, after);
      } else {
        DocumentEntry entry = entry(i, shape.applyAsLong(random.nextLong()));
        tree.add(entry);
        list.add(entry);
      }
    }
    list.sort(ORDER);
    for (int bits = 0; bits <= Long.SIZE; bits += 1 + random.nextInt(4)) {
      PositionRange range = range(shape.applyAsLong(random.nextLong()), bits);
      List<DocumentEntry> expected =
          list.stream().filter(each -> range.contains(each.position())).toList();
      assertThat(all(tree, range)).isEqualTo(expected);
      assertThat(tree.sum(range)).isEqualTo(sum(expected));
    }
    assertThat(tree.sum()).isEqualTo(sum(list));
    list.forEach(tree::remove);
    assertThat(tree.sum()).isEqualTo(RangeSum.NOTHING);
  }

  private static long visitsPerOperation(int documents) {
    Random random = new Random(documents);
    PositionTree tree = new PositionTree();
    List<DocumentEntry> entries = new ArrayList<>();
    for (int i = 0; i < documents; i++) {
      DocumentEntry entry = entry(i, random.nextLong());
      entries.add(entry);
      tree.add(entry);
    }
    int operations = 1_000;
    long before = tree.visits();
    for (int i = 0; i < operations; i++) {
      DocumentEntry entry = entries.get(random.nextInt(documents));
      tree.replace(entry, entry);
      tree.sum(range(random.nextLong(), random.nextInt(Long.SIZE)));
      tree.next(PositionRange.ALL, entry.position(), entry.key());
    }
    return (tree.visits() - before) / operations;
  }

  private static DocumentEntry entry(int id, long position) {
    // The digest is as good as any: sums are only added.
    Fingerprint digest = new Fingerprint(position * 31 + id, id * 0x9E37_79B9_7F4A_7C15L);
    return new DocumentEntry(new DocumentKey("c", "d" + id), Replicas.version(1), digest, position);
  }

  private static PositionRange range(long position, int bits) {
    return new PositionRange(bits == 0 ? 0 : position & -1L << (Long.SIZE - bits), bits);
  }

  private static List<DocumentEntry> all(PositionTree tree, PositionRange range) {
    List<DocumentEntry> all = new ArrayList<>();
    DocumentEntry each = tree.first(range);
    while (each != null) {
      all.add(each);
      each = tree.next(range, each.position(), each.key());
    }
    return all;
  }

  private static RangeSum sum(List<DocumentEntry> entries) {
    return entries.stream()
        .map(each -> new RangeSum(1, each.digest()))
        .reduce(RangeSum.NOTHING, RangeSum::plus);
  }
}

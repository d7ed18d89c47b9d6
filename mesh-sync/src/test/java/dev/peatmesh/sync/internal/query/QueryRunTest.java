package dev.peatmesh.sync.internal.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peatmesh.sync.Document;
import dev.peatmesh.sync.FieldPath;
import dev.peatmesh.sync.Filter;
import dev.peatmesh.sync.Query;
import dev.peatmesh.sync.QueryPage;
import dev.peatmesh.sync.Trials;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QueryRunTest {
  private final MapSource source = new MapSource();

  @Test
  void findsWhatTheNaiveModelFindsWithAndWithoutIndexes() {
    Trials.run(
        5_000,
        random -> {
          RandomQueries draw = new RandomQueries(random);
          MapSource documents = documents(draw, random.nextInt(40));
          CollectionIndexes indexes = draw.indexes();
          while (!indexes.build(documents, 7)) {
            change(documents, indexes, draw, random);
          }
          Query query = draw.query();
          List<String> all = NaiveQuery.ids(query, documents.documents);
          int from = Math.min(query.offset(), all.size());
          int to = Math.min(from + query.limit(), all.size());
          QueryPage expected =
              new QueryPage(
                  all.subList(from, to).stream().map(id -> documents.document(id).get()).toList(),
                  to < all.size());

          assertThat(run(query, documents, CollectionIndexes.none(), 3)).isEqualTo(expected);
          assertThat(run(query, documents, indexes, 1 + random.nextInt(9))).isEqualTo(expected);
        });
  }

  @Test
  void whatStandsStillIsFoundOnceWhateverMovesMeanwhile() {
    Trials.run(
        2_000,
        random -> {
          RandomQueries draw = new RandomQueries(random);
          MapSource documents = documents(draw, 30);
          CollectionIndexes indexes = draw.indexes();
          indexes.build(documents, 1_000);
          Query query = draw.query().offset(0).limit(1_000);
          Set<String> moved = new HashSet<>();
          QueryRun run = new QueryRun(query, documents, indexes);
          while (!run.step(3)) {
            moved.add(change(documents, indexes, draw, random));
          }

          List<String> found = run.page().documents().stream().map(Document::id).toList();

          List<String> still = NaiveQuery.ids(query, documents.documents);
          still.removeAll(moved);
          assertThat(found).doesNotHaveDuplicates().containsAll(still);
          assertThat(found.stream().filter(id -> !moved.contains(id))).isEqualTo(still);
        });
  }

  @Test
  void equalityReadsOnlyTheDocumentsThatTheIndexNames() {
    CollectionIndexes indexes = numbered(1_000, "n");

    QueryPage page = run(Query.where(Filter.eq("n", 500)), source, indexes, 10);

    assertThat(page.documents()).extracting(Document::id).containsExactly("0500");
    assertThat(source.reads).isEqualTo(2); // once to select, once to fetch
  }

  @Test
  void rangeOfTwoComparisonsReadsOnlyWhatIsBetween() {
    CollectionIndexes indexes = numbered(1_000, "n");

    run(Query.where(Filter.and(Filter.ge("n", 10), Filter.lt("n", 20))), source, indexes, 10);

    assertThat(source.reads).isEqualTo(10 + 1 + 10); // the bound is looked at and not meant
  }

  @Test
  void firstOfAnOrderStopsWhereTheIndexSaysSo() {
    CollectionIndexes indexes = numbered(1_000, "n");

    QueryPage page = run(Query.all().orderByDescending("n").limit(3), source, indexes, 10);

    assertThat(page.documents()).extracting(Document::id).containsExactly("0999", "0998", "0997");
    assertThat(page.more()).isTrue();
    assertThat(source.reads).isEqualTo(4 + 3);
  }

  @Test
  void pageWithoutAnOrderStopsWhereItIsFull() {
    numbered(1_000, "n");

    QueryPage page = run(Query.all().limit(5).offset(5), source, CollectionIndexes.none(), 10);

    assertThat(page.documents()).extracting(Document::id).startsWith("0005").hasSize(5);
    assertThat(source.reads).isEqualTo(11);
  }

  @Test
  void stepLooksAtNoMoreDocumentsThanItMay() {
    numbered(1_000, "n");
    QueryRun run = new QueryRun(Query.all().orderBy("n"), source, CollectionIndexes.none());

    run.step(32);

    assertThat(source.reads).isEqualTo(32);
    assertThatThrownBy(run::page).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void indexThatIsNotBuiltYetIsNotUsed() {
    numbered(100, "n");
    CollectionIndexes half = new CollectionIndexes(List.of(FieldPath.parse("n")));
    half.build(source, 50);

    QueryPage page = run(Query.where(Filter.ge("n", 90)), source, half, 10);

    assertThat(page.documents()).hasSize(10);
  }

  @Test
  void documentThatIsGoneWhenThePageIsFetchedIsLeftOut() {
    CollectionIndexes indexes = numbered(10, "n");
    QueryRun run = new QueryRun(Query.all().orderBy("n").limit(10), source, indexes);
    run.step(10 + 1); // all are looked at
    source.documents.remove("0004");
    indexes.update("0004", null);
    while (!run.step(1)) {
      continue;
    }

    assertThat(run.page().documents()).hasSize(9).extracting(Document::id).doesNotContain("0004");
  }

  private CollectionIndexes numbered(int count, String path) {
    IntStream.range(0, count)
        .forEach(i -> source.documents.put("%04d".formatted(i), Map.of(path, (long) i)));
    CollectionIndexes indexes = new CollectionIndexes(List.of(FieldPath.parse(path)));
    assertThat(indexes.build(source, count + 1)).isTrue();
    source.reads = 0;
    return indexes;
  }

  private static MapSource documents(RandomQueries draw, int count) {
    MapSource source = new MapSource();
    IntStream.range(0, count).forEach(i -> source.documents.put("d" + i, draw.document()));
    return source;
  }

  private static String change(
      MapSource source, CollectionIndexes indexes, RandomQueries draw, Random random) {
    String id = "d" + random.nextInt(45);
    if (random.nextInt(3) == 0) {
      source.documents.remove(id);
    } else {
      source.documents.put(id, draw.document());
    }
    indexes.update(id, source.documents.get(id));
    return id;
  }

  private static QueryPage run(
      Query query, DocumentSource source, CollectionIndexes indexes, int slice) {
    QueryRun run = new QueryRun(query, source, indexes);
    while (!run.step(slice)) {
      continue;
    }
    return run.page();
  }
}

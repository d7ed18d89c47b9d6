package dev.peatmesh.sync.internal.query;

import dev.peatmesh.sync.Document;
import dev.peatmesh.sync.Query;
import dev.peatmesh.sync.QueryPage;
import dev.peatmesh.sync.internal.query.SecondaryIndex.Range;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One query under way. Belongs to the document loop, which takes a {@link #step} at a time and does
 * other work in between.
 *
 * <p>First it selects: it looks at the documents that an index names, or at all, and ranks those
 * that match. Then it fetches the page; who no longer matches by then is left out. While it selects
 * it holds ids and what they are sorted by, {@code offset + limit + 1} of them at most.
 *
 * <p>Without an order the documents come by id, so the walk over all of them is the order: it stops
 * where the page is full.
 */
public final class QueryRun {
  /** More ids are not copied from an index: beyond it, all documents are read. */
  static final int CANDIDATES_MAX = 20_000;

  private final Query query;
  private final DocumentSource source;
  private final CollectionIndexes indexes;
  private final List<Document> page = new ArrayList<>();
  private @Nullable IdWalk walk;
  private Ranking ranking;
  private boolean ranked;
  private int skipped;
  private boolean more;
  private Phase phase = Phase.SELECT;

  private enum Phase {
    SELECT,
    FETCH,
    DONE
  }

  /** A query that has not begun. */
  public QueryRun(Query query, DocumentSource source, CollectionIndexes indexes) {
    this.query = query;
    this.source = source;
    this.indexes = indexes;
    ranking = newRanking();
  }

  /**
   * Looks at the next documents.
   *
   * @param documents how many at most: as many as the loop may be held up by
   * @return whether the {@link #page} is there
   */
  public boolean step(int documents) {
    if (walk == null) {
      walk = plan();
    } else if (phase == Phase.SELECT
        && walk instanceof IdWalk.Ordered ordered
        && ordered.isStale()) {
      // What moved behind the walk would be missed. Rare: such a walk mostly ends in one step.
      ranking = newRanking();
      walk = new IdWalk.Scan(source);
    }
    for (int i = 0; i < documents && phase != Phase.DONE; i++) {
      if (phase == Phase.SELECT) {
        select(walk);
      } else {
        fetch();
      }
    }
    return phase == Phase.DONE;
  }

  /** What was found. Only after the last step. */
  public QueryPage page() {
    if (phase != Phase.DONE) {
      throw new IllegalStateException("the query is still under way");
    }
    return new QueryPage(page, more);
  }

  private IdWalk plan() {
    Optional<List<Range>> ranges =
        new IndexPlanner(indexes).ranges(query.filter(), CANDIDATES_MAX + 1);
    int candidates =
        ranges
            .map(found -> IndexPlanner.count(found, CANDIDATES_MAX + 1))
            .orElse(Integer.MAX_VALUE);
    Optional<IdWalk> ordered = ordered(candidates);
    ranked = true;
    if (ordered.isPresent()) {
      return ordered.get();
    }
    if (ranges.isPresent() && candidates <= CANDIDATES_MAX) {
      return new IdWalk.Listed(ids(ranges.get()));
    }
    ranked = !query.order().isEmpty();
    return new IdWalk.Scan(source);
  }

  /**
   * The walk in the order of an index, if it is likely shorter than the one over the candidates.
   * When {@code c} of {@code n} documents match, the first {@code k} of them stand among about
   * {@code k * n / c}.
   */
  private Optional<IdWalk> ordered(long candidates) {
    if (query.order().isEmpty()) {
      return Optional.empty();
    }
    Query.Order first = query.order().get(0);
    boolean descending = first.direction() == Query.Direction.DESCENDING;
    return indexes
        .on(first.path())
        .filter(index -> candidates * candidates > (long) rankingSize() * index.size())
        .map(index -> new IdWalk.Ordered(index, descending, ranking));
  }

  private static List<String> ids(List<Range> ranges) {
    Set<String> ids = new LinkedHashSet<>();
    ranges.forEach(range -> range.forEachId(ids::add));
    return List.copyOf(ids);
  }

  private void select(IdWalk from) {
    String id = from.next();
    if (id == null) {
      endSelection();
      return;
    }
    Optional<Document> match = match(id);
    if (match.isEmpty()) {
      return;
    }
    if (ranked) {
      ranking.offer(match.get());
    } else if (skipped < query.offset()) {
      skipped++;
    } else if (page.size() < query.limit()) {
      page.add(match.get());
    } else {
      more = true;
      phase = Phase.DONE;
    }
  }

  private void endSelection() {
    if (!ranked) {
      phase = Phase.DONE;
      return;
    }
    more = ranking.isFull();
    if (more) {
      ranking.removeLast(); // It was there to tell whether there is one.
    }
    phase = Phase.FETCH;
  }

  /** From the last document of the page to its first, as the ranking gives them away. */
  private void fetch() {
    if (ranking.count() > query.offset()) {
      match(ranking.removeLast()).ifPresent(page::add);
    } else {
      Collections.reverse(page);
      phase = Phase.DONE;
    }
  }

  private Optional<Document> match(String id) {
    return source
        .document(id)
        .filter(document -> FilterMatch.matches(query.filter(), document.value()));
  }

  private Ranking newRanking() {
    return new Ranking(query.order(), rankingSize());
  }

  private int rankingSize() {
    return query.offset() + query.limit() + 1;
  }
}

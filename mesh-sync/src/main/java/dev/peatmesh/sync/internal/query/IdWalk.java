package dev.peatmesh.sync.internal.query;

import dev.peatmesh.sync.internal.query.SecondaryIndex.Posting;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which documents a query looks at, one after another. Belongs to the document loop. */
sealed interface IdWalk {
  /** The next id; null at the end. */
  @Nullable String next();

  /** Every document, by ascending id. What changes meanwhile does not disturb it. */
  final class Scan implements IdWalk {
    private final DocumentSource source;
    private @Nullable String last;

    Scan(DocumentSource source) {
      this.source = source;
    }

    @Override
    public @Nullable String next() {
      last = source.idAfter(last);
      return last;
    }
  }

  /** Documents named beforehand. */
  final class Listed implements IdWalk {
    private final Iterator<String> ids;

    Listed(List<String> ids) {
      this.ids = ids.iterator();
    }

    @Override
    public @Nullable String next() {
      return ids.hasNext() ? ids.next() : null;
    }
  }

  /**
   * Every document in the order of an index, until no later one can be among the first. Worthless
   * once the index moves under it.
   */
  final class Ordered implements IdWalk {
    private final SecondaryIndex index;
    private final boolean descending;
    private final Ranking ranking;
    private final long version;
    private @Nullable Posting last;

    Ordered(SecondaryIndex index, boolean descending, Ranking ranking) {
      this.index = index;
      this.descending = descending;
      this.ranking = ranking;
      version = index.version();
    }

    boolean isStale() {
      return version != index.version();
    }

    @Override
    public @Nullable String next() {
      last = index.next(last, descending);
      return last == null || comesTooLate(last) ? null : last.id();
    }

    /** Of those that are coarsely equal to the worst one any may still be better. */
    private boolean comesTooLate(Posting posting) {
      if (!ranking.isFull()) {
        return false;
      }
      Object worst = SecondaryIndex.coarse(ranking.worstKey());
      int order = ValueOrder.INSTANCE.compare(posting.value(), worst);
      return descending ? order < 0 : order > 0;
    }
  }
}
